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
        for (int slot = 0; slot < slots.Limit; slot++)
        {
            for (int level = 0; level <= graph.LevelOf(slot); level++)
                List(reader, graph, slots, slot, level);
        }

        Twins(reader, graph, slots);
    }

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

    private static void Twins(SnapshotReader reader, HnswGraph graph, SlotTable slots)
    {
        var chained = new bool[slots.Limit];
        for (int node = 0; node < slots.Limit; node++)
        {
            if (graph.LevelOf(node) == HnswGraph.Twin)
                continue;
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
