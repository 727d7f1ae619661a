using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Ranking;

/// <summary>How one query's list is put together.</summary>
/// <param name="Query">The composed query.</param>
/// <param name="Rules">The rules that apply.</param>
/// <param name="Filter">The query's filter, which pins obey too.</param>
/// <param name="Allowed">The items that the filter lets through; null for all.</param>
/// <param name="Excluded">Items never shown to this query: the examples themselves.</param>
/// <param name="Collapse">What happens to duplicates.</param>
/// <param name="Diversity">0..1.</param>
/// <param name="EfSearch">0 for the index's default.</param>
/// <param name="Regions">What is looked for among parts of pictures; null to compare them as wholes.</param>
/// <param name="Explain">Whether candidates carry explanations.</param>
internal sealed record ListRequest(
    ComposedQuery Query, ActiveRules Rules, Filter? Filter, ItemScope? Allowed, IReadOnlySet<long> Excluded,
    CollapseMode Collapse, double Diversity, int EfSearch, RegionQuery? Regions, bool Explain)
{
    internal bool NeedRecords => Rules.NeedRecords || Collapse == CollapseMode.Duplicates;

    internal bool NeedItems => Collapse == CollapseMode.Asset;

    internal bool NeedVectors => Collapse == CollapseMode.Duplicates || Diversity > 0;
}

/// <summary>
/// The list that all pages of one query are cut from. Collapse, diversity and fusion look at a window of candidates, and what
/// they do with a candidate depends on the window; so a window that grew with the page would show an item twice or never.
/// The windows are therefore fixed in size, each four times the one before. A window gives the best of what it holds to the
/// list, and a later one only adds what is not there yet: the beginning of the list never depends on how far someone reads.
/// </summary>
internal sealed class ArrangedList(IStore store, RankingOptions options, IFusion fusion, int dimension, StageTimes times)
{
    private const int Growth = 4;

    private readonly bool hasVideos = store.Videos > 0;
    private readonly CandidateFusion fuse = new(fusion);
    private readonly ExactRescore rescore = new(store, dimension);
    private readonly RelevanceRanking rank = new(fusion);
    private readonly NearDuplicateCollapse duplicates =
        new(options.DuplicateHashDistance, options.DuplicateSimilarity, options.DuplicateSimilarityAlone);
    private readonly MaximalMarginalRelevance diversify = new(options.DiversityDepth);

    /// <summary>The list's first <paramref name="count"/> results, or more, or all there are.</summary>
    internal List<Candidate> Build(ListRequest request, int count, CancellationToken cancellation)
    {
        HashSet<long> placed = [.. request.Excluded];
        List<Candidate> leaders = [];
        List<Candidate> list = Pins(request, leaders);
        placed.UnionWith(list.Select(candidate => candidate.ItemId));
        int pins = list.Count;

        // Deep enough for the deepest page, and no deeper.
        long last = (long)options.MaxDepth * options.WindowFactor;
        for (long window = options.CandidateWindow; ; window *= Growth)
        {
            cancellation.ThrowIfCancellationRequested();
            RetrievedLists found = times.Retrieve.Measure(() =>
                new ParallelRetrieval(store, times.Monitor).Retrieve(request.Query, (int)window, request.Allowed, request.EfSearch, request.Regions));
            times.Found(found);
            bool exhausted = found.Visual.Count < window && found.Text.Count < window && found.Passages.Count < window;
            List<Candidate> ranked = Rank(request, found, placed, cancellation);
            List<Candidate> arranged = times.Arrange.Measure(() => Arrange(request, ranked, leaders));
            int take = exhausted || window >= last ? arranged.Count : Math.Max(0, (int)(window / options.WindowFactor) + pins - list.Count);
            Keep(arranged, take, list, placed, leaders);
            // Pins don't count: one for place 500 would otherwise slip up to the end of a short list.
            if (exhausted || window >= last || list.Count - pins >= count)
                break;
        }

        return times.Arrange.Measure(() => request.Rules.Apply(list));
    }

