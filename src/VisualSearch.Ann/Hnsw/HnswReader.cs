using VisualSearch.Ann.Flat;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>The read path: fix a version, choose between a walk and a scan, walk on codes, rescore with float32.</summary>
internal sealed unsafe class HnswReader(VectorSpace space, HnswGraph graph, SlotTable slots, HnswOptions options)
{
    // More changes no recall: 16 of a beam of 64 rescored gave what all 64 gave, to four digits (100,000 pictures of 768 numbers).
    private readonly float _oversampling = options.Oversampling > 0 ? options.Oversampling : options.Codes == CodeKind.Int4 ? 4 : 1.6f;

    private readonly SlotFilters _filters = new(slots);

    /// <summary>Finds the nearest to the context's query.</summary>
    public int Search<TObserver>(SearchContext context, Span<Neighbor> results, SearchParameters parameters, TObserver observer)
        where TObserver : struct, IWalkObserver
    {
        if (results.IsEmpty || parameters.Filter is { Count: 0 })
            return 0;
        int ef = Math.Max(parameters.EfSearch == 0 ? options.EfSearch : parameters.EfSearch, results.Length);

        // In this order: whatever the version shows lies under the limit, and the entry too.
        var view = new ReadView { Version = slots.Version, Live = slots.Live, Entry = graph.Entry, Limit = slots.Limit };
        if (view.Entry.Slot == HnswGraph.None)
            return 0;
        context.EncodeQuery(space);

        // Reading each slot's row would be one more miss of the caches for every node that enters the buffer.
        return view.Live == view.Limit
            ? Search(context, results, parameters, ef, view, default(Everything), observer)
            : Search(context, results, parameters, ef, view, new Visible(slots.View(), view.Version), observer);
    }

    private int Search<TVisible, TObserver>(
        SearchContext context, Span<Neighbor> results, SearchParameters parameters, int ef, in ReadView view, TVisible visible, TObserver observer)
        where TVisible : struct, IAcceptance
        where TObserver : struct, IWalkObserver
    {
        if (parameters.Filter is { } allowed)
            return SearchFiltered(context, results, parameters, ef, view, visible, allowed, observer);

        // A beam as wide as the index would look at everything too, along links and by codes: a scan is cheaper, and exact.
        if (ef >= view.Live && !parameters.SkipRescoring)
            return ScanAll(context, results, view, observer);
        int nearest = HnswWalk.Descend(space, graph, context, view.Entry, toLevel: 0, view.Limit, observer);
        Beam beam = Beam.Of(ef, MostRescored(results.Length, parameters), parameters.Patience);
        HnswWalk.OnLevel(space, graph, level: 0, visible, context, nearest, view.Entry.Slot, beam, view.Limit, int.MaxValue, observer);
        int found = Rank(context, results, parameters, observer);

        // Fewer than there are: a caller who asks for nearly everything gets the last ones by a scan.
        return found == Math.Min(view.Live, results.Length) ? found : ScanAll(context, results, view, observer);
    }

    private int ScanAll<TObserver>(SearchContext context, Span<Neighbor> results, in ReadView view, TObserver observer)
        where TObserver : struct, IWalkObserver
    {
        observer.Scan(view.Live);
        return ExactScan.All(space, slots, context.Query, results, filter: null, view.Version, view.Limit);
    }

    private int SearchFiltered<TVisible, TObserver>(
        SearchContext context, Span<Neighbor> results, SearchParameters parameters, int ef, in ReadView view, TVisible visible, IdSet allowed, TObserver observer)
        where TVisible : struct, IAcceptance
        where TObserver : struct, IWalkObserver
    {
        SlotFilter filter = _filters.Of(allowed, view.Version);
        var acceptance = new Allowed<TVisible>(filter, visible);
        if (!FilterPlan.IsScanCheaper(filter.Count, ef, graph.M))
        {
            Beam beam = Beam.Of(ef, MostRescored(results.Length, parameters), parameters.Patience);
            bool finished = WalkFiltered(context, filter, acceptance, beam, view, observer);
            int found = finished ? Rank(context, results, parameters, observer) : 0;
            if (found == results.Length)
                return found;
        }

        observer.Scan(filter.Count);
        HnswWalk.Scan(space, filter, acceptance, context, Math.Max(ef, MostRescored(results.Length, parameters)), view.Limit);
        return Rank(context, results, parameters, observer);
    }

