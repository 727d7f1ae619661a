using System.Text.Json;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Qdrant.PointSamples;

namespace VisualSearch.Tests.Qdrant;

/// <summary>Collections, payload indexes, aliases, snapshots and the cluster, by the client against the contract server.</summary>
public sealed class CollectionCallTests : IAsyncLifetime
{
    private ContractCluster cluster = null!;
    private QdrantClient client = null!;

    public async Task InitializeAsync()
    {
        cluster = await ContractCluster.StartAsync();
        client = cluster.Client();
    }

    public Task DisposeAsync() => cluster.DisposeAsync().AsTask();

    [ContractFact]
    public void A_collection_is_made_described_listed_and_deleted()
    {
        Assert.False(client.CollectionExists(Collection));
        client.CreateCollection(Collection, Settings(VectorDistance.Cosine, 3) with { Metadata = JsonSerializer.SerializeToElement(new { model = "m" }) });
        client.CreateCollection("another", Settings());

        Assert.True(client.CollectionExists(Collection));
        Assert.Equal(["another", Collection], client.ListCollections());
        CollectionDetails details = client.GetCollection(Collection);
        Assert.Equal("green", details.Status);
        Assert.Equal(0, details.PointsCount);
        Assert.Equal(2, details.Config.Params.ShardNumber);
        DenseVectorSettings visual = details.Config.Params.Vectors[Visual];
        Assert.Equal((3, VectorDistance.Cosine, true), (visual.Size, visual.Distance, visual.OnDisk!.Value));
        Assert.Equal("int8", visual.QuantizationConfig!.Scalar!.Type);
        Assert.Equal("idf", details.Config.Params.SparseVectors![Words].Modifier);
        Assert.Equal("m", details.Config.Metadata!.Value.GetProperty("model").GetString());

        client.DeleteCollection(Collection);
        client.DeleteCollection(Collection);
        Assert.Equal(["another"], client.ListCollections());
    }

    [ContractTheory]
    [InlineData(true, 3)]
    [InlineData(false, null)]
    public void A_collection_is_laid_out_as_the_options_say(bool compact, int? shards)
    {
        QdrantOptions options = cluster.Options() with { OnDiskVectors = compact, QuantizeVectors = compact, ShardNumber = shards, ReplicationFactor = 2, WriteConsistencyFactor = 2, Oversampling = 3 };
        client.CreateCollection(Collection, CollectionSettings.For(options, new Dictionary<string, int> { [Visual] = 2, ["text"] = 3 }, Words));
        CollectionParameters made = client.GetCollection(Collection).Config.Params;
        Assert.Equal((shards ?? 1, 2, 2), (made.ShardNumber, made.ReplicationFactor, made.WriteConsistencyFactor));
        Assert.Equal([("text", 3), (Visual, 2)], made.Vectors.Select(static v => (v.Key, v.Value.Size)).Order());
        Assert.All(made.Vectors.Values, v => Assert.Equal((VectorDistance.Cosine, compact, compact), (v.Distance, v.OnDisk!.Value, v.QuantizationConfig is not null)));
        Assert.Equal("idf", made.SparseVectors![Words].Modifier);

        QueryTuning tuning = QueryTuning.For(options, 64);
        Assert.Equal((64, compact ? 3.0 : null, compact ? true : null), (tuning.HnswEf, tuning.Quantization?.Oversampling, tuning.Quantization?.Rescore));
        Assert.Empty(client.Query(Collection, Near([1, 0]) with { Params = tuning }));
        Assert.Null(QueryTuning.For(options).HnswEf);
    }

    [ContractFact]
    public void A_name_with_every_awkward_letter_is_one_name()
    {
        const string Name = "a/b c?d#e%41&ä";
        client.CreateCollection(Name, Settings());
        Assert.Equal([Name], client.ListCollections());
        Assert.Equal(0, client.Count(Name));
    }

    [ContractFact]
    public void What_is_there_already_or_is_not_there_is_told_apart()
    {
        client.CreateCollection(Collection, Settings());
        QdrantException twice = Assert.Throws<QdrantException>(() => client.CreateCollection(Collection, Settings()));
        Assert.Equal(QdrantFault.Conflict, twice.Fault);
        QdrantException missing = Assert.Throws<QdrantException>(() => client.GetCollection("missing"));
        Assert.Equal(QdrantFault.NotFound, missing.Fault);
        Assert.Equal("Not found: Collection `missing` doesn't exist!", missing.ServerMessage);
        Assert.Contains("read the settings of 'missing'", missing.Message, StringComparison.Ordinal);
        Assert.Equal("qdrant-not-found", missing.Code);
    }

