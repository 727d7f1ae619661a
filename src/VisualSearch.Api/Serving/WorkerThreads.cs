namespace VisualSearch.Api.Serving;

/// <summary>Threads of the pool that are there at once.</summary>
internal static class WorkerThreads
{
    // A search keeps its thread to its end, and the pool begins with one a core and adds one or two a second: on one core, requests then wait in
    // the pool's own line, where nobody sends them away. At twice the sustainable rate the slowest of a hundred took 272 ms with one, 60 ms
    // with sixteen (vsearch bench load).
    private const int BesidesSearches = 16;

    /// <summary>Makes sure that reading and refusing requests never waits for searches to end.</summary>
    /// <param name="searchesAtOnce">Searches that are worked on at once; each may take a second thread for its words.</param>
    public static void Reserve(int searchesAtOnce)
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, (2 * searchesAtOnce) + BesidesSearches), completions);
    }
}
