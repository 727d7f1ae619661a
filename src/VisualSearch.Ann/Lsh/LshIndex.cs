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
public sealed unsafe class LshIndex : TrainedIndex
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

    /// <summary>How vectors are hashed and searched.</summary>
    public LshOptions Options { get; }

    private protected override IFiledVectors Filed => _vectors;

    private protected override int Find(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters, ref ProbeTrace work)
    {
        using Lease<LshContext> lease = _vectors.Door.Enter(query, parameters);
        LshContext context = lease.Context;
        long version = _vectors.Slots.Version;
        HashTables? tables = _vectors.Filing;
        long probes = (long)Options.Tables * (parameters.NProbe > 0 ? parameters.NProbe : Options.Probes);
        long possible = Math.Min(Count, parameters.Filter?.Count ?? long.MaxValue);
        if (tables is not null && !ExactScan.IsCheaper(parameters.Filter, (double)Count * probes / (1 << Options.Bits)))
        {
            int found = Probe(tables, context, results, probes, version, parameters.Filter, ref work);
            if (found >= Math.Min(results.Length, possible))
                return found;
        }

        return _vectors.Scan(context, results, parameters.Filter, ref work);
    }

    private int Probe(
        HashTables tables, LshContext context, Span<Neighbor> results, long probes, long version, IdSet? filter, ref ProbeTrace work)
    {
        SlotTable slots = _vectors.Slots;
        tables.Measure(context.Query, extra: 0, context.Margins);
        context.Sequence.Begin(tables, context.Margins);

        // Slots made from here on hold vectors of a later version; they have no tag and are not for this search.
        int limit = slots.Limit;
        context.Visited.Begin(limit);
        RowView<Slot> view = slots.View();
        var ranking = new ExactRanking(_vectors.Space, slots, context.Query, results, version, filter);
        int probed = 0;
        for (; probed < probes && context.Sequence.TryNext(out int table, out int bucket); probed++)
        {
            foreach (int slot in tables[table, bucket])
            {
                if (slot < limit && context.Visited.TryVisit(slot))
                    ranking.Offer(view[slot], slot);
            }
        }

        work = new ProbeTrace { Probed = probed, Distances = ranking.Measured };
        return ranking.Finish();
    }

    private sealed class LshContext(int dimension, LshOptions options) : QueryContext(dimension)
    {
        private readonly MemoryBlock _margins = new(options.Tables * options.Bits * sizeof(float));

        public float* Margins => (float*)_margins.Start;

        public ProbeSequence Sequence { get; } = new(options.Tables, options.Bits);

        public VisitedTags Visited { get; } = new();
    }
}
