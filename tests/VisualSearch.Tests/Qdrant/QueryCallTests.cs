using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Qdrant.PointSamples;

namespace VisualSearch.Tests.Qdrant;

/// <summary>Queries by the client against the contract server, with scores that are computed here by hand.</summary>
public sealed class QueryCallTests : IAsyncLifetime
{
    private ContractCluster cluster = null!;
    private QdrantClient client = null!;

    public async Task InitializeAsync()
    {
        cluster = await ContractCluster.StartAsync();
        client = cluster.Client();
        client.CreateCollection(Collection, Settings());
        client.Upsert(Collection,
        [
            Point(1, [4, 0], """{"asset":10,"tag":["sea","sun"],"year":2019}""", (1, 1f), (2, 1f)),
            Point(2, [3, 1], """{"asset":10,"tag":["sea"],"year":2020}""", (1, 2f)),
            Point(3, [2, 2], """{"asset":11,"tag":["sun"],"year":2021}""", (2, 3f)),
            Point(4, [1, 3], """{"asset":12}"""),
            Point(5, [0, 4], """{"tag":[]}"""),
        ]);
    }

    public Task DisposeAsync() => cluster.DisposeAsync().AsTask();

    [ContractFact]
    public void Dense_queries_give_the_nearest_with_their_scores()
    {
        IReadOnlyList<ScoredPoint> found = client.Query(Collection, Near([1, 0], 3) with { WithPayload = PayloadSelection.Only("year"), WithVector = VectorSelection.Only(Visual) });
        Assert.Equal([(1UL, 4f), (2UL, 3f), (3UL, 2f)], found.Select(p => (p.Id, p.Score)));
        Assert.Equal(2019, found[0].Payload!.Value.GetProperty("year").GetInt32());
        Assert.Equal([4f, 0f], found[0].Vectors!.Dense[Visual]);
        Assert.Equal([2UL, 3], Ids(client.Query(Collection, Near([1, 0], 2) with { Offset = 1 })));
        Assert.Equal([1UL, 2, 3], Ids(client.Query(Collection, Near([1, 0]) with { ScoreThreshold = 2 })));
    }

    [ContractTheory]
    [InlineData(VectorDistance.Cosine, 1, 1f, 0f)]
    [InlineData(VectorDistance.Euclid, 2, 1.4142135f, 4.1231055f)]
    [InlineData(VectorDistance.Manhattan, 2, 2f, 5f)]
    public void Each_distance_has_its_order_and_scores(VectorDistance distance, ulong best, float bestScore, float worstScore)
    {
        client.CreateCollection("d", Settings(distance));
        client.Upsert("d", [Point(1, [9, 0]), Point(2, [5, 1]), Point(3, [0, 1])]);
        float[] query = distance == VectorDistance.Cosine ? [2, 0] : [4, 0];
        IReadOnlyList<ScoredPoint> found = client.Query("d", Near(query));
        Assert.Equal(best, found[0].Id);
        Assert.Equal(bestScore, found[0].Score, 5);
        ScoredPoint third = found.Single(p => p.Id == 3);
        Assert.Equal(worstScore, third.Score, 5);
        // A threshold keeps what is nearer than it, on whichever side that is.
        Assert.Equal([best], Ids(client.Query("d", Near(query) with { ScoreThreshold = distance == VectorDistance.Cosine ? 0.99f : found[0].Score })));
    }

    [ContractFact]
    public void A_point_as_the_query_is_left_out_itself()
    {
        Assert.Equal([1UL, 3], Ids(client.Query(Collection, new PointQuery { Query = new QueryInput.Like(2), Using = Visual, Limit = 2 })));
        QdrantException missing = Assert.Throws<QdrantException>(() => client.Query(Collection, new PointQuery { Query = new QueryInput.Like(77), Using = Visual }));
        Assert.Equal(QdrantFault.NotFound, missing.Fault);
    }

    [ContractFact]
    public void Sparse_queries_weight_words_by_rarity()
    {
        var query = new PointQuery { Query = new QueryInput.Sparse(Sparse((1, 1f), (2, 2f), (9, 5f))), Using = Words };
        IReadOnlyList<ScoredPoint> found = client.Query(Collection, query);
        // Three points have words; each of the words 1 and 2 is in two of them: ln((3 - 2 + 0.5) / (2 + 0.5) + 1) = ln 1.6.
        float rarity = MathF.Log(1.6f);
        Assert.Equal([3UL, 1, 2], Ids(found));
        Assert.Equal(6 * rarity, found[0].Score, 5);
        Assert.Equal(3 * rarity, found[1].Score, 5);
        Assert.Equal(2 * rarity, found[2].Score, 5);
        // A filter does not change how rare a word is.
        ScoredPoint only = Assert.Single(client.Query(Collection, query with { Filter = Must(new PointCondition.HasId([2])) }));
        Assert.Equal(2 * rarity, only.Score, 5);
    }

