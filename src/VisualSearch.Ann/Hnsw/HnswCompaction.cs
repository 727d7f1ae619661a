using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// Lays an index out anew: without removed vectors, in the order in which a breadth-first walk from the entry meets the nodes, so that
/// neighbours lie near each other in memory, and with codes centred on the vectors' mean. Links stay as they are under new numbers.
/// </summary>
internal static unsafe class HnswCompaction
{
    // The mean of so many vectors is as good as that of all.
    private const int MeanSample = 20_000;

    /// <param name="old">A core whose repair is finished: nothing links to what was removed.</param>
    public static HnswCore Run(HnswCore old)
    {
        int[] order = Order(old);
        var fresh = new HnswCore(old.Space.Dimension, old.Space.Metric, old.Options, old.Space.Codec is null ? null : Mean(old, order));
        int[] renumbered = new int[old.Slots.Limit];
        Array.Fill(renumbered, HnswGraph.None);
        for (int i = 0; i < order.Length; i++)
            renumbered[order[i]] = i;

        fresh.Slots.Reserve(order.Length);
        for (int i = 0; i < order.Length; i++)
        {
            fresh.Slots.Restore(old.Slots.IdOf(order[i]), old.Slots.IsDead(order[i]) ? SlotState.Dead : SlotState.Live);
            fresh.Graph.Restore(i, old.Graph.LevelOf(order[i]));
        }

        Parallel.For(0, order.Length, i =>
        {
            fresh.Space.Write(i, old.Space.Vector(order[i]));
            fresh.Space.Encode(i);
            CopyLinks(old.Graph, fresh.Graph, order[i], i, renumbered);
        });
        (int entry, int level) = old.Graph.Entry;
        fresh.Graph.Entry = entry == HnswGraph.None ? (entry, 0) : (renumbered[entry], level);
        return fresh;
    }

    private static void CopyLinks(HnswGraph old, HnswGraph fresh, int from, int to, int[] renumbered)
    {
        fresh.ClearLists(to);
        if (old.NextTwin(from) is int twin and not HnswGraph.None)
            fresh.Base[to][HnswGraph.TwinAt] = renumbered[twin];
        Span<int> links = stackalloc int[old.Capacity(0)];
        for (int level = 0; level <= old.LevelOf(from); level++)
        {
            ReadOnlySpan<int> list = old.Links(from, level).AsSpan();
            for (int i = 0; i < list.Length; i++)
                links[i] = renumbered[list[i]];
            fresh.Links(to, level).Replace(links[..list.Length]);
        }
    }

    /// <summary>The slots that stay: nodes as a breadth-first walk on level 0 meets them, each followed by its twins.</summary>
    private static int[] Order(HnswCore core)
    {
        var order = new List<int>(core.Slots.Live);
        var met = new bool[core.Slots.Limit];
        var open = new Queue<int>();
        Meet(core.Graph.Entry.Slot);
        for (int slot = -1; slot < core.Slots.Limit; slot++)
        {
            // After the walk from the entry: what no link leads to (the rescue leaves none, but nothing may be lost here).
            if (slot >= 0 && core.Graph.LevelOf(slot) != HnswGraph.Twin && Stays(slot))
                Meet(slot);
            while (open.TryDequeue(out int node))
            {
                order.Add(node);
                for (int twin = core.Graph.NextTwin(node); twin != HnswGraph.None; twin = core.Graph.NextTwin(twin))
                    order.Add(twin);
                foreach (int link in core.Graph.Links(node, 0).AsSpan())
                    Meet(link);
            }
        }

        return [.. order];

        void Meet(int slot)
        {
            if (slot == HnswGraph.None || met[slot])
                return;
            met[slot] = true;
            open.Enqueue(slot);
        }

        // A removed node that twins hang on is still a node.
        bool Stays(int slot) => !core.Slots.IsDead(slot) || core.Graph.NextTwin(slot) != HnswGraph.None;
    }

    private static float[] Mean(HnswCore core, int[] order)
    {
        var sums = new double[core.Space.Dimension];
        int step = Math.Max(1, order.Length / MeanSample), count = 0;
        for (int i = 0; i < order.Length; i += step, count++)
        {
            float* vector = core.Space.Vector(order[i]);
            for (int d = 0; d < sums.Length; d++)
                sums[d] += vector[d];
        }

        return [.. sums.Select(sum => count == 0 ? 0 : (float)(sum / count))];
    }
}
