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
        HashSet<int> free = [.. slots.FreeSlots()];
        for (int slot = 0; slot < slots.Limit; slot++)
        {
            if (free.Contains(slot))
                continue;
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
            Twins = twins,
            Dead = dead,
            Free = free.Count,
            MeanLinks = nodes == 0 ? 0 : (double)links / nodes,
            Unreachable = new Reachability(graph, slots).Lost().Count(),
            MemoryBytes = space.Vectors.AllocatedBytes + (space.Codes?.AllocatedBytes ?? 0)
                + graph.AllocatedBytes + slots.AllocatedBytes,
        };
    }
}