    [ContractFact]
    public void Fusion_sums_reciprocal_ranks()
    {
        var dense = new PointPrefetch { Query = new QueryInput.Dense(new float[] { 1, 0 }), Using = Visual, Limit = 3 };
        var sparse = new PointPrefetch { Query = new QueryInput.Sparse(Sparse((1, 1f), (2, 2f))), Using = Words, Limit = 3 };
        IReadOnlyList<ScoredPoint> found = client.Query(Collection, new PointQuery { Prefetch = [dense, sparse], Query = new QueryInput.FuseByRank() });
        // Ranks from 0: dense 1, 2, 3; sparse 3, 1, 2; k = 2.
        Assert.Equal([(1UL, (1 / 2f) + (1 / 3f)), (3UL, (1 / 4f) + (1 / 2f)), (2UL, (1 / 3f) + (1 / 4f))], found.Select(p => (p.Id, p.Score)), new Near6());

        found = client.Query(Collection, new PointQuery { Prefetch = [dense, sparse], Query = new QueryInput.FuseByRank { K = 60, Weights = [3, 1] } });
        Assert.Equal([(3UL, 2 / 60f), (1UL, (1 / ((1 / 3f) + 59)) + (1 / 61f)), (2UL, (1 / ((2 / 3f) + 59)) + (1 / 62f))], found.Select(p => (p.Id, p.Score)), new Near6());

        // The filter of a query holds for what it fuses.
        Assert.Equal([2UL], Ids(client.Query(Collection, new PointQuery { Prefetch = [dense, sparse], Query = new QueryInput.FuseByRank(), Filter = Must(new PointCondition.HasId([2])) })));
        Assert.Equal(QdrantFault.BadRequest, Assert.Throws<QdrantException>(() => client.Query(Collection, new PointQuery { Query = new QueryInput.FuseByRank() })).Fault);
    }

    [ContractFact]
    public void A_query_over_prefetched_points_scores_only_those()
    {
        var first = new PointPrefetch { Query = new QueryInput.Dense(new float[] { 0, 1 }), Using = Visual, Limit = 2 };
        Assert.Equal([4UL, 5], Ids(client.Query(Collection, Near([1, 0]) with { Prefetch = [first] })));
    }

    [ContractFact]
    public void Batches_answer_in_order()
    {
        IReadOnlyList<IReadOnlyList<ScoredPoint>> found = client.QueryBatch(Collection, [Near([1, 0], 1), Near([0, 1], 2)]);
        Assert.Equal([[1UL], [5, 4]], found.Select(Ids));
        Assert.Empty(client.QueryBatch(Collection, []));
    }

    [ContractFact]
    public void Groups_come_by_their_best_point()
    {
        IReadOnlyList<PointGroup> groups = client.QueryGroups(Collection, new PointGroupsQuery { GroupBy = "asset", GroupSize = 1, Query = new QueryInput.Dense(new float[] { 1, 0 }), Using = Visual });
        Assert.Equal([(10, 1UL), (11, 3UL), (12, 4UL)], groups.Select(g => (g.Id.GetInt32(), Assert.Single(g.Hits).Id)));
        // A point with several values is in several groups.
        groups = client.QueryGroups(Collection, new PointGroupsQuery { GroupBy = "tag", Limit = 2, Query = new QueryInput.Dense(new float[] { 1, 0 }), Using = Visual });
        Assert.Equal(["sea: 1,2", "sun: 1,3"], groups.Select(g => $"{g.Id.GetString()}: {string.Join(',', Ids(g.Hits))}"));
    }

