using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>Counts what a graph is made of.</summary>
internal static class HnswSurvey
{
    public static HnswStatistics Count(VectorSpace space, HnswGraph graph, SlotTable slots, int dead)
    {
        var nodesPerLevel = new List<int>();
        long links = 0;
        int twins = 0;
        int free = slots.Free;
        for (int slot = 0; slot < slots.Limit; slot++)
        {
            int top = graph.LevelOf(slot);
            if (top == HnswGraph.Twin)
            {
                twins++;
                continue;
            }

            links += graph.Links(slot, 0).Count;
            for (int level = 0; level <= top; level++)
            {
                if (nodesPerLevel.Count == level)
                    nodesPerLevel.Add(0);
                nodesPerLevel[level]++;
            }
        }

        int nodes = nodesPerLevel.Count == 0 ? 0 : nodesPerLevel[0];
        return new HnswStatistics
        {
            Count = slots.Live,
            NodesPerLevel = nodesPerLevel,
            Twins = twins - free,
            Dead = dead,
            Free = free,
            MeanLinks = nodes == 0 ? 0 : (double)links / nodes,
            Unreachable = CountUnreachable(graph, slots),
            MemoryBytes = space.Vectors.AllocatedBytes + (space.Codes?.AllocatedBytes ?? 0)
                + graph.Base.AllocatedBytes + graph.Upper.AllocatedBytes + graph.Nodes.AllocatedBytes + slots.AllocatedBytes,
        };
    }

    private static int CountUnreachable(HnswGraph graph, SlotTable slots)
    {
        if (graph.Entry.Slot == HnswGraph.None)
            return 0;
        var reached = new bool[slots.Limit];
        var open = new Stack<int>();
        open.Push(graph.Entry.Slot);
        reached[graph.Entry.Slot] = true;
        while (open.TryPop(out int slot))
        {
            foreach (int link in graph.Links(slot, 0).AsSpan())
            {
                if (reached[link])
                    continue;
                reached[link] = true;
                open.Push(link);
            }
        }

        int unreachable = 0;
        for (int slot = 0; slot < reached.Length; slot++)
        {
            bool stays = graph.LevelOf(slot) != HnswGraph.Twin && (!slots.IsDead(slot) || graph.NextTwin(slot) != HnswGraph.None);
            unreachable += stays && !reached[slot] ? 1 : 0;
        }

        return unreachable;
    }
}
