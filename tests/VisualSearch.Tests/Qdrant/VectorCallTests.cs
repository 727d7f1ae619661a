using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Qdrant.PointSamples;

namespace VisualSearch.Tests.Qdrant;

/// <summary>Named vectors that come to a collection later, several of one name for a point, by the client against the contract server.</summary>
public sealed class VectorCallTests : IAsyncLifetime
{
    private const string Parts = "parts";

    private ContractCluster cluster = null!;
    private QdrantClient client = null!;

    public async Task InitializeAsync()
    {
        cluster = await ContractCluster.StartAsync();
        client = cluster.Client(options => options with { UpsertBatch = 2 });
        client.CreateCollection(Collection, Settings());
        client.Upsert(Collection, [Point(1, [1, 0], """{"a":1}"""), Point(2, [0, 1], """{"a":2}"""), Point(3, [1, 1], """{"a":1}""")]);
    }

    public Task DisposeAsync() => cluster.DisposeAsync().AsTask();

    [ContractFact]
    public void A_vector_comes_and_goes_and_others_stay()
    {
        client.CreateVector(Collection, Parts, Several() with { OnDisk = true, QuantizationConfig = QuantizationSettings.Int8 });
        client.CreateVector(Collection, Parts, Several());
        DenseVectorSettings made = client.GetCollection(Collection).Config.Params.Vectors[Parts];
        Assert.Equal((2, "max_sim", true, "int8"), (made.Size, made.MultivectorConfig!.Comparator, made.OnDisk!.Value, made.QuantizationConfig!.Scalar!.Type));
        Assert.Null(client.GetCollection(Collection).Config.Params.Vectors[Visual].MultivectorConfig);
        client.UpdateVectors(Collection, [Given(1, [1, 0])]);
        Assert.Equal(1, client.Count(Collection, Must(new PointCondition.HasVector(Parts))));

        client.DeleteVector(Collection, Parts);
        client.DeleteVector(Collection, Parts);
        Assert.Equal([Visual], client.GetCollection(Collection).Config.Params.Vectors.Keys);
        Assert.Equal(0, client.Count(Collection, Must(new PointCondition.HasVector(Parts))));
        Assert.Contains("Not existing vector name", Assert.Throws<QdrantException>(() => client.Query(Collection, Nearest([1, 0]))).Message, StringComparison.Ordinal);
        Assert.Equal(3, client.Query(Collection, Near([1, 0])).Count);
        Assert.Equal(QdrantFault.NotFound, Assert.Throws<QdrantException>(() => client.CreateVector("missing", Parts, Several())).Fault);
    }

    [ContractFact]
    public void A_point_is_as_near_as_its_nearest_vector()
    {
        client.CreateVector(Collection, Parts, Several());
        client.UpdateVectors(Collection, [Given(1, [1, 0], [0, 2]), Given(2, [3, 4]), Given(3, [-1, 0])]);
        Assert.Equal([(1UL, 1f), (2UL, 0.8f), (3UL, 0f)], client.Query(Collection, Nearest([0, 5])).Select(p => (p.Id, MathF.Round(p.Score, 5))));
        // Of two vectors each looks for its own.
        Assert.Equal([(1UL, 2f), (2UL, 1.4f), (3UL, -1f)], client.Query(Collection, Nearest([0, 5], [1, 0])).Select(p => (p.Id, MathF.Round(p.Score, 5))));
        Assert.Equal([3UL], Ids(client.Query(Collection, Nearest([0, 5]) with { Filter = Must(new PointCondition.HasId([3])) })));

        ScoredPoint found = client.Query(Collection, Nearest([0, 5]) with { Limit = 1, WithVector = VectorSelection.All })[0];
        Assert.Equal([[1f, 0], [0, 1]], found.Vectors!.Several[Parts]);
        Assert.Equal([1f, 0], found.Vectors.Dense[Visual]);
        // Written as a whole, a point has none but those that come with it.
        client.Upsert(Collection, [Point(1, [1, 0]), new PointWrite(2, [NamedVector.Of(Visual, new float[] { 0, 1 }), NamedVector.Of(Parts, [[0, 1], [1, 0], [1, 1]])], default)]);
        Assert.Equal([2UL, 3], client.ScrollAll(Collection, new PointScroll { Filter = Must(new PointCondition.HasVector(Parts)) }).Select(p => p.Id));
        Assert.Equal(3, client.GetPoints(Collection, [2UL], vectors: VectorSelection.Only(Parts))[0].Vectors!.Several[Parts].Count);
    }

    [ContractFact]
    public void Vectors_are_set_in_batches_only_where_a_filter_fits_and_all_else_stays()
    {
        client.CreateVector(Collection, Parts, Several());
        client.UpdateVectors(Collection, [Given(1, [1, 0]), Given(2, [1, 0]), Given(3, [1, 0])], Must(new PointCondition.MatchInteger("a", [1])));
        Assert.Equal(2, cluster.Nodes[0].Requests.Count(r => r is { Method: "PUT", Path: $"/collections/{Collection}/points/vectors" }));
        Assert.Equal([1UL, 3], client.ScrollAll(Collection, new PointScroll { Filter = Must(new PointCondition.HasVector(Parts)) }).Select(p => p.Id));
        StoredPoint kept = client.GetPoints(Collection, [1UL], vectors: VectorSelection.All)[0];
        Assert.Equal("""{"a":1}""", kept.Payload!.Value.GetRawText());
        Assert.Equal([1f, 0], kept.Vectors!.Dense[Visual]);

        QdrantException missing = Assert.Throws<QdrantException>(() => client.UpdateVectors(Collection, [Given(2, [1, 0]), Given(9, [1, 0])]));
        Assert.Equal((QdrantFault.NotFound, "Not found: No point with id 9 found"), (missing.Fault, missing.ServerMessage));
        Assert.Equal(3, client.Count(Collection, Must(new PointCondition.HasVector(Parts))));
        client.UpdateVectors(Collection, []);
    }

    [ContractFact]
    public void What_is_repeated_does_no_more_than_once()
    {
        foreach (string path in (string[])["/vectors/parts", $"/collections/{Collection}", "/points/vectors"])
            cluster.Nodes[0].Fail(new ContractFault { Path = path, DropAfter = true, Times = 2 });
        client.CreateVector(Collection, Parts, Several() with { OnDisk = false });
        client.UpdateVectors(Collection, [Given(1, [1, 0])]);
        Assert.False(client.GetCollection(Collection).Config.Params.Vectors[Parts].OnDisk);
        Assert.Equal([1UL], Ids(client.Query(Collection, Nearest([1, 0]))));
        cluster.Nodes[0].Fail(new ContractFault { Path = "/vectors/parts", DropAfter = true });
        client.DeleteVector(Collection, Parts);
    }

    private static DenseVectorSettings Several() => new() { Size = 2, Distance = VectorDistance.Cosine, MultivectorConfig = MultivectorSettings.MaxSim };

    private static PointWrite Given(ulong id, params float[][] vectors) => new(id, [NamedVector.Of(Parts, vectors)], default);

    private static PointQuery Nearest(params float[][] vectors) => new() { Query = new QueryInput.Several(vectors), Using = Parts };
}