    [ContractFact]
    public void Payload_indexes_come_and_go()
    {
        client.CreateCollection(Collection, Settings());
        client.Upsert(Collection, [Point(1, [1, 0], """{"a":1,"b":{"c":"x"}}"""), Point(2, [1, 0], """{"a":2}""")]);
        client.CreatePayloadIndex(Collection, "a", PayloadIndexType.Integer);
        client.CreatePayloadIndex(Collection, "b.c", PayloadIndexType.Keyword);
        client.CreatePayloadIndex(Collection, "list[].d", PayloadIndexType.Float);
        IReadOnlyDictionary<string, PayloadIndexDetails> schema = client.GetCollection(Collection).PayloadSchema;
        Assert.Equal((PayloadIndexType.Integer, 2L), (schema["a"].DataType, schema["a"].Points));
        Assert.Equal((PayloadIndexType.Keyword, 1L), (schema["b.c"].DataType, schema["b.c"].Points));

        client.DeletePayloadIndex(Collection, "list[].d");
        Assert.Equal(["a", "b.c"], client.GetCollection(Collection).PayloadSchema.Keys.Order());
    }

    [ContractFact]
    public void An_alias_moves_from_one_collection_to_the_next()
    {
        client.CreateCollection("g1", Settings());
        client.CreateCollection("g2", Settings());
        client.Upsert("g2", [Point(1, [1, 0])]);
        client.SwitchAlias("live", "g1");
        Assert.Equal(0, client.Count("live"));
        client.SwitchAlias("live", "g2");
        Assert.Equal(1, client.Count("live"));
        Assert.Equal(new CollectionAlias { AliasName = "live", CollectionName = "g2" }, Assert.Single(client.ListAliases()));

        QdrantException missing = Assert.Throws<QdrantException>(() => client.SwitchAlias("live", "g3"));
        Assert.Equal(QdrantFault.NotFound, missing.Fault);
        Assert.Equal(1, client.Count("live"));
        client.DeleteAlias("live");
        Assert.Empty(client.ListAliases());
    }

    [ContractFact]
    public void Several_aliases_change_together_or_not_at_all()
    {
        foreach (string name in (string[])["g1", "h1", "g2"])
            client.CreateCollection(name, Settings());
        client.SwitchAliases([new() { AliasName = "g", CollectionName = "g1" }, new() { AliasName = "h", CollectionName = "h1" }]);
        int before = cluster.Nodes[0].Requests.Count;
        Assert.Throws<QdrantException>(() => client.SwitchAliases([new() { AliasName = "g", CollectionName = "g2" }, new() { AliasName = "h", CollectionName = "h2" }]));
        Assert.Equal(["g1", "h1"], client.ListAliases().Select(static alias => alias.CollectionName));
        client.CreateCollection("h2", Settings());
        client.SwitchAliases([new() { AliasName = "g", CollectionName = "g2" }, new() { AliasName = "h", CollectionName = "h2" }]);
        Assert.Equal(["g2", "h2"], client.ListAliases().Select(static alias => alias.CollectionName));
        // Each in one request.
        Assert.Equal(2, cluster.Nodes[0].Requests.Skip(before).Count(static request => request.Path == "/collections/aliases"));
        client.DeleteAliases(["g", "h", "i"]);
        Assert.Empty(client.ListAliases());
    }

    [ContractFact]
    public void Snapshots_are_made_listed_and_deleted()
    {
        client.CreateCollection(Collection, Settings());
        SnapshotDetails first = client.CreateSnapshot(Collection), second = client.CreateSnapshot(Collection);
        Assert.Equal([first.Name, second.Name], client.ListSnapshots(Collection).Select(s => s.Name));
        client.DeleteSnapshot(Collection, first.Name);
        Assert.Equal([second], client.ListSnapshots(Collection));
        Assert.Equal(QdrantFault.NotFound, Assert.Throws<QdrantException>(() => client.DeleteSnapshot(Collection, first.Name)).Fault);
    }

    [ContractFact]
    public async Task The_cluster_names_its_nodes()
    {
        Assert.Equal("disabled", client.GetCluster().Status);
        Assert.Equal("1.19.0", client.GetVersion().Version);
        Assert.True(client.IsHealthy());
        await using ContractCluster three = await ContractCluster.StartAsync(3);
        ClusterDetails details = three.Client().GetCluster();
        Assert.Equal("enabled", details.Status);
        Assert.Equal(three.Nodes.Select(n => n.Address.ToString()).Order(), details.Peers.Values.Select(p => p.Uri).Order());
    }
}
