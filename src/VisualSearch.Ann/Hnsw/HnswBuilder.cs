using System.Runtime.InteropServices;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// Puts nodes into the graph. Several workers of one writer may insert at once: each list has a lock (striped) that only
/// writers take, one at a time, so they cannot block each other for good; walks read without it.
/// </summary>
internal sealed unsafe class HnswBuilder
{
    private const int Stripes = 1024;

    private readonly VectorSpace _space;
    private readonly HnswGraph _graph;
    private readonly SlotTable _slots;
    private readonly Beam _beam;
    private readonly Lock[] _stripes = new Lock[Stripes];
    private readonly Lock _entering = new();

    public HnswBuilder(VectorSpace space, HnswGraph graph, SlotTable slots, HnswOptions options)
    {
        (_space, _graph, _slots, _beam) = (space, graph, slots, Beam.ForLinks(options.EfConstruction));
        Alpha = space.Metric == Metric.Dot ? 1 : options.Alpha;
        for (int i = 0; i < Stripes; i++)
            _stripes[i] = new Lock();
    }

    /// <summary>See <see cref="HnswOptions.Alpha"/>; 1 where distances can be negative.</summary>
    public float Alpha { get; }

    /// <summary>
    /// Whether, since <see cref="HnswRepair"/> last set this to false, a link was dropped, without it being known that another way leads to
    /// its node, or another node became the entry.
    /// </summary>
    public bool MayHaveCutOff { get; set; }

    /// <summary>
    /// Links a slot whose vector is written and whose lists are empty. Its own lists on all levels come first and the links to it after,
    /// from level 0 upwards: a walk that meets the new node on a high level must find links on the levels below.
    /// </summary>
    public void Insert(int slot, BuildScratch scratch)
    {
        int level = _graph.LevelOf(slot);
        (int Slot, int Level) entry = _graph.Entry;
        if (entry.Slot == HnswGraph.None)
        {
            _graph.Entry = (slot, level);
            return;
        }

        int top = Math.Min(level, entry.Level);
        Choose(slot, top, entry, scratch);
        if (FindTwin(slot, scratch.Candidates) is int twin and not HnswGraph.None)
        {
            lock (StripeOf(twin))
                _graph.AddTwin(twin, slot);
            return;
        }

        for (int l = 0; l <= top; l++)
            _graph.Replace(slot, l, scratch.Chosen(l));
        for (int l = 0; l <= top; l++)
            LinkBack(slot, l, scratch);

        if (level <= entry.Level)
            return;
        lock (_entering)
        {
            if (level <= _graph.Entry.Level)
                return;
            _graph.Entry = (slot, level);
            MayHaveCutOff = true;
        }
    }

    /// <summary>Gives a node on level 0 new links, both ways, after removals took away all that it had, or all that led to it.</summary>
    public void Reconnect(int slot, BuildScratch scratch)
    {
        (int Slot, int Level) entry = _graph.Entry;
        if (entry.Slot == slot)
            return;
        Choose(slot, top: 0, entry, scratch);
        _graph.Replace(slot, 0, scratch.Chosen(0));
        LinkBack(slot, 0, scratch);
    }

    /// <summary>Makes a node findable that walks cannot find, by a link from the nearest node that they do find.</summary>
    public void Rescue(int slot, Reachability reachability, BuildScratch scratch)
    {
        Choose(slot, top: 0, _graph.Entry, scratch);
        foreach (Candidate candidate in scratch.Candidates)
        {
            if (reachability.TryAttach(candidate.Slot, slot))
                return;
        }

        // All near ones are full of links that others need. There are more links than paths, so some node has one to spare.
        for (int node = 0; node < _slots.Limit; node++)
        {
            if (_graph.LevelOf(node) != HnswGraph.Twin && reachability.TryAttach(node, slot))
                return;
        }
    }

    /// <summary>Chooses a slot's links on the levels from <paramref name="top"/> down to 0, whose candidates stay in the scratch.</summary>
    private void Choose(int slot, int top, (int Slot, int Level) entry, BuildScratch scratch)
    {
        SearchContext walk = scratch.Walk;
        _space.Vectors.Span(slot).CopyTo(new Span<float>(walk.Query, _space.Dimension));
        walk.EncodeQuery(_space);
        int limit = _slots.Limit;
        int nearest = HnswWalk.Descend(_space, _graph, walk, entry, top, limit, default(Unobserved));
        for (int level = top; level >= 0; level--)
        {
            int alsoEntry = level == 0 ? entry.Slot : HnswGraph.None;
            if (_slots.HasDead)
                Walk(new Staying(_graph, _slots, slot), level, nearest, alsoEntry, limit, walk);
            else
                Walk(new Others(slot), level, nearest, alsoEntry, limit, walk);
            ReadOnlySpan<Candidate> candidates = Rank(slot, scratch);
            int count = NeighborHeuristic.Select(
                _space, Alpha, candidates, scratch.Occlusion(candidates.Length), scratch.ChosenRoom(level, _graph.MostChosen(level)));
            scratch.SetChosenCount(level, count);
            if (candidates.Length > 0)
                nearest = candidates[0].Slot;
        }
    }

