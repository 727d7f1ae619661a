using VisualSearch.Ann.Flat;
using VisualSearch.Ann.Hnsw;
using VisualSearch.Ann.Lsh;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann;

/// <summary>
/// Approximate nearest neighbours by random-hyperplane hashing (Charikar 2002) with several tables and multi-probe search (Lv et al. 2007).
/// A plane cuts space in two, and vectors near each other are seldom cut apart; the sides of some planes together are a bucket's number.
/// <code>
///      │   ·  ╱                 table 0: planes a, b       q is in bucket 10 and looks there first. It lies
///   ·  │ q   ╱  ·               bucket 00 01 10 11         close to plane b: bucket 11 is the next to try.
/// ─────┼────╱──────             table 1: other planes      The neighbour that table 0 cut off may share
///      │·  ╱    ·               bucket 00 01 10 11         q's bucket in table 1.
///      a  b
///
/// LshIndex     the door and the search               ProbeSequence   which bucket next
/// HashTables   planes, hashes, buckets of slots      FiledVectors    add, remove, train: one writer, readers without locks
/// </code>
/// Every vector met is compared exactly with the query. Of the families here the simplest to state and, at equal recall, the one that
/// compares most vectors: the planes know nothing of the data but its centre.
/// </summary>
/// <remarks>
/// All members may be called from any thread. Writers wait for each other; searches wait for nobody. Until trained
/// (<see cref="LshOptions.TrainAt"/>) the index compares the query with every vector; so does a search whose buckets hold too few.
/// </remarks>
public sealed unsafe class LshIndex : IVectorIndex
{
    private readonly FiledVectors<HashTables, LshContext> _vectors;

    // The centre of this many is as good as that of all.
    private const int MostSample = 10_000;

    /// <summary>Creates an empty index.</summary>
    /// <param name="dimension">Numbers in each vector, 1 to 65,536.</param>
    /// <param name="metric">How distances are computed.</param>
    /// <param name="options">How vectors are hashed and searched; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension or the metric is out of range.</exception>
    public LshIndex(int dimension, Metric metric, LshOptions? options = null)
    {
        Options = options ?? new LshOptions();
        _vectors = new FiledVectors<HashTables, LshContext>(
            this, dimension, metric, () => new LshContext(dimension, Options),
            (space, sample) => new HashTables(space, sample, Options), Options.TrainAt, MostSample, Options.Seed);
    }

    /// <inheritdoc/>
    public int Dimension => _vectors.Space.Dimension;

    /// <inheritdoc/>
    public Metric Metric => _vectors.Space.Metric;

    /// <inheritdoc/>
    public int Count => _vectors.Slots.Live;

    /// <summary>How vectors are hashed and searched.</summary>
    public LshOptions Options { get; }

    /// <summary>Whether there are tables yet; without them a search is exact and reads everything.</summary>
    public bool IsTrained => _vectors.Filing is not null;

    /// <summary>Finds the centre of the index's own vectors and hashes them all anew; searches go on meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The index is empty.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Train() => _vectors.Train();

    /// <summary>Takes the centre of other vectors of the same kind, and hashes the index's anew. The vectors are not added.</summary>
    /// <param name="vectors">One after the other.</param>
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
        using Lease<LshContext> lease = _vectors.Door.Enter(query, parameters);
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
        using Lease<LshContext> lease = _vectors.Door.Enter(query, parameters);
        int found = Find(lease.Context, results, parameters);
        return lease.Context.Work with { Found = found };
    }

    /// <summary>Memory held by vectors, planes and buckets. Keeps writers waiting meanwhile.</summary>
    public long GetMemoryBytes() => _vectors.AllocatedBytes();

    /// <summary>Refuses further calls. Searches that run now end unharmed; the memory goes when the last of them has ended.</summary>
    public void Dispose() => _vectors.Door.Close();

    private int Find(LshContext context, Span<Neighbor> results, SearchParameters parameters)
    {
        context.Work = default;
        long version = _vectors.Slots.Version;
        HashTables? tables = _vectors.Filing;
        long probes = (long)Options.Tables * (parameters.NProbe > 0 ? parameters.NProbe : Options.Probes);
        long possible = Math.Min(Count, parameters.Filter?.Count ?? long.MaxValue);
        if (tables is not null && !ExactScan.IsCheaper(parameters.Filter, (double)Count * probes / (1 << Options.Bits)))
        {
            int found = Probe(tables, context, results, probes, version, parameters.Filter);
            if (found >= Math.Min(results.Length, possible))
                return found;
        }

        return _vectors.Scan(context, results, parameters.Filter);
    }

    private int Probe(HashTables tables, LshContext context, Span<Neighbor> results, long probes, long version, IdSet? filter)
    {
        SlotTable slots = _vectors.Slots;
        tables.Measure(context.Query, extra: 0, context.Margins);
        context.Sequence.Begin(tables, context.Margins);

        // Slots made from here on hold vectors of a later version; they have no tag and are not for this search.
        int limit = slots.Limit;
        context.Visited.Begin(limit);
        RowView<Slot> view = slots.View();
        var top = new TopNeighbors(results);
        int probed = 0, compared = 0;
        for (; probed < probes && context.Sequence.TryNext(out int table, out int bucket); probed++)
        {
            foreach (int slot in tables[table, bucket])
            {
                if (slot < limit && context.Visited.TryVisit(slot) && SlotTable.IsVisible(view[slot], version)
                    && (filter is null || filter.Contains(view[slot]->Id)))
                {
                    compared++;
                    top.Offer(new Neighbor(view[slot]->Id, _vectors.Space.Distance(context.Query, slot)));
                }
            }
        }

        context.Work = new ProbeTrace { Probed = probed, Distances = compared };
        return top.Finish();
    }

    private sealed class LshContext(int dimension, LshOptions options) : FiledContext(dimension)
    {
        private readonly MemoryBlock _margins = new(options.Tables * options.Bits * sizeof(float));

        public float* Margins => (float*)_margins.Start;

        public ProbeSequence Sequence { get; } = new(options.Tables, options.Bits);

        public VisitedTags Visited { get; } = new();
    }
}
