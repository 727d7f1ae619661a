namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>Whose turn it is: each node in turn, passing over those that failed a moment ago while there are others.</summary>
internal sealed class NodeRing(IReadOnlyList<Uri> nodes, TimeSpan rest, TimeProvider time)
{
    private readonly long[] restsUntil = new long[nodes.Count];
    private uint turns;

    public int Count => nodes.Count;

    /// <summary>The node for the next try.</summary>
    /// <param name="previous">The node that has just failed, which is not named again while there is another; -1 for none.</param>
    public int Next(int previous = -1)
    {
        uint first = Interlocked.Increment(ref turns);
        long now = time.GetTimestamp();
        int soonest = -1;
        for (uint step = 0; step < nodes.Count; step++)
        {
            int node = (int)((first + step) % (uint)nodes.Count);
            if (node == previous && nodes.Count > 1)
                continue;
            long until = Volatile.Read(ref restsUntil[node]);
            if (until == 0 || until <= now)
                return node;
            if (soonest < 0 || until < Volatile.Read(ref restsUntil[soonest]))
                soonest = node;
        }
        return soonest;
    }

    /// <summary>A node failed: others are asked for a while.</summary>
    public void Failed(int node) => Volatile.Write(ref restsUntil[node], time.GetTimestamp() + (long)(rest.TotalSeconds * time.TimestampFrequency));

    /// <summary>A node answered.</summary>
    public void Answered(int node) => Volatile.Write(ref restsUntil[node], 0);

    public Uri this[int node] => nodes[node];
}