    private bool WalkFiltered<TAcceptance, TObserver>(
        SearchContext context, SlotFilter filter, TAcceptance acceptance, Beam beam, in ReadView view, TObserver observer)
        where TAcceptance : struct, IAcceptance
        where TObserver : struct, IWalkObserver
    {
        int entry = view.Entry.Slot, limit = view.Limit, budget = FilterPlan.Budget(filter.Count);
        int nearest = HnswWalk.Descend(space, graph, context, view.Entry, toLevel: 0, limit, observer);
        double nearby = FilteredSearcher.ShareAround(graph, nearest, acceptance, limit);
        FilterPlan plan = FilterPlan.Walk(nearby, (double)filter.Count / view.Live);
        int[] seeds = plan.FromSeeds ? filter.Seeds : [];
        return plan.Way == FilterWay.PassOver
            ? HnswWalk.OnLevel(space, graph, level: 0, acceptance, context, nearest, entry, beam, limit, budget, observer)
            : HnswWalk.TwoHop(space, graph, acceptance, seeds, context, nearest, entry, beam, limit, budget, observer);
    }

    private int Rank<TObserver>(SearchContext context, Span<Neighbor> results, SearchParameters parameters, TObserver observer)
        where TObserver : struct, IWalkObserver =>
        parameters.SkipRescoring ? TakeFirst(context, results) : Rescore(context, results, parameters, observer);

    /// <summary>
    /// Ranks by exact distances the candidates that codes put first: <see cref="HnswOptions.Oversampling"/> times as many as are asked for.
    /// Each reads a whole float32 row, as much memory as eight hops' codes. A filter may leave only what is far from the query, where all is
    /// equally far and codes tell little apart: then it goes on until twice as many in a row were no better than what was found.
    /// </summary>
    private int Rescore<TObserver>(SearchContext context, Span<Neighbor> results, SearchParameters parameters, TObserver observer)
        where TObserver : struct, IWalkObserver
    {
        var top = new TopNeighbors(results);
        int most = space.Codec is null ? int.MaxValue : MostRescored(results.Length, parameters);
        bool goesOn = most < int.MaxValue && parameters.Filter is not null && parameters.Oversampling == 0;
        int mostFruitless = goesOn ? 2 * most : most;
        int index = 0, candidates = 0;
        Prefetch(context, most);
        for (int fruitless = 0; fruitless < mostFruitless && context.Buffer.TryNextAccepted(ref index, out Candidate candidate); candidates++)
        {
            bool isAmongBest = top.Offer(new Neighbor(slots.IdOf(candidate.Slot), space.Distance(context.Query, candidate.Slot)));
            fruitless = isAmongBest && goesOn ? 0 : fruitless + 1;
        }

        observer.Rescore(candidates);
        return top.Finish();
    }

    private int MostRescored(int asked, SearchParameters parameters)
    {
        double oversampling = parameters.Oversampling > 0 ? parameters.Oversampling : _oversampling;
        return (int)Math.Min(int.MaxValue, Math.Ceiling(asked * oversampling));
    }

    // The first lines of each row: the processor fetches the rest by itself once they are read in order.
    private void Prefetch(SearchContext context, int most)
    {
        if (space.Codec is null)
            return;
        RowView<Slot> rows = slots.View();
        int index = 0;
        for (int i = 0; i < most && context.Buffer.TryNextAccepted(ref index, out Candidate candidate); i++)
        {
            CacheLines.Prefetch((byte*)space.Vectors[candidate.Slot], 2 * CacheLines.Size);
            CacheLines.Prefetch((byte*)rows[candidate.Slot], sizeof(Slot));
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

    /// <summary>What a search sees: fixed at its start.</summary>
    private readonly struct ReadView
    {
        public long Version { get; init; }

        public int Live { get; init; }

        public (int Slot, int Level) Entry { get; init; }

        public int Limit { get; init; }
    }
}
