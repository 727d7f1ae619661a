using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search;

/// <summary>The online flow over one collection. Safe for any number of threads.</summary>
/// <remarks>
/// <code>
/// embed     QueryComposition            picture, item, words, negative words → one unit vector
/// retrieve  ParallelRetrieval           vector search ∥ BM25 ∥ passages by meaning, under the filter
/// fuse      CandidateFusion             CalibratedFusion, WeightedFusion or ReciprocalRankFusion
/// rescore   ExactRescore                float32 cosine of every candidate, and of a shot's best keyframe
///           MomentEvidence              what is seen and said at the same time counts for each other
/// rank      RelevanceRanking            one relevance; ActiveRules.Allows and .Boost
/// arrange   MomentCollapse → NearDuplicateCollapse or AssetCollapse → MaximalMarginalRelevance → ActiveRules.Apply → MatchScore
/// </code>
/// <see cref="Ranking.ArrangedList"/> runs retrieve to arrange and explains why pages fit together.
/// </remarks>
public sealed class SearchPipeline
{
    // "No good match" is said of the list, not of the page: page 2 of a good answer is no bad answer.
    private const int HeadForVerdict = 10;

    // A timeline shows them all (a search within the video); a card has room for a few.
    private const int MostMoments = 5;

    private readonly IStore store;
    private readonly RankingOptions options;
    private readonly BusinessRules rules;
    private readonly IFusion ofEither;
    private readonly IFusion ofBoth;
    private readonly QueryComposition composition;
    private readonly QueryChecks checks;
    private readonly MatchScore match;
    private readonly Func<string, float[]> embedText;
    private readonly int dimension;

    /// <summary>A pipeline that embeds words with the collection's encoder.</summary>
    /// <param name="store">The collection; stays the caller's.</param>
    /// <param name="encoder">The encoder of the collection's model; stays the caller's.</param>
    /// <param name="options">Ranking settings; null for the defaults.</param>
    /// <param name="rules">Business rules; null for none.</param>
    /// <param name="monitor">Who watches the searches; null for nobody.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the encoder's dimension is not the collection's.</exception>
    /// <exception cref="ModelMismatchException">The collection's vectors come from another model.</exception>
    public SearchPipeline(IStore store, DualEncoder encoder, RankingOptions? options = null, BusinessRules? rules = null, CollectionMonitor? monitor = null)
        : this(store, (encoder ?? throw new ArgumentNullException(nameof(encoder))).EncodeText, options, rules, monitor)
    {
        if (encoder.Dimension != dimension)
            throw new ArgumentException($"The encoder gives {encoder.Dimension} numbers, the collection has {dimension}; open it with the model it was indexed with.", nameof(encoder));
        // Vectors of another model may have as many numbers, and then nothing would show but results that make no sense.
        CollectionInfo info = store.Info;
        if (info.Model.Length > 0 && info.Model != encoder.Manifest.Fingerprint)
            throw new ModelMismatchException(info.Name, new ModelIdentity(info.ModelName, info.Model, info.Dimension), encoder.Manifest);
    }

