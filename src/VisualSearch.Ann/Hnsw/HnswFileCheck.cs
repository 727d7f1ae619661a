using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// Checks that what was read is a graph. Checksums say that the bytes are those that were written; walks follow links
/// through raw pointers, so a file that someone else wrote must not lead them out of their rows.
/// </summary>
internal static class HnswFileCheck
{
    public static void Links(SnapshotReader reader, HnswGraph graph, SlotTable slots)
    {
        (int entry, int top) = graph.Entry;
        bool empty = entry == HnswGraph.None;
        if (!empty && ((uint)entry >= (uint)slots.Limit || top != graph.LevelOf(entry)))
            throw reader.Wrong($"its entry is slot {entry} on level {top}, which is no such node.");
        if (empty && slots.Live > 0)
            throw reader.Wrong($"it holds {slots.Live} vectors and has no entry to the graph.");
        if (slots.Limit == 0)
            return;
        var chainStarts = new ConcurrentBag<int>();
        Parallel.ForEach(Partitioner.Create(0, slots.Limit), range => Lists(reader, graph, slots, range.Item1, range.Item2, chainStarts));
        Twins(reader, graph, slots, chainStarts);
    }

    // Compiled once and well, as a file is opened once in most processes: what the first tier makes of such loops took 0.3 s for a million
    // vectors, beside 0.5 s for all the rest.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Lists(SnapshotReader reader, HnswGraph graph, SlotTable slots, int first, int end, ConcurrentBag<int> chainStarts)
    {
        for (int slot = first; slot < end; slot++)
        {
            for (int level = 0; level <= graph.LevelOf(slot); level++)
                List(reader, graph, slots, slot, level);
            if (graph.LevelOf(slot) != HnswGraph.Twin && graph.NextTwin(slot) != HnswGraph.None)
                chainStarts.Add(slot);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void List(SnapshotReader reader, HnswGraph graph, SlotTable slots, int slot, int level)
    {
        HnswGraph.LinkList list = graph.Links(slot, level);
        if (list.Count < 0 || list.Count > graph.Capacity(level))
            throw reader.Wrong($"slot {slot} has {list.Count} links on level {level}, and {graph.Capacity(level)} is the most.");
        foreach (int link in list.AsSpan())
        {
            if ((uint)link >= (uint)slots.Limit || graph.LevelOf(link) < level)
                throw reader.Wrong($"slot {slot} has a link to {link} on level {level}, which is no such node.");
        }
    }

    private static void Twins(SnapshotReader reader, HnswGraph graph, SlotTable slots, IEnumerable<int> nodes)
    {
        var chained = new bool[slots.Limit];
        foreach (int node in nodes)
        {
            for (int twin = graph.NextTwin(node); twin != HnswGraph.None; twin = graph.NextTwin(twin))
            {
                if ((uint)twin >= (uint)slots.Limit || graph.LevelOf(twin) != HnswGraph.Twin || chained[twin])
                    throw reader.Wrong($"the chain of twins of slot {node} leads to slot {twin}, which is not one.");
                chained[twin] = true;
            }
        }

        for (int slot = 0; slot < slots.Limit; slot++)
        {
            if (graph.LevelOf(slot) == HnswGraph.Twin && !slots.IsDead(slot) && !chained[slot])
                throw reader.Wrong($"slot {slot} is live and in no chain of twins.");
        }
    }
}
