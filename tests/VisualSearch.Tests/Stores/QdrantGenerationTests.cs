using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Moving;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Stores.GenerationSamples;
using static VisualSearch.Tests.Stores.QdrantGenerationSamples;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>What only generations on Qdrant have: aliases, pages of points, an index that is built behind, entries of older versions.</summary>
public sealed class QdrantGenerationTests() : ContractTests(nodes: 3)
{
    [ContractFact]
    public async Task The_aliases_mean_the_running_generation_before_during_and_after()
    {
        Fill(Collections, 10);
        // Its names would be those of the other's collections, were they shorter.
        Collections.OpenOrCreate("c.1", Model, StoreAccess.Read).Dispose();
        QdrantClient client = Cluster.Client();
        AssertAliases(client, "c", 1);
        AssertAliases(client, "c.1", 1);
        using (QdrantGenerationBuild build = Collections.BeginBuild("c", Other, ""))
        {
            EmbedAll(build);
            AssertAliases(client, "c", 1);
            await SwitchAsync(build);
            AssertAliases(client, "c", 2);
        }

        // What any other program finds by them.
        IReadOnlyList<ScoredPoint> found = client.Query("vsearch.c.running.items", new PointQuery { Query = new QueryInput.Dense(OtherVector(3)), Using = "visual", Limit = 1 });
        Assert.Equal(1, found[0].Score, 4);
        using (QdrantGenerationBuild back = Collections.BeginBuild("c", Model, ""))
            await SwitchAsync(back);
        AssertAliases(client, "c", 1);
        Collections.Drop("c");
        Assert.DoesNotContain(client.ListAliases(), static alias => alias.AliasName.StartsWith("vsearch.c.running", StringComparison.Ordinal));
        AssertAliases(client, "c.1", 1);
    }

    [ContractFact]
    public void An_alias_that_can_not_be_set_keeps_nobody_from_writing()
    {
        Fill(Collections, 2);
        foreach (ContractServer node in Cluster.Nodes)
            node.Fail(new ContractFault { Path = "/aliases", Status = HttpStatusCode.Forbidden, Times = 1000 });
        Set("c", new JsonObject { ["aliased"] = 0 });
        using (QdrantStore writer = Collections.Open("c", StoreAccess.Write))
            writer.Write(Batch(10, 1));
        Assert.Equal(4, Collections.List().Single().Assets);
    }

    [ContractFact]
    public async Task A_collection_from_before_generations_is_built_again_like_any_other()
    {
        Fill(Collections, 12);
        MakeOld("c");
        Assert.Equal((1, GenerationState.Running), Collections.Generations("c").Select(static one => (one.Number, one.State)).Single());
        using (QdrantGenerationBuild build = Collections.BeginBuild("c", Other, ""))
        {
            EmbedAll(build);
            using (QdrantStore writer = Collections.Open("c", StoreAccess.Write))
            {
                writer.Write([Changed(3)]);
                writer.Remove([writer.FindAssetByPath("/pictures/000004.jpg")!.Id]);
            }

            Assert.Equal([3], build.Load(build.Missing()).Select(NumberOf));
            EmbedAll(build);
            await SwitchAsync(build);
        }

        using QdrantStore store = Collections.Open("c", StoreAccess.Read);
        Assert.Equal(11 + 4, store.Info.Items);
        Assert.Empty(store.Verify().Problems);
        ScoredItem found = store.SearchVisual(OtherVector(1003), 1)[0];
        Assert.Equal((3, 1f), (NumberOf(store.Load([found.ItemId])[0]), MathF.Round(found.Score, 4)));
        AssertAliases(Cluster.Client(), "c", 2);
    }

    [ContractFact]
    public async Task The_switch_waits_until_the_index_is_built_and_is_not_made_where_it_failed()
    {
        await using ContractCluster own = await ContractCluster.StartAsync();
        var alone = new QdrantDirectory(own.Client());
        Fill(alone, 3);
        using QdrantGenerationBuild build = alone.BeginBuild("c", Other, "");
        EmbedAll(build);
        Say("yellow", 2);
        var told = new List<string>();
        await build.ReadyAsync(new Told(told.Add), default);
        Assert.Equal(["waiting until Qdrant has built the index", "waiting until Qdrant has built the index"], told);
        Say("red", 1);
        Assert.Contains("red", (await Assert.ThrowsAsync<GenerationStateException>(() => build.ReadyAsync(null, default))).Message, StringComparison.Ordinal);

        void Say(string status, int times)
        {
            var reply = new { result = new { status, segments_count = 1, config = new { @params = new { vectors = new { } } } }, status = "ok", time = 0 };
            own.Nodes[0].Fail(new ContractFault { Path = ".2.items", Nonsense = JsonSerializer.Serialize(reply), Times = times });
        }
    }