    [ContractFact]
    public void Recommendation_follows_each_strategy()
    {
        // Mean of 1 and 2 is (3.5, 0.5); away from 5: (7, -3).
        PointQuery query = new() { Using = Visual, Limit = 3 };
        var examples = new QueryInput.Recommend { Positive = [new QueryInput.Like(1), new QueryInput.Like(2)], Negative = [new QueryInput.Like(5)] };
        IReadOnlyList<ScoredPoint> found = client.Recommend(Collection, examples, query);
        Assert.Equal([(3UL, 8f), (4UL, -2f)], found.Select(p => (p.Id, p.Score)));

        found = client.Recommend(Collection, examples with { Strategy = RecommendStrategy.SumScores }, query);
        Assert.Equal([(3UL, 8f + 8 - 8), (4UL, 4f + 6 - 12)], found.Select(p => (p.Id, p.Score)));

        // Nearest good example of 3 and 4: 8 and 6; nearest bad one: 8 and 12; a draw goes to the bad one. s(x) = (x / (1 + x) + 1) / 2.
        found = client.Recommend(Collection, examples with { Strategy = RecommendStrategy.BestScore }, query);
        Assert.Equal([(3UL, -((8 / 9f) + 1) / 2), (4UL, -((12 / 13f) + 1) / 2)], found.Select(p => (p.Id, p.Score)), new Near6());

        QdrantException none = Assert.Throws<QdrantException>(() => client.Recommend(Collection, new QueryInput.Recommend { Positive = [], Negative = [new QueryInput.Like(5)] }, query));
        Assert.Equal(QdrantFault.BadRequest, none.Fault);
    }

    [ContractFact]
    public void Facets_count_points_and_need_an_index()
    {
        QdrantException missing = Assert.Throws<QdrantException>(() => client.Facet(Collection, new FacetQuery { Key = "tag" }));
        Assert.Equal(QdrantFault.BadRequest, missing.Fault);
        client.CreatePayloadIndex(Collection, "tag", PayloadIndexType.Keyword);
        Assert.Equal([("sea", 2L), ("sun", 2L)], client.Facet(Collection, new FacetQuery { Key = "tag" }).Select(f => (f.Value.GetString()!, f.Count)));
        var recent = new FacetQuery { Key = "tag", Limit = 1, Filter = Must(new PointCondition.NumberRange("year") { GreaterOrEqual = 2021 }) };
        Assert.Equal([("sun", 1L)], client.Facet(Collection, recent).Select(f => (f.Value.GetString()!, f.Count)));
    }

    [ContractFact]
    public void Tuning_is_sent_in_the_contracts_words()
    {
        PointQuery tuned = Near([1, 0], 1) with { Params = new QueryTuning { HnswEf = 128, Exact = false, Quantization = new QuantizationTuning { Rescore = true, Oversampling = 2, Ignore = false } } };
        Assert.Equal([1UL], Ids(client.Query(Collection, tuned)));
        PointQuery wrong = tuned with { Params = new QueryTuning { Quantization = new QuantizationTuning { Oversampling = 0.5 } } };
        Assert.Contains("oversampling", Assert.Throws<QdrantException>(() => client.Query(Collection, wrong)).Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public void Wrong_vectors_are_refused_with_the_servers_reason()
    {
        Assert.Equal("Wrong input: Vector dimension error: expected dim: 2, got 3", Assert.Throws<QdrantException>(() => client.Query(Collection, Near([1, 0, 0]))).ServerMessage);
        Assert.Equal("Wrong input: Not existing vector name error: ", Assert.Throws<QdrantException>(() => client.Query(Collection, Near([1, 0]) with { Using = null })).ServerMessage);
        Assert.Equal(QdrantFault.BadRequest, Assert.Throws<QdrantException>(() => client.Query(Collection, Near([1, 0]) with { Using = Words })).Fault);
        Assert.Equal(QdrantFault.NotFound, Assert.Throws<QdrantException>(() => client.Query("missing", Near([1, 0]))).Fault);
    }

    [ContractFact]
    public void Strict_mode_wants_an_index_for_every_filter()
    {
        client.CreateCollection("strict", Settings() with { StrictModeConfig = new StrictModeSettings { Enabled = true, UnindexedFilteringRetrieve = false, MaxQueryLimit = 5 } });
        PointFilter filter = Must(new PointCondition.MatchText("tag", ["sea"]));
        QdrantException refused = Assert.Throws<QdrantException>(() => client.Count("strict", filter));
        Assert.StartsWith("Bad request: Index required but not found for \"tag\" of one of the following types: [keyword", refused.ServerMessage, StringComparison.Ordinal);
        client.CreatePayloadIndex("strict", "tag", PayloadIndexType.Keyword);
        Assert.Equal(0, client.Count("strict", filter));
        Assert.Contains("Limit exceeded 6 > 5", Assert.Throws<QdrantException>(() => client.Query("strict", Near([1, 0], 6))).Message, StringComparison.Ordinal);
    }

    /// <summary>Pairs whose scores are equal to six decimals.</summary>
    private sealed class Near6 : IEqualityComparer<(ulong Id, float Score)>
    {
        public bool Equals((ulong Id, float Score) x, (ulong Id, float Score) y) => x.Id == y.Id && MathF.Abs(x.Score - y.Score) < 1e-6f;

        public int GetHashCode((ulong Id, float Score) obj) => obj.Id.GetHashCode();
    }
}