    private List<Candidate> Rank(ListRequest request, RetrievedLists found, HashSet<long> placed, CancellationToken cancellation)
    {
        ListCurves curves = options.Match.Of(request.Query.Kind);
        List<Candidate> candidates = times.Fuse.Measure(() => fuse.Fuse(found with { Curves = curves }, request.Explain));
        foreach (Candidate candidate in candidates)
        {
            if (found.Regions?.TryGetValue(candidate.ItemId, out FoundRegion region) == true)
                candidate.Region = region;
        }

        cancellation.ThrowIfCancellationRequested();
        times.Rescore.Measure(() =>
        {
            rescore.Apply(candidates, request.Query.Vector, request.NeedVectors, request.Regions?.WholeCounts ?? 0);
            if (!hasVideos)
                return;
            if (request.NeedRecords)
                LoadRecords(candidates);
            else
                LoadItems(candidates);
            MomentEvidence.Share(candidates);
        });
        return times.Rank.Measure(() =>
        {
            List<Candidate> ranked = rank.Rank(candidates, request.Query.Mode, found.BestText, curves);
            ranked.RemoveAll(candidate => placed.Contains(candidate.ItemId));
            if (request.NeedRecords)
            {
                LoadRecords(ranked);
                ranked.RemoveAll(candidate => candidate.Record is null || !request.Rules.Allows(candidate.Record));
                return request.Rules.Boost(ranked);
            }

            if (request.NeedItems || hasVideos)
            {
                LoadItems(ranked);
                ranked.RemoveAll(static candidate => candidate.Item is null);
            }

            return ranked;
        });
    }

    private List<Candidate> Arrange(ListRequest request, List<Candidate> ranked, List<Candidate> leaders)
    {
        // Those of this window that do not make it into the list must not lead anything: a later window looks at them again.
        List<Candidate> trial = [.. leaders];
        List<Candidate> apart = hasVideos && request.Collapse != CollapseMode.None ? MomentCollapse.Collapse(ranked, trial) : ranked;
        List<Candidate> kept = request.Collapse switch
        {
            CollapseMode.Duplicates => duplicates.Collapse(apart, trial),
            CollapseMode.Asset => AssetCollapse.Collapse(apart, trial),
            _ => apart,
        };
        return diversify.Reorder(kept, request.Diversity);
    }

    private static void Keep(List<Candidate> arranged, int take, List<Candidate> list, HashSet<long> placed, List<Candidate> leaders)
    {
        foreach (Candidate candidate in arranged.Take(take))
        {
            list.Add(candidate);
            leaders.Add(candidate);
        }

        foreach (Candidate leader in leaders)
        {
            placed.Add(leader.ItemId);
            placed.UnionWith(leader.Collapsed);
        }
    }

    private List<Candidate> Pins(ListRequest request, List<Candidate> leaders)
    {
        if (request.Rules.Pins.Count == 0)
            return [];
        Dictionary<long, Candidate> pinned = [];
        foreach (BusinessRule rule in request.Rules.Pins)
        {
            int position = rule.Position;
            foreach (Candidate candidate in Matching(rule, request))
            {
                if (!pinned.TryAdd(candidate.ItemId, candidate))
                    continue;
                candidate.Pin = position == 0 ? 0 : position++;
                candidate.Explanation?.Rules.Add(rule.Name);
            }
        }

        List<Candidate> pins = [.. pinned.Values];
        rescore.Apply(pins, request.Query.Vector, request.NeedVectors);
        foreach (Candidate candidate in pins)
            candidate.Relevance = candidate.ExactScore ?? 0;
        List<Candidate> kept = request.Collapse switch
        {
            CollapseMode.Duplicates => duplicates.Collapse(pins, leaders),
            CollapseMode.Asset => AssetCollapse.Collapse(pins, leaders),
            _ => pins,
        };
        return kept;
    }

    private IEnumerable<Candidate> Matching(BusinessRule rule, ListRequest request)
    {
        ItemScope matching = store.Match(request.Filter is null ? rule.Items : new Filter.All([rule.Items, request.Filter]));
        int left = rule.Limit;
        foreach (long[] chunk in matching.Ids().Where(id => !request.Excluded.Contains(id)).Chunk(64))
        {
            foreach (ItemRecord record in store.Load(chunk))
            {
                if (!request.Rules.Allows(record))
                    continue;
                yield return new Candidate(record.Item.Id) { Record = record, Explanation = request.Explain ? new Explanation() : null };
                if (--left == 0)
                    yield break;
            }
        }
    }

    // Of some 400 candidates 20 are shown: their assets' texts, tags and fields were half the time of a search with videos.
    private void LoadItems(List<Candidate> candidates)
    {
        Dictionary<long, Item> items = store.LoadItems([.. candidates.Where(candidate => candidate.Item is null).Select(candidate => candidate.ItemId)]).ToDictionary(item => item.Id);
        foreach (Candidate candidate in candidates)
            candidate.Item ??= items.GetValueOrDefault(candidate.ItemId);
    }

    private void LoadRecords(List<Candidate> candidates)
    {
        Dictionary<long, ItemRecord> records = store.Load([.. candidates.Where(candidate => candidate.Record is null).Select(candidate => candidate.ItemId)]).ToDictionary(record => record.Item.Id);
        foreach (Candidate candidate in candidates)
            candidate.Record ??= records.GetValueOrDefault(candidate.ItemId);
    }
}