    /// <summary>A pipeline that embeds words with any function, such as a caching or batching one.</summary>
    /// <param name="store">The collection; stays the caller's.</param>
    /// <param name="embedText">Words to a vector of the collection's dimension; called from any thread.</param>
    /// <param name="options">Ranking settings; null for the defaults.</param>
    /// <param name="rules">Business rules; null for none.</param>
    /// <param name="monitor">Who watches the searches; null for nobody.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public SearchPipeline(IStore store, Func<string, float[]> embedText, RankingOptions? options = null, BusinessRules? rules = null, CollectionMonitor? monitor = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(embedText);
        this.store = store;
        this.embedText = embedText;
        this.options = (options ?? new RankingOptions()).Validate();
        this.rules = rules ?? BusinessRules.None;
        Monitor = monitor;
        dimension = store.Info.Dimension;
        ofEither = Fusion(this.options, eitherAnswers: true);
        ofBoth = Fusion(this.options, eitherAnswers: false);
        composition = new QueryComposition(store, embedText, this.options, dimension);
        checks = new QueryChecks(this.options);
        match = new MatchScore(this.options.Match);
    }

    /// <summary>Who watches the searches; null for nobody.</summary>
    public CollectionMonitor? Monitor { get; }

    /// <summary>Answers a query.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="cancellation">Ends the search between stages.</param>
    /// <exception cref="QueryException">A part of the query is missing or out of range.</exception>
    /// <exception cref="ItemNotFoundException">The query refers to an item that is not in the collection.</exception>
    public SearchResponse Search(SearchQuery query, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        StageTimes times = new(Monitor, query.PictureEmbedMs);
        return Watched(Monitor?.Begin(SearchShape.Of(query), times), () =>
        {
            checks.Check(query);
            ComposedQuery composed = times.Embed.Measure(() => composition.Compose(query));
            HashSet<long> excluded = query.ImageItemId is { } own ? [own] : [];
            ItemScope? allowed = Allowed(query.Filter, times);
            ListRequest request = new(
                composed, rules.For(query.Text), query.Filter, allowed, excluded, query.Collapse, query.Diversity, query.EfSearch, Regions(query, composed), query.Explain);
            return (request, Answer(request, query.Offset, query.K, times, cancellation));
        });
    }

    /// <summary>Answers "more like these, less like those". The examples themselves are left out.</summary>
    /// <param name="query">The examples.</param>
    /// <param name="cancellation">Ends the search between stages.</param>
    /// <exception cref="QueryException">A part of the query is missing or out of range.</exception>
    /// <exception cref="ItemNotFoundException">An example is not in the collection.</exception>
    public SearchResponse Recommend(RecommendQuery query, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        StageTimes times = new(Monitor);
        return Watched(Monitor?.Begin(SearchShape.Of(query), times), () =>
        {
            checks.Check(query);
            ComposedQuery composed = times.Embed.Measure(() => composition.Compose(query));
            HashSet<long> excluded = [.. query.Positive, .. query.Negative];
            ItemScope? allowed = Allowed(query.Filter, times);
            ListRequest request = new(
                composed, rules.For(null), query.Filter, allowed, excluded, query.Collapse, query.Diversity, 0, Regions: null, query.Explain);
            return (request, Answer(request, query.Offset, query.K, times, cancellation));
        });
    }

    /// <summary>How sure it is that pictures show what words say, by the model's curve.</summary>
    /// <param name="words">What to look for.</param>
    /// <param name="itemIds">Pictures and shots; of a shot the keyframe that fits best counts.</param>
    /// <returns>The chances, 0..1, in the order of the items; 0 for one that is not there or has no picture.</returns>
    public IReadOnlyList<double> Shown(string words, IReadOnlyList<long> itemIds)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(itemIds);
        float[] vector = embedText(words);
        Dictionary<long, float> keyframes = store.BestKeyframes(vector, itemIds).ToDictionary(static found => found.ItemId, static found => found.Similarity);
        MatchCurve curve = options.Match.TextToPicture;
        return [.. itemIds.Select(id => keyframes.TryGetValue(id, out float cosine) ? curve.At(cosine) : store.Similarity(vector, id) is { } whole ? curve.At(whole) : 0)];
    }

    // In words either list may know the answer. With a picture in the query, or something taken away, a result has to satisfy both: sure
    // words alone put "a truck at night" before all that looked like the picture.
    private static IFusion Fusion(RankingOptions options, bool eitherAnswers) => options.Fusion switch
    {
        FusionMethod.ReciprocalRank => new ReciprocalRankFusion(options.ReciprocalRankConstant, options.VisualWeight, options.TextWeight, options.PassageWeight),
        FusionMethod.Calibrated when eitherAnswers => new CalibratedFusion(options.VisualWeight, options.TextWeight, options.PassageWeight),
        _ => new WeightedFusion(options.VisualWeight, options.TextWeight, options.Normalization, options.PassageWeight),
    };

    private static SearchResponse Watched(SearchTrace? watching, Func<(ListRequest Request, SearchResponse Response)> search)
    {
        using SearchTrace? trace = watching;
        try
        {
            (ListRequest request, SearchResponse response) = search();
            trace?.Ended(response, request);
            return response;
        }
        catch (Exception failure) when (trace?.Failed(failure) == true)
        {
            throw;
        }
    }

    private ItemScope? Allowed(Filter? filter, StageTimes times) => filter is null ? null : times.Retrieve.Measure(() => store.Match(filter));

    private static RegionQuery? Regions(SearchQuery query, ComposedQuery composed) => query.Regions == RegionMode.None
        ? null
        : new RegionQuery(composed.Vector!, query.Regions == RegionMode.LateInteraction ? query.PicturePatches : null, query.EfSearch)
        {
            WholeCounts = composed.Kind == MatchKind.TextToPicture ? RegionQuery.WholeCountsForWords : RegionQuery.WholeCountsForPictures,
        };

    private SearchResponse Answer(ListRequest request, int offset, int k, StageTimes times, CancellationToken cancellation)
    {
        IFusion fusion = request.Query.Kind is MatchKind.Composed or MatchKind.PictureToPicture ? ofBoth : ofEither;
        List<Candidate> list = new ArrangedList(store, options, fusion, dimension, times).Build(request, offset + k + 1, cancellation);
        List<Candidate> page = [.. list.Skip(offset).Take(k)];
        bool noGoodMatch = times.Arrange.Measure(() =>
        {
            List<Candidate> looked = [.. list.Take(HeadForVerdict).Union(page)];
            List<Candidate> shown = [.. looked, .. page.SelectMany(candidate => candidate.Moments.Take(MostMoments))];
            LoadMissing(shown);
            match.Apply(shown, request.Query.Kind, request.Query.Words);
            return !looked.Exists(candidate => candidate.Record is not null && candidate.Match >= options.NoGoodMatchBelow);
        });

        List<SearchResult> results = [];
        for (int i = 0; i < page.Count; i++)
        {
            // An item can be removed between retrieval and here; it is left out, and the places of the others stay.
            if (page[i].Record is not null)
                results.Add(Result(page[i], offset + i + 1));
        }

        int? filteredOut = request.Allowed is null ? null : (int)Math.Max(0, store.Info.Items - request.Allowed.Count);
        return new SearchResponse
        {
            QueryId = Guid.CreateVersion7().ToString("N"),
            TookMs = times.TotalMilliseconds,
            Timings = times.ToTimings(),
            Understood = filteredOut is null ? request.Query.Phrase : $"{request.Query.Phrase}, {filteredOut} filtered out",
            Results = results,
            NoGoodMatch = noGoodMatch,
            FilteredOut = filteredOut,
            HasMore = list.Count > offset + k,
        };
    }

    private SearchResult Result(Candidate candidate, int position)
    {
        if (candidate.Explanation is { } explanation)
        {
            explanation.FinalScore = candidate.Relevance;
            if (explanation.Duplicates.Count > 0)
                explanation.Add("collapse", $"Stands for {explanation.Duplicates.Count} more: {explanation.Duplicates[0].Reason}.");
        }

        return new SearchResult
        {
            Record = candidate.Record!,
            Position = position,
            Score = candidate.Relevance,
            Match = candidate.Match,
            BelowCutoff = candidate.Match < options.NoGoodMatchBelow,
            Collapsed = candidate.Collapsed.Count,
            Moment = candidate.Moment,
            Said = candidate.Said ?? candidate.Item!.Text,
            FoundBy = Found(candidate),
            Moments = [.. candidate.Moments.Take(MostMoments).Select(other => new MomentResult(other.Item!, other.Moment, other.Match, Found(other)))],
            Box = candidate.Region?.Box,
            Explanation = candidate.Explanation,
        };
    }

    private static FoundBy Found(Candidate candidate) =>
        (candidate.VisualRank is null ? FoundBy.None : FoundBy.Picture) |
        (candidate.TextScore is null ? FoundBy.None : FoundBy.Words) |
        (candidate.PassageScore is null ? FoundBy.None : FoundBy.Meaning);

    private void LoadMissing(List<Candidate> candidates)
    {
        Dictionary<long, Candidate> missing = candidates.Where(candidate => candidate.Record is null).ToDictionary(candidate => candidate.ItemId);
        if (missing.Count == 0)
            return;
        foreach (ItemRecord record in store.Load([.. missing.Keys]))
            missing[record.Item.Id].Record = record;
    }
}
