using VisualSearch.Ann.Flat;
using VisualSearch.Ann.Ivf;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann;

/// <summary>
/// Approximate nearest neighbours by inverted lists (Sivic and Zisserman 2003; named by Jégou, Douze and Schmid 2011). K-means cuts space
/// into cells, one around each centroid; a vector is filed in the list of its cell, and a search reads only the lists whose centroids are
/// nearest the query.
/// <code>
///        ·  ·   │ ·            q   the query: its own cell first,
///     ·  c1  ·  │   · c2 ·         then, NProbe = 2, the next
///       ·   q   │ ·    ·           nearest centroid's. A neighbour
///   ────────────┴──────────        just across a border is why
///     ·  · c3 ·  ·                 one list is seldom enough.
///
/// IvfFlatIndex   the door and the search       KMeans          where the centroids come from
/// InvertedLists  centroids, lists of slots     FiledVectors    add, remove, train: one writer, readers without locks
/// </code>
/// Distances within a list are exact, so only a list not read can cost recall.
/// </summary>
/// <remarks>
/// All members may be called from any thread. Writers wait for each other, also while one trains; searches wait for nobody. Until
/// trained (<see cref="IvfOptions.TrainAt"/>) the index compares the query with every vector.
/// </remarks>
public sealed unsafe class IvfFlatIndex : TrainedIndex
{
    private readonly FiledVectors<InvertedLists, IvfContext> _vectors;

    /// <summary>Creates an empty index.</summary>
    /// <param name="dimension">Numbers in each vector, 1 to 65,536.</param>
    /// <param name="metric">How distances are computed.</param>
    /// <param name="options">How lists are made and searched; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension or the metric is out of range.</exception>
    public IvfFlatIndex(int dimension, Metric metric, IvfOptions? options = null)
    {
        Options = options ?? new IvfOptions();
        _vectors = new FiledVectors<InvertedLists, IvfContext>(
            this, dimension, metric, () => new IvfContext(dimension),
            (space, sample) => new InvertedLists(space, KMeans.Train(sample, Options.NList, Options.Seed)),
            Options.TrainingThreshold, Options.MostSample, Options.Seed);
    }

    /// <summary>How lists are made and searched.</summary>
    public IvfOptions Options { get; }

    private protected override IFiledVectors Filed => _vectors;

    private protected override int Find(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters, ref ProbeTrace work)
    {
        using Lease<IvfContext> lease = _vectors.Door.Enter(query, parameters);
        IvfContext context = lease.Context;
        long version = _vectors.Slots.Version;
        InvertedLists? lists = _vectors.Filing;
        IdSet? filter = parameters.Filter;
        int probes = parameters.NProbe > 0 ? parameters.NProbe : Options.NProbe;
        if (lists is null || ExactScan.IsCheaper(filter, (double)Count * probes / lists.Count))
            return _vectors.Scan(context, results, filter, ref work);

        lists.Order(context);
        var ranking = new ExactRanking(_vectors.Space, _vectors.Slots, context.Query, results, version, filter);
        int probed = 0;
        for (; (probed < probes || ranking.Count < results.Length) && context.Lists.TryDequeue(out int list, out _); probed++)
            ranking.OfferAll(lists[list]);
        work = new ProbeTrace { Probed = probed, Distances = ranking.Measured };
        return ranking.Finish();
    }
}
