using System.Runtime.InteropServices;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// Takes removed nodes out of the graph. A removed node first stays as a signpost that walks pass but never return. Once a tenth
/// of the nodes are such, a sweep over all lists replaces every link to one by links to its neighbours (FreshDiskANN, arXiv 2105.09613,
/// §4.2), a few lists with each write, so no single call pays for it; after the sweep nothing leads to those nodes and their slots are free.
/// </summary>
internal sealed class HnswRepair(VectorSpace space, HnswGraph graph, SlotTable slots, HnswBuilder builder)
{
    // Below this many a sweep costs more than walking past them.
    private const int LeastBatch = 32;
    private const int MostDeadPercent = 10;

    // Following all links of a million nodes takes about a tenth of a second, 100 ns each, and linking one vector some hundred µs. So they
    // are followed after each write that gives reason to, while nodes are few, and else after so many writes that it adds a few hundredths.
    private const int FewNodes = 1024;
    private const int NodesPerWrite = 64;

    // Several workers cut off nodes without noticing: each may rely on a link that another is about to drop.
    private const int NodesPerParallelWrite = 8;

    private readonly HashSet<int> _condemned = [];
    private readonly HashSet<int> _seen = [];
    private readonly List<Candidate> _candidates = [];
    private readonly List<int> _kept = [];
    private readonly List<int> _cutOff = [];
    private List<int> _waiting = [];
    private List<int> _batch = [];
    private int _cursor;
    private long _unchecked;

    /// <summary>Removed nodes that links may still lead to.</summary>
    public int Dead => _waiting.Count + _batch.Count;

    /// <summary>Takes note of a slot that has died.</summary>
    public void Remove(int slot)
    {
        if (graph.LevelOf(slot) != HnswGraph.Twin)
        {
            if (graph.NextTwin(slot) == HnswGraph.None)
                Condemn(slot);
            return;
        }

        int before = graph.PreviousTwin(slot);
        graph.RemoveTwin(slot);
        slots.Retire([slot]);
        if (graph.LevelOf(before) != HnswGraph.Twin && IsCondemned(before))
            Condemn(before);
    }

    /// <summary>Does the repair's share of some writes, and sees to it that nodes they may have cut off are found again.</summary>
    /// <param name="writes">How many.</param>
    /// <param name="parallel">Whether several workers linked them at once.</param>
    /// <param name="scratch">The writer's.</param>
    public void Step(int writes, bool parallel, BuildScratch scratch)
    {
        for (int i = 0; i < writes; i++)
            SweepSome(scratch);
        _unchecked += writes;
        builder.MayHaveCutOff |= parallel;
        if (slots.Live <= FewNodes || _unchecked >= slots.Live / (parallel ? NodesPerParallelWrite : NodesPerWrite))
            FindLost(scratch);
    }

    /// <summary>Makes every node findable, if something may have cut one off since this was last done.</summary>
    public void FindLost(BuildScratch scratch)
    {
        if (builder.MayHaveCutOff)
            RescueLost(scratch);
    }

    /// <summary>Repairs all that is left, whatever it takes, and makes every node findable.</summary>
    public void Finish(BuildScratch scratch)
    {
        while (Dead > 0)
        {
            if (_batch.Count == 0)
                (_batch, _waiting, _cursor) = (_waiting, _batch, 0);
            Sweep(int.MaxValue, scratch);
        }

        RescueLost(scratch);
    }

    /// <summary>Takes note of the slots of a file that were dead and not yet repaired.</summary>
    public void Restore(IEnumerable<int> dead)
    {
        _waiting.AddRange(dead.Where(IsCondemned));
        _condemned.UnionWith(_waiting);

        // Nobody knows how the file came about.
        builder.MayHaveCutOff = true;
    }

    private void SweepSome(BuildScratch scratch)
    {
        if (_batch.Count == 0)
        {
            long nodes = slots.Live + _waiting.Count;
            if (_waiting.Count < LeastBatch || _waiting.Count * 100L < nodes * MostDeadPercent)
                return;
            (_batch, _waiting, _cursor) = (_waiting, _batch, 0);
        }

        // The sweep ends after half as many writes as brought the batch about, so dead nodes stay below 15 %.
        Sweep((int)Math.Max(8, 2L * slots.Limit / _batch.Count), scratch);
    }

    private bool IsCondemned(int slot) => slots.IsDead(slot) && graph.NextTwin(slot) == HnswGraph.None;

