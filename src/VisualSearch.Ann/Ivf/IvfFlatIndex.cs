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
public sealed unsafe class IvfFlatIndex : IVectorIndex
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

    /// <inheritdoc/>
    public int Dimension => _vectors.Space.Dimension;

    /// <inheritdoc/>
    public Metric Metric => _vectors.Space.Metric;

    /// <inheritdoc/>
    public int Count => _vectors.Slots.Live;

    /// <summary>How lists are made and searched.</summary>
    public IvfOptions Options { get; }

    /// <summary>Whether there are lists yet; without them a search is exact and reads everything.</summary>
    public bool IsTrained => _vectors.Filing is not null;

    /// <summary>Places the centroids anew by a sample of the index's own vectors, and files them all again; searches go on meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The index is empty.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Train() => _vectors.Train();

    /// <summary>Places the centroids by other vectors of the same kind, and files the index's again. The vectors are not added.</summary>
    /// <param name="vectors">One after the other; best <see cref="IvfOptions.NList"/>·39 or more.</param>
    /// <exception cref="ArgumentException">None, a length that does not fit, or a vector that <see cref="Add"/> would refuse.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Train(ReadOnlySpan<float> vectors) => _vectors.Train(vectors);

    /// <inheritdoc/>
    public void Add(ulong id, ReadOnlySpan<float> vector) => _vectors.Add(id, vector);

    /// <inheritdoc/>
    public bool Remove(ulong id) => _vectors.Remove(id);

    /// <inheritdoc/>
    public bool Contains(ulong id) => _vectors.Door.Contains(id);

    /// <inheritdoc/>
    public bool TryGetVector(ulong id, Span<float> destination) => _vectors.Door.TryGetVector(id, destination);

    /// <inheritdoc/>
    public int Search(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        using Lease<IvfContext> lease = _vectors.Door.Enter(query, parameters);
        return Find(lease.Context, results, parameters);
    }

    /// <summary>Searches as <see cref="Search"/> does, with the same results, and says what that took.</summary>
    /// <param name="query">As for <see cref="Search"/>.</param>
    /// <param name="results">Receives the nearest first.</param>
    /// <param name="parameters">As for <see cref="Search"/>.</param>
    /// <returns>The work; its <see cref="ProbeTrace.Found"/> is what <see cref="Search"/> returns.</returns>
    /// <exception cref="ArgumentException">The query has the wrong length, a value that is not finite, or no direction.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public ProbeTrace Trace(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        using Lease<IvfContext> lease = _vectors.Door.Enter(query, parameters);
        int found = Find(lease.Context, results, parameters);
        return lease.Context.Work with { Found = found };
    }

    /// <summary>Memory held by vectors, centroids and lists. Keeps writers waiting meanwhile.</summary>
    public long GetMemoryBytes() => _vectors.AllocatedBytes();

    /// <summary>Refuses further calls. Searches that run now end unharmed; the memory goes when the last of them has ended.</summary>
    public void Dispose() => _vectors.Door.Close();

    private int Find(IvfContext context, Span<Neighbor> results, SearchParameters parameters)
    {
        context.Work = default;
        SlotTable slots = _vectors.Slots;
        long version = slots.Version;
        InvertedLists? lists = _vectors.Filing;
        IdSet? filter = parameters.Filter;
        int probes = parameters.NProbe > 0 ? parameters.NProbe : Options.NProbe;
        if (lists is null || ExactScan.IsCheaper(filter, (double)Count * probes / lists.Count))
            return _vectors.Scan(context, results, filter);

        lists.Order(context);
        var top = new TopNeighbors(results);
        int probed = 0, compared = 0;
        for (; (probes > probed || top.Count < results.Length) && context.Lists.TryDequeue(out int list, out _); probed++)
        {
            // The view is taken after the list, so that it reaches every slot in it.
            ReadOnlySpan<int> filed = lists[list];
            RowView<Slot> view = slots.View();
            foreach (int slot in filed)
            {
                if (SlotTable.IsVisible(view[slot], version) && (filter is null || filter.Contains(view[slot]->Id)))
                {
                    compared++;
                    top.Offer(new Neighbor(view[slot]->Id, _vectors.Space.Distance(context.Query, slot)));
                }
            }
        }

        context.Work = new ProbeTrace { Probed = probed, Distances = compared };
        return top.Finish();
    }
}
