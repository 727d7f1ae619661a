namespace VisualSearch.Search.Planning;

/// <summary>How long a search waits for a core: a queue of requests that come at random before so many servers (M/M/c, Erlang 1917).</summary>
public static class QueueModel
{
    /// <summary>The chance that all servers are busy (Erlang C).</summary>
    /// <param name="servers">Servers, at least 1.</param>
    /// <param name="load">How many of them the requests keep busy on average, from 0 to below <paramref name="servers"/>.</param>
    public static double ChanceToWait(int servers, double load)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(servers, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(load);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(load, servers);
        // Erlang B by its recurrence, which never leaves 0..1, where powers over factorials overflow from 170 servers on.
        double blocked = 1;
        for (int n = 1; n <= servers; n++)
            blocked = load * blocked / (n + (load * blocked));
        return blocked / (1 - ((load / servers) * (1 - blocked)));
    }

    /// <summary>The wait that no more than a share of requests exceed, in units of the mean service time.</summary>
    /// <param name="servers">Servers.</param>
    /// <param name="load">How many of them are busy on average.</param>
    /// <param name="share">That share, above 0.</param>
    public static double Wait(int servers, double load, double share) => Math.Max(0, Math.Log(ChanceToWait(servers, load) / share) / (servers - load));
}