    private void Walk<TAcceptance>(TAcceptance acceptance, int level, int entry, int alsoEntry, int limit, SearchContext context)
        where TAcceptance : struct, IAcceptance =>
        HnswWalk.OnLevel(_space, _graph, level, acceptance, context, entry, alsoEntry, _beam, limit, int.MaxValue, default(Unobserved));

    /// <summary>The walk's results with their distances from the slot, nearest first.</summary>
    private ReadOnlySpan<Candidate> Rank(int slot, BuildScratch scratch)
    {
        List<Candidate> candidates = scratch.Candidates;
        candidates.Clear();
        int index = 0;
        while (scratch.Walk.Buffer.TryNextAccepted(ref index, out Candidate candidate))
            candidates.Add(candidate with { Distance = _space.Between(slot, candidate.Slot) });

        Span<Candidate> ranked = CollectionsMarshal.AsSpan(candidates);
        ranked.Sort(static (left, right) =>
            left.Distance != right.Distance ? left.Distance.CompareTo(right.Distance) : left.Slot.CompareTo(right.Slot));
        return ranked;
    }

    // The same kernel gives equal vectors the distance of a vector from itself, to the last bit, so few are compared in full.
    private int FindTwin(int slot, List<Candidate> candidates)
    {
        float self = _space.Between(slot, slot);
        foreach (Candidate candidate in candidates)
        {
            if (candidate.Distance == self && _space.AreEqual(slot, candidate.Slot))
                return candidate.Slot;
        }

        return HnswGraph.None;
    }

    /// <summary>Links the chosen neighbours back to a node; at least one link to it stays.</summary>
    private void LinkBack(int newcomer, int level, BuildScratch scratch)
    {
        ReadOnlySpan<int> neighbors = scratch.Chosen(level);
        foreach (int neighbor in neighbors)
        {
            lock (StripeOf(neighbor))
                LinkBack(neighbor, newcomer, level, scratch);
        }

        if (level > 0 || _graph.LinksTo(newcomer) > 0)
            return;
        foreach (Candidate candidate in scratch.Candidates)
        {
            lock (StripeOf(candidate.Slot))
            {
                if (TryForceLink(candidate.Slot, newcomer, scratch))
                    return;
            }
        }

        MayHaveCutOff = true;
    }

    /// <summary>Links to a node that every neighbour's heuristic has dropped, where that cuts off no other.</summary>
    private bool TryForceLink(int node, int newcomer, BuildScratch scratch)
    {
        ReadOnlySpan<int> links = _graph.Links(node, 0).AsSpan();
        if (links.Length < _graph.Capacity(0))
        {
            _graph.Append(node, 0, newcomer);
            return true;
        }

        Span<int> changed = scratch.Kept.AsSpan(0, links.Length);
        links.CopyTo(changed);
        int dispensable = FarthestDispensable(newcomer, changed);
        if (dispensable < 0)
            return false;
        changed[dispensable] = newcomer;
        MayHaveCutOff = true;
        _graph.Replace(node, 0, changed);
        return true;
    }

    private void LinkBack(int node, int newcomer, int level, BuildScratch scratch)
    {
        HnswGraph.LinkList list = _graph.Links(node, level);
        ReadOnlySpan<int> links = list.AsSpan();
        if (links.Contains(newcomer))
            return;
        if (links.Length < _graph.Capacity(level))
        {
            _graph.Append(node, level, newcomer);
            return;
        }

        Span<Candidate> candidates = scratch.List.AsSpan(0, links.Length + 1);
        for (int i = 0; i < links.Length; i++)
            candidates[i] = new Candidate(_space.Between(node, links[i]), links[i]);
        candidates[^1] = new Candidate(_space.Between(node, newcomer), newcomer);
        candidates.Sort(static (left, right) => left.Distance.CompareTo(right.Distance));
        Span<int> kept = scratch.Kept.AsSpan(0, links.Length);
        int count = NeighborHeuristic.Select(_space, Alpha, candidates, scratch.Occlusion(candidates.Length), kept[.._graph.MostKept(level)]);
        if (level == 0)
        {
            count = SpareLastLinks(newcomer, links, kept, count);
            MayHaveCutOff = true;
        }

        _graph.Replace(node, level, kept[..count]);
    }

    /// <summary>Puts back the last links that the heuristic dropped.</summary>
    private int SpareLastLinks(int newcomer, ReadOnlySpan<int> links, Span<int> kept, int count)
    {
        foreach (int link in links)
        {
            if (_graph.LinksTo(link) > 1 || kept[..count].Contains(link))
                continue;
            if (count < kept.Length)
                kept[count++] = link;
            else
                kept[FarthestDispensable(newcomer, kept)] = link;
        }

        return count;
    }

    /// <summary>The farthest link that can go, or −1. The newcomer can: it has other neighbours.</summary>
    private int FarthestDispensable(int newcomer, ReadOnlySpan<int> links)
    {
        for (int i = links.Length - 1; i >= 0; i--)
        {
            if (links[i] == newcomer || _graph.LinksTo(links[i]) > 1)
                return i;
        }

        return -1;
    }

    private Lock StripeOf(int slot) => _stripes[slot & (Stripes - 1)];
}
