using VisualSearch.Ann.Flat;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>The read path: fix a version, choose between a walk and an exact scan, walk on codes, rescore with float32.</summary>
internal sealed unsafe class HnswReader(VectorSpace space, HnswGraph graph, SlotTable slots, HnswOptions options)
{
    // What one id of an exact scan costs (a look-up and a float32 row) in distances of a walk (a code row).
    private const long ScanCost = 2;

    // More changes no recall: 16 of a beam of 64 rescored gave what all 64 gave, to four digits (100,000 pictures of 768 numbers).
    private readonly float _oversampling = options.Oversampling > 0 ? options.Oversampling : options.Codes == CodeKind.Int4 ? 4 : 1.6f;

    /// <summary>Finds the nearest to the context's query.</summary>
    public int Search<TObserver>(SearchContext context, Span<Neighbor> results, SearchParameters parameters, TObserver observer)
        where TObserver : struct, IWalkObserver
    {
        if (results.IsEmpty || parameters.Filter is { Count: 0 })
            return 0;
        int ef = Math.Max(parameters.EfSearch == 0 ? options.EfSearch : parameters.EfSearch, results.Length);

        // In this order: whatever the version shows lies under the limit, and the entry too.
        long version = slots.Version;
        int live = slots.Live;
        (int Slot, int Level) entry = graph.Entry;
        int limit = slots.Limit;
        if (entry.Slot == HnswGraph.None)
            return 0;
        context.EncodeQuery(space);
        if (parameters.Filter is null)
        {
            // Reading each slot's row would be one more miss of the caches for every node that enters the buffer.
            int found = live == limit
                ? Walk(context, results, entry, limit, ef, default(Everything), int.MaxValue, parameters, observer, out _)
                : Walk(context, results, entry, limit, ef, new Visible(slots.View(), version), int.MaxValue, parameters, observer, out _);

            // Fewer than there are: a caller who asks for nearly everything gets the last ones by a scan.
            if (found == Math.Min(live, results.Length))
                return found;
            observer.Scan(live);
            return ExactScan.All(space, slots, context.Query, results, filter: null, version, limit);
        }

        // A walk scores about M nodes for each accepted one, over the share of nodes that the filter lets through.
        long allowed = Math.Min(parameters.Filter.Count, live);
        if (ScanCost * allowed * allowed <= (long)ef * graph.M * live)
            return Scan(context, results, parameters.Filter, allowed, observer);

        // A filter that lets through only what is far from the query would walk the whole graph: past the price of a scan, scan.
        int budget = (int)Math.Min(ScanCost * allowed, int.MaxValue);
        var acceptance = new VisibleAndAllowed(slots.View(), version, parameters.Filter);
        int accepted = Walk(context, results, entry, limit, ef, acceptance, budget, parameters, observer, out bool finished);
        return finished && accepted == results.Length ? accepted : Scan(context, results, parameters.Filter, allowed, observer);
    }

    private int Scan<TObserver>(SearchContext context, Span<Neighbor> results, IdSet filter, long allowed, TObserver observer)
        where TObserver : struct, IWalkObserver
    {
        observer.Scan(allowed);
        return ExactScan.Allowed(space, slots, context.Query, results, filter);
    }

    private int Walk<TAcceptance, TObserver>(
        SearchContext context, Span<Neighbor> results, (int Slot, int Level) entry, int limit, int ef,
        TAcceptance acceptance, int budget, SearchParameters parameters, TObserver observer, out bool finished)
        where TAcceptance : struct, IAcceptance
        where TObserver : struct, IWalkObserver
    {
        int nearest = HnswWalk.Descend(space, graph, context, entry, toLevel: 0, limit, observer);
        finished = HnswWalk.OnLevel(space, graph, level: 0, acceptance, context, nearest, entry.Slot, ef, limit, budget, observer);
        return parameters.SkipRescoring ? TakeFirst(context, results) : Rescore(context, results, parameters, observer);
    }

    /// <summary>
    /// Ranks by exact distances the candidates that codes put first: <see cref="HnswOptions.Oversampling"/> times as many as are asked for.
    /// Each reads a whole float32 row, as much memory as eight hops' codes.
    /// </summary>
    private int Rescore<TObserver>(SearchContext context, Span<Neighbor> results, SearchParameters parameters, TObserver observer)
        where TObserver : struct, IWalkObserver
    {
        var top = new TopNeighbors(results);
        int most = MostRescored(results.Length, parameters);
        int index = 0, candidates = 0;
        Prefetch(context, most);
        for (; candidates < most && context.Buffer.TryNextAccepted(ref index, out Candidate candidate); candidates++)
            top.Offer(new Neighbor(slots.IdOf(candidate.Slot), space.Distance(context.Query, candidate.Slot)));
        observer.Rescore(candidates);
        return top.Finish();
    }

    // A filter may leave only what is far from the query, where all is equally far and codes tell nothing apart: then the whole beam.
    private int MostRescored(int asked, SearchParameters parameters)
    {
        bool all = space.Codec is null || (parameters.Oversampling == 0 && parameters.Filter is not null);
        double oversampling = parameters.Oversampling > 0 ? parameters.Oversampling : _oversampling;
        return all ? int.MaxValue : (int)Math.Min(int.MaxValue, Math.Ceiling(asked * oversampling));
    }

    // The first lines of each row: the processor fetches the rest by itself once they are read in order.
    private void Prefetch(SearchContext context, int most)
    {
        int index = 0;
        for (int i = 0; i < most && context.Buffer.TryNextAccepted(ref index, out Candidate candidate); i++)
        {
            CacheLines.Prefetch((byte*)space.Vectors[candidate.Slot], 2 * CacheLines.Size);
            CacheLines.Prefetch((byte*)slots.View()[candidate.Slot], sizeof(Slot));
        }
    }

    // The walk's own order. What callers read as distance is exact all the same.
    private int TakeFirst(SearchContext context, Span<Neighbor> results)
    {
        int index = 0, found = 0;
        while (found < results.Length && context.Buffer.TryNextAccepted(ref index, out Candidate candidate))
            results[found++] = new Neighbor(slots.IdOf(candidate.Slot), space.Distance(context.Query, candidate.Slot));
        return found;
    }
}
