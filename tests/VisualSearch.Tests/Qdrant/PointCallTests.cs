using System.Text.Json;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Qdrant.PointSamples;

namespace VisualSearch.Tests.Qdrant;

/// <summary>Points written, read, counted, changed and deleted, by the client against the contract server.</summary>
public sealed class PointCallTests : IAsyncLifetime
{
    private ContractCluster cluster = null!;
    private QdrantClient client = null!;

    public async Task InitializeAsync()
    {
        cluster = await ContractCluster.StartAsync();
        client = cluster.Client(options => options with { UpsertBatch = 4 });
        client.CreateCollection(Collection, Settings());
    }

    public Task DisposeAsync() => cluster.DisposeAsync().AsTask();

    [ContractFact]
    public void Points_come_back_as_they_were_written()
    {
        float[] visual = [0.1f, -1.5e-7f];
        client.Upsert(Collection, [Point(ulong.MaxValue, visual, """{"a":{"b":[1,"ä"]},"c":true}""", (7, 0.25f), (uint.MaxValue, 3f)), Point(2, [1, 2])]);
        StoredPoint point = Assert.Single(client.GetPoints(Collection, [ulong.MaxValue, 99], vectors: VectorSelection.All));
        Assert.Equal(ulong.MaxValue, point.Id);
        Assert.Equal(visual, point.Vectors!.Dense[Visual]);
        Assert.Equal([7u, uint.MaxValue], point.Vectors.Sparse[Words].Indices);
        Assert.Equal([0.25f, 3f], point.Vectors.Sparse[Words].Values);
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse("""{"a":{"b":[1,"ä"]},"c":true}""").RootElement, point.Payload!.Value));
    }

    [ContractFact]
    public void Only_what_is_asked_for_comes_back()
    {
        client.Upsert(Collection, [Point(1, [1, 0], """{"a":1,"b":{"c":2,"d":3}}""", (1, 1f))]);
        StoredPoint some = Assert.Single(client.GetPoints(Collection, [1], PayloadSelection.Only("b.c"), VectorSelection.Only(Words)));
        Assert.Equal("""{"b":{"c":2}}""", some.Payload!.Value.GetRawText());
        Assert.Equal((0, 1), (some.Vectors!.Dense.Count, some.Vectors.Sparse.Count));
        StoredPoint none = Assert.Single(client.GetPoints(Collection, [1], PayloadSelection.None));
        Assert.Null(none.Payload);
        Assert.Null(none.Vectors);
    }

    [ContractFact]
    public void Vectors_compared_by_direction_are_stored_with_unit_norm()
    {
        client.CreateCollection("cosine", Settings(VectorDistance.Cosine));
        client.Upsert("cosine", [Point(1, [3, 4])]);
        float[] stored = Assert.Single(client.GetPoints("cosine", [1], vectors: VectorSelection.All)).Vectors!.Dense[Visual];
        Assert.Equal([0.6f, 0.8f], stored);
    }

    [ContractFact]
    public void Vectors_are_set_in_batches_and_leave_the_rest_of_a_point_as_it_is()
    {
        client.Upsert(Collection, Enumerable.Range(1, 10).Select(i => Point((ulong)i, [i, 0], """{"a":1}""", (1, 2f))));
        int before = cluster.Nodes[0].Requests.Count;
        client.UpdateVectors(Collection, Enumerable.Range(2, 9).Select(i => new PointWrite((ulong)i, [NamedVector.Of(Visual, new float[] { 0, i })], default)));
        Assert.Equal(3, cluster.Nodes[0].Requests.Count - before);
        StoredPoint point = client.GetPoints(Collection, [10], vectors: VectorSelection.All).Single();
        Assert.Equal([0, 10], point.Vectors!.Dense[Visual]);
        Assert.Equal([2f], point.Vectors.Sparse[Words].Values);
        Assert.Equal("""{"a":1}""", point.Payload!.Value.GetRawText());
        Assert.Equal([1, 0], client.GetPoints(Collection, [1], vectors: VectorSelection.All).Single().Vectors!.Dense[Visual]);

        Assert.Equal(QdrantFault.NotFound, Assert.Throws<QdrantException>(() => client.UpdateVectors(Collection, [new PointWrite(99, [NamedVector.Of(Visual, new float[] { 0, 1 })], default)])).Fault);
        client.UpdateVectors(Collection, []);
        Assert.Equal(10, client.Count(Collection));
    }

    [ContractFact]
    public void Upserts_go_in_batches_and_replace_points_as_a_whole()
    {
        Assert.Equal(10, client.Upsert(Collection, Enumerable.Range(1, 10).Select(i => Point((ulong)i, [i, 0], """{"a":1}"""))));
        Assert.Equal(3, cluster.Nodes[0].Requests.Count(r => r is { Method: "PUT", Path: $"/collections/{Collection}/points" }));
        Assert.Equal(10, client.Count(Collection));
        Assert.Equal(0, client.Upsert(Collection, []));

        client.Upsert(Collection, [Point(1, [5, 5], """{"b":2}""")]);
        Assert.Equal(10, client.Count(Collection));
        Assert.Equal("""{"b":2}""", Assert.Single(client.GetPoints(Collection, [1])).Payload!.Value.GetRawText());
    }

    [ContractFact]
    public void A_batch_is_also_limited_in_bytes_and_a_large_point_goes_alone()
    {
        string large = JsonSerializer.Serialize(new { text = new string('x', 700_000) });
        QdrantClient small = cluster.Client(options => options with { UpsertBatchMiB = 1 });
        Assert.Equal(4, small.Upsert(Collection, [Point(1, [1, 0], large), Point(2, [1, 0], large), Point(3, [1, 0]), Point(4, [1, 0], JsonSerializer.Serialize(new { text = new string('y', 2_000_000) }))]));
        Assert.Equal(3, cluster.Nodes[0].Requests.Count(r => r is { Method: "PUT", Path: $"/collections/{Collection}/points" }));
        Assert.Equal(4, client.Count(Collection));
    }

    [ContractFact]
    public void A_wrong_point_refuses_its_whole_batch()
    {
        QdrantException wrong = Assert.Throws<QdrantException>(() => client.Upsert(Collection, [Point(1, [1, 0]), Point(2, [1, 0, 0])]));
        Assert.Equal(QdrantFault.BadRequest, wrong.Fault);
        Assert.Equal("Wrong input: Vector dimension error: expected dim: 2, got 3", wrong.ServerMessage);
        Assert.Equal(0, client.Count(Collection));
        var unknown = new PointWrite(1, [NamedVector.Of("other", new float[] { 1, 0 })], default);
        Assert.Contains("Not existing vector name error: other", Assert.Throws<QdrantException>(() => client.Upsert(Collection, [unknown])).Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public void Points_are_deleted_by_id_and_by_filter()
    {
        client.Upsert(Collection, Enumerable.Range(1, 6).Select(i => Point((ulong)i, [i, 0], $$"""{"odd":{{(i % 2 == 1 ? "true" : "false")}}}""")));
        client.DeletePoints(Collection, [1UL, 2, 99]);
        client.DeletePoints(Collection, []);
        Assert.Equal(4, client.Count(Collection));
        client.DeletePoints(Collection, Must(new PointCondition.MatchBoolean("odd", true)));
        Assert.Equal([4UL, 6], client.ScrollAll(Collection, new PointScroll()).Select(p => p.Id));
    }

    [ContractFact]
    public void Payload_is_set_key_by_key()
    {
        client.Upsert(Collection, [Point(1, [1, 0], """{"a":1,"b":1}"""), Point(2, [1, 0], """{"a":2}""")]);
        client.SetPayload(Collection, JsonSerializer.SerializeToElement(new { b = 5 }), [1]);
        client.SetPayload(Collection, JsonSerializer.SerializeToElement(new { c = "x" }), Must(new PointCondition.MatchInteger("a", [2])));
        Assert.Equal("""{"a":1,"b":5}""", Assert.Single(client.GetPoints(Collection, [1])).Payload!.Value.GetRawText());
        Assert.Equal("""{"a":2,"c":"x"}""", Assert.Single(client.GetPoints(Collection, [2])).Payload!.Value.GetRawText());
    }

    [ContractTheory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(100)]
    public void A_scroll_gives_every_point_once_and_in_order(int limit)
    {
        ulong[] ids = [.. Enumerable.Range(1, 7).Select(i => (ulong)(i * i))];
        client.Upsert(Collection, ids.Reverse().Select(id => Point(id, [1, 0], $$"""{"n":{{id}}}""")));
        Assert.Equal(ids, client.ScrollAll(Collection, new PointScroll { Limit = limit }).Select(p => p.Id));
        var large = new PointScroll { Limit = limit, Filter = Must(new PointCondition.NumberRange("n") { Greater = 9 }) };
        Assert.Equal(ids[3..], client.ScrollAll(Collection, large).Select(p => p.Id));
        Assert.Equal(4, client.Count(Collection, large.Filter));
        Assert.Equal(ids[2..], client.ScrollAll(Collection, new PointScroll { Limit = limit, Offset = 5 }).Select(p => p.Id));
    }

    [ContractFact]
    public void Every_condition_lets_its_points_through()
    {
        client.Upsert(Collection,
        [
            Point(1, [1, 0], """{"t":"2020-01-01T00:00:00Z","w":"Blue sky","x":null,"tag":["a","b"],"b":true,"l":[{"p":1,"q":2},{"p":3,"q":4}]}"""),
            Point(2, [1, 0], """{"t":"2021-06-01T12:00:00Z","w":"blue sea","tag":["a"],"l":[{"p":1,"q":4}]}"""),
            Point(3, [1, 0], """{"tag":[]}""", (1, 1f)),
        ]);
        PointCondition p = PointCondition.NumberRange.Exactly("p", 1), q = PointCondition.NumberRange.Exactly("q", 4);
        PointCondition a = new PointCondition.MatchText("tag", ["a"]), b = new PointCondition.MatchBoolean("b", true);
        (PointCondition Condition, ulong[] Expected)[] cases =
        [
            (new PointCondition.MatchText("tag", ["b", "c", "b"]), [1]),
            (new PointCondition.MatchText("tag", []), []),
            (new PointCondition.MatchExcept("tag", ["a"]), [1]),
            (new PointCondition.MatchInteger("l[].p", [3, 9]), [1]),
            (new PointCondition.MatchInteger("l[0].p", [1]), [1, 2]),
            (new PointCondition.MatchWords("w", "BLUE sea"), [2]),
            (new PointCondition.NumberRange("l[].q") { Greater = 1, Less = 3 }, [1]),
            (new PointCondition.TimeRange("t") { From = new DateTimeOffset(2020, 6, 1, 0, 0, 0, TimeSpan.Zero) }, [2]),
            (new PointCondition.TimeRange("t") { Before = new DateTimeOffset(2021, 6, 1, 15, 0, 0, TimeSpan.FromHours(3)) }, [1]),
            (new PointCondition.IsNull("x"), [1]),
            (new PointCondition.IsEmpty("x"), [1, 2, 3]),
            (new PointCondition.IsEmpty("tag"), [3]),
            (new PointCondition.HasId([2, 3, 2, 9]), [2, 3]),
            (new PointCondition.HasId([]), []),
            (new PointCondition.HasVector(Words), [3]),
            (new PointCondition.Nested("l", Must(p, q)), [2]),
            (Must(PointCondition.NumberRange.Exactly("l[].p", 1), PointCondition.NumberRange.Exactly("l[].q", 4)), [1, 2]),
            (new PointFilter { Should = [b, new PointCondition.HasId([3])] }, [1, 3]),
            (new PointFilter { Must = [a], MustNot = [b] }, [2]),
            (new PointFilter { MinShould = [a, b, new PointCondition.HasId([2, 3])], MinShouldCount = 2 }, [1, 2]),
            (new PointFilter(), [1, 2, 3]),
        ];
        foreach ((PointCondition condition, ulong[] expected) in cases)
        {
            ulong[] found = [.. client.ScrollAll(Collection, new PointScroll { Filter = Must(condition) }).Select(static point => point.Id)];
            Assert.True(expected.SequenceEqual(found), $"{condition}: {string.Join(',', found)}");
        }
    }
}