    [ContractFact]
    public async Task More_files_than_a_page_are_copied_and_removed()
    {
        using (QdrantStore store = Collections.OpenOrCreate("c", Model, StoreAccess.Write))
        {
            store.Write(Batch(0, 320));
            store.Remove([.. Enumerable.Range(250, 20).Select(n => store.FindAssetByPath($"/pictures/{n:D6}.jpg")!.Id)]);
        }

        using QdrantGenerationBuild build = Collections.BeginBuild("c", Other, "");
        var told = new List<string>();
        build.CatchUp(new Told(told.Add));
        Assert.Equal("copying what is known of the pictures: 300 files", told[^1]);
        using (QdrantStore writer = Collections.Open("c", StoreAccess.Write))
            writer.Remove([.. writer.FileStates().Values.Where(static state => state.Id % 2 == 0).Select(static state => state.Id)]);
        int before = Cluster.Nodes.Sum(static node => node.Requests.Count);
        Assert.Equal(150, build.Missing().Count);
        Assert.Equal(150, build.Items);
        // No asset was looked at but for its id.
        Assert.InRange(Cluster.Nodes.Sum(static node => node.Requests.Count) - before, 5, 25);
        Embed(build);
        await SwitchAsync(build);
        using QdrantStore next = Collections.Open("c", StoreAccess.Read);
        Assert.Equal((150L, 0), (next.Info.Items, next.Verify().Problems.Count));
    }

    [ContractFact]
    public void A_cancelled_copy_ends_and_goes_on()
    {
        using (QdrantStore store = Collections.OpenOrCreate("c", Model, StoreAccess.Write))
            store.Write(Batch(0, 300));
        using QdrantGenerationBuild build = Collections.BeginBuild("c", Other, "");
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => build.CatchUp(new Told(_ => stop.Cancel()), stop.Token));
        Assert.InRange(build.Candidate().Info.Items, 1, 299);
        Assert.Equal(300, build.Missing().Count);
    }

    [ContractFact]
    public async Task A_copy_of_a_collection_takes_the_generation_that_runs()
    {
        Fill(Collections, 15);
        using (QdrantGenerationBuild build = Collections.BeginBuild("c", Other, ""))
        {
            EmbedAll(build);
            await SwitchAsync(build);
        }

        using var folder = new TemporaryFolder();
        using QdrantStore source = Collections.Open("c", StoreAccess.Read);
        using (EmbeddedStore copy = EmbeddedStore.Create(folder["c"], Other))
        {
            Assert.Empty(new CollectionCopy(source, copy).Run().Problems);
            copy.Write([new AssetWrite(Picture("000077.jpg"), OtherVector(77))]);
            using QdrantStore target = Collections.Open("c", StoreAccess.Write);
            Assert.Empty(new CollectionCopy(copy, target).Run().Problems);
        }

        Assert.Equal(16 + 4, Collections.List().Single().Items);
    }

    // As a version wrote them that knew of one generation only.
    private void MakeOld(string name)
    {
        QdrantClient client = Cluster.Client();
        StoredPoint entry = client.GetPoints("vsearch", [CollectionEntry.IdOf(name)]).Single();
        client.Upsert("vsearch", [Without(entry, "generations", "lastGeneration", "dropped", "aliased", "builder", "builderUntil")]);
        client.Upsert($"vsearch.{name}.1.assets", client.ScrollAll($"vsearch.{name}.1.assets", new PointScroll()).Select(static point => Without(point, AssetPoint.RevisionKey)));
        client.DeletePayloadIndex($"vsearch.{name}.1.assets", AssetPoint.RevisionKey);
        client.DeleteAliases([.. RunningAliases.Names(name)]);
    }

    private static PointWrite Without(StoredPoint point, params string[] keys)
    {
        JsonObject payload = JsonObject.Create(point.Payload!.Value)!;
        foreach (string key in keys)
            payload.Remove(key);
        return new PointWrite(point.Id, [], JsonSerializer.SerializeToUtf8Bytes(payload));
    }

    private void Set(string name, JsonObject change) => Cluster.Client().SetPayload("vsearch", JsonSerializer.SerializeToElement(change), [CollectionEntry.IdOf(name)]);
}