    private void Condemn(int slot)
    {
        // A node and its last twin may die together, in either order: each would bring the node here.
        if (!_condemned.Add(slot))
            return;
        _waiting.Add(slot);
        if (graph.Entry.Slot != slot)
            return;
        graph.Entry = HighestStaying();
        builder.MayHaveCutOff = true;
        if (graph.Entry.Slot != HnswGraph.None)
            return;

        // Nothing is left: no walk can start, so no link matters.
        Free(_waiting);
        Free(_batch);
    }

    private (int Slot, int Level) HighestStaying()
    {
        (int Slot, int Level) highest = (HnswGraph.None, 0);
        for (int slot = 0; slot < slots.Limit; slot++)
        {
            int level = graph.LevelOf(slot);
            if (level != HnswGraph.Twin && (highest.Slot == HnswGraph.None || level > highest.Level) && !IsCondemned(slot))
                highest = (slot, level);
        }

        return highest;
    }

    private void Sweep(int lists, BuildScratch scratch)
    {
        int end = (int)Math.Min((long)_cursor + lists, slots.Limit);
        for (; _cursor < end; _cursor++)
        {
            for (int level = graph.LevelOf(_cursor); level >= 0; level--)
                RepairList(_cursor, level, scratch);
        }

        if (_cursor == slots.Limit)
            FreeBatch(scratch);
    }

    /// <summary>Cuts the swept nodes off, and links anew what was reached only through them.</summary>
    private void FreeBatch(BuildScratch scratch)
    {
        _cutOff.Clear();
        foreach (int slot in _batch)
        {
            _cutOff.AddRange(graph.Links(slot, 0).AsSpan());
            graph.Replace(slot, 0, []);
        }

        Free(_batch);
        foreach (int slot in _cutOff)
        {
            if (graph.LinksTo(slot) == 0 && !IsCondemned(slot))
                builder.Reconnect(slot, scratch);
        }

        RescueLost(scratch);
    }

    // Mostly groups of nodes that link only to each other.
    private void RescueLost(BuildScratch scratch)
    {
        (builder.MayHaveCutOff, _unchecked) = (false, 0);
        var reachability = new Reachability(graph, slots);
        foreach (int lost in reachability.Lost())
            builder.Rescue(lost, reachability, scratch);
    }

    private void Free(List<int> nodes)
    {
        foreach (int slot in nodes)
            _condemned.Remove(slot);
        slots.Retire(CollectionsMarshal.AsSpan(nodes));
        nodes.Clear();
    }

    private void RepairList(int slot, int level, BuildScratch scratch)
    {
        HnswGraph.LinkList list = graph.Links(slot, level);
        ReadOnlySpan<int> links = list.AsSpan();
        _kept.Clear();
        foreach (int link in links)
        {
            if (!IsCondemned(link))
                _kept.Add(link);
        }

        int before = links.Length;
        if (_kept.Count == before)
            return;
        if (!IsCondemned(slot))
            AddReplacements(slot, level, links);
        graph.Replace(slot, level, CollectionsMarshal.AsSpan(_kept));
        builder.MayHaveCutOff |= level == 0;
        if (_kept.Count == 0 && level == 0 && !IsCondemned(slot))
            builder.Reconnect(slot, scratch);
    }

    // The links that are left stay; those that went are replaced by what they led to, as far as it points in new directions.
    private void AddReplacements(int slot, int level, ReadOnlySpan<int> links)
    {
        _seen.Clear();
        _seen.Add(slot);
        _seen.UnionWith(_kept);
        _candidates.Clear();
        foreach (int link in links)
        {
            if (!IsCondemned(link))
                continue;
            foreach (int beyond in graph.Links(link, level).AsSpan())
            {
                if (!IsCondemned(beyond) && _seen.Add(beyond))
                    _candidates.Add(new Candidate(space.Between(slot, beyond), beyond));
            }
        }

        _candidates.Sort(static (left, right) =>
            left.Distance != right.Distance ? left.Distance.CompareTo(right.Distance) : left.Slot.CompareTo(right.Slot));
        foreach (Candidate candidate in _candidates)
        {
            if (_kept.Count == links.Length)
                break;
            if (NeighborHeuristic.IsDiverse(space, builder.Alpha, candidate, CollectionsMarshal.AsSpan(_kept)))
                _kept.Add(candidate.Slot);
        }
    }
}
