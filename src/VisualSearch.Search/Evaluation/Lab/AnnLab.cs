using System.Diagnostics;
using VisualSearch.Ann;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Evaluation.Lab;

/// <summary>
/// Approximate search against exact search on a collection's own vectors: what an index with these settings finds, what it misses, what
/// that costs and which way it goes. The collection's own index is not touched.
/// <code>
/// LabFamily      the kinds of index and their settings: one entry each     LabIndexes     vectors and the indexes last built, in memory
/// LabExperiment  the question, LabReport the answer                        LabProjection  a walk's nodes in the plane (LabWalk)
/// </code>
/// </summary>
/// <remarks>
/// All members may be called from any thread; experiments take turns, as one would spoil the other's times. Memory is bounded: one
/// collection at a time, <see cref="MostVectors"/> vectors, four indexes.
/// </remarks>
public sealed class AnnLab : IDisposable
{
    /// <summary>
    /// Most vectors that experiments use; of a larger collection every n-th. An HNSW index of as many builds in about 10 s on two cores, and the
    /// Lab then holds up to 400 MB at 256 dimensions.
    /// </summary>
    public const int MostVectors = 50_000;

    private const int LeastRuns = 5;
    private const int MostRuns = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan MeasuringTime = TimeSpan.FromMilliseconds(40);

    private readonly SemaphoreSlim turn = new(1);
    private LabIndexes? indexes;

    /// <summary>Makes an experiment. The first one with an index has to wait until it is built.</summary>
    /// <param name="store">The collection.</param>
    /// <param name="experiment">The question.</param>
    /// <param name="cancellation">Gives up waiting; an index that is being built is built to its end.</param>
    /// <returns>The report; or how far the index is built, after a moment of waiting: ask again.</returns>
    /// <exception cref="QueryException">A value of the experiment can't be used, or the collection is empty.</exception>
    public async Task<(LabReport? Report, LabProgress? Progress)> RunAsync(
        EmbeddedStore store, LabExperiment experiment, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(experiment);
        LabFamily family = experiment.Check();
        SortedDictionary<string, int> settings = family.Complete(experiment.Settings);
        (LabIndexes present, LabIndexes.Building building) = await BeginAsync(store, family, settings, experiment.Codes, cancellation).ConfigureAwait(false);
        bool inTime = await Task.WhenAny(building.Result, Task.Delay(Patience, cancellation)).ConfigureAwait(false) == building.Result;
        if (!inTime || building.Result.IsCanceled)
        {
            cancellation.ThrowIfCancellationRequested();
            return (null, new LabProgress(building.Done, building.Total));
        }

        LabIndex built = await building.Result.ConfigureAwait(false);
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return (Measure(present, built, family, settings, experiment), null);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Stops what is being built.</summary>
    public void Dispose()
    {
        indexes?.Abandon();
        turn.Dispose();
    }

    private async Task<(LabIndexes Present, LabIndexes.Building Building)> BeginAsync(
        EmbeddedStore store, LabFamily family, IReadOnlyDictionary<string, int> settings, CodeKind codes, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            LabIndexes present = Present(store);
            return (present, present.Get(family, settings, codes));
        }
        finally
        {
            turn.Release();
        }
    }

    private LabIndexes Present(EmbeddedStore store)
    {
        if (indexes is not null && indexes.Folder == store.Folder && indexes.Generation == store.Generation && indexes.Revision == store.Revision)
            return indexes;
        indexes?.Abandon();
        indexes = null;
        LabIndexes loaded = LabIndexes.Load(store, MostVectors);
        if (loaded.Vectors.Count == 0)
            throw new QueryException("collection", "is empty; index some pictures first");
        return indexes = loaded;
    }

    private static LabReport Measure(
        LabIndexes present, LabIndex built, LabFamily family, IReadOnlyDictionary<string, int> settings, LabExperiment experiment)
    {
        SearchParameters parameters = family.Parameters(settings) with { SkipRescoring = family.Rescores && !experiment.Rescore };
        if (experiment.FilterShare < 1)
            parameters = parameters with { Filter = present.Share(experiment.FilterShare) };
        var exactly = new SearchParameters { Filter = parameters.Filter };
        int k = Math.Min(experiment.K, present.Vectors.Count);
        Neighbor[] exact = Search(present.Vectors, experiment.Query, k, exactly);
        Neighbor[] approximate = Remeasured(present, experiment.Query, Search(built.Index, experiment.Query, k, parameters));
        LabWork work = family.Work(built.Index, experiment.Query, new Neighbor[k], parameters);
        double meanRecall = MeanRecall(present, built.Index, k, experiment.FilterShare, exactly, parameters);
        return new LabReport
        {
            Vectors = present.Vectors.Count,
            Exact = exact,
            Approximate = approximate,
            Recall = Recall(exact, approximate),
            MeanRecall = meanRecall,
            MeanQueries = present.Queries.Count,
            ExactMicros = MedianMicros(present.Vectors, experiment.Query, k, exactly),
            ApproximateMicros = MedianMicros(built.Index, experiment.Query, k, parameters),
            Visited = work.Visited,
            Rescored = work.Rescored,
            Probed = work.Probed,
            BuildSeconds = built.BuildSeconds,
            MemoryBytes = built.MemoryBytes,
            Walk = work.Walk is null ? null : LabWalk.From(work.Walk, exact.Concat(approximate), experiment.Query, present.Vectors),
        };
    }

    private static double MeanRecall(LabIndexes present, IVectorIndex index, int k, double share, SearchParameters exactly, SearchParameters parameters)
    {
        Neighbor[][] truth = present.Truth(k, share, query => Search(present.Vectors, query, k, exactly));
        return truth.Select((nearest, q) =>
        {
            float[] query = present.Vector(present.Queries[q]);
            return Recall(nearest, Remeasured(present, query, Search(index, query, k, parameters)));
        }).Average();
    }

    private static Neighbor[] Search(IVectorIndex index, ReadOnlySpan<float> query, int k, SearchParameters parameters)
    {
        var results = new Neighbor[k];
        return results[..index.Search(query, results, parameters)];
    }

    // Without rescoring a family may report its codes' distances; these are the true ones, in the order found.
    private static Neighbor[] Remeasured(LabIndexes present, float[] query, Neighbor[] found) =>
        Array.ConvertAll(found, neighbor => neighbor with { Distance = MathF.Max(0, 1 - UnitVector.Cosine(query, present.Vector(neighbor.Id))) });

    // Of several at the same distance any may be among the k nearest.
    private static double Recall(Neighbor[] exact, Neighbor[] found)
    {
        if (exact.Length == 0)
            return 1;
        float farthest = exact[^1].Distance + 2e-6f;
        return Math.Min(1, found.Count(neighbor => neighbor.Distance <= farthest) / (double)exact.Length);
    }

    private static double MedianMicros(IVectorIndex index, float[] query, int k, SearchParameters parameters)
    {
        var results = new Neighbor[k];
        var times = new List<long>();
        for (long begun = Stopwatch.GetTimestamp(); times.Count < LeastRuns || (times.Count < MostRuns && Stopwatch.GetElapsedTime(begun) < MeasuringTime);)
        {
            long started = Stopwatch.GetTimestamp();
            index.Search(query, results, parameters);
            times.Add(Stopwatch.GetTimestamp() - started);
        }

        times.Sort();
        return times[times.Count / 2] * 1e6 / Stopwatch.Frequency;
    }
}
