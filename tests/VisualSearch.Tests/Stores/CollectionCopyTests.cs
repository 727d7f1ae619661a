using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Moving;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>A collection copied to Qdrant and back: whole, gone on with wherever it broke off, and compared.</summary>
public sealed class CollectionCopyTests() : ContractTests(nodes: 1)
{
    [ContractFact]
    public void There_and_back_again_all_is_as_it_was()
    {
        using EmbeddedStore source = Source("c", 80);
        using QdrantStore qdrant = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        CopyReport there = new CollectionCopy(source, qdrant).Run();
        Assert.Empty(there.Problems);
        Assert.Equal((82L, 0L, 85L, 1.0), (there.Written, there.Unchanged, there.Items, there.Recall));
        Assert.Equal(source.SearchText("lighthouse", 5).Count, qdrant.SearchText("lighthouse", 5).Count);
        Assert.Equal(source.SearchPassages(Vector(202), 1)[0].Score, qdrant.SearchPassages(Vector(202), 1)[0].Score, 5);

        using EmbeddedStore back = EmbeddedStore.Create(Folder["back"], Model);
        CopyReport again = new CollectionCopy(qdrant, back).Run();
        Assert.Empty(again.Problems);
        Assert.Empty(new CollectionCopy(source, back).Compare().Problems);
        Asset asset = source.FindAssetByPath("/pictures/000007.jpg")!, copied = back.FindAssetByPath("/pictures/000007.jpg")!;
        Assert.Equal(asset.Fields, copied.Fields);
        Assert.Equal(asset with { Id = 0, Fields = copied.Fields, Tags = copied.Tags }, copied with { Id = 0 });
    }

    [ContractFact]
    public void A_second_run_writes_what_changed_and_removes_what_is_gone()
    {
        using EmbeddedStore source = Source("c", 20);
        using QdrantStore qdrant = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        new CollectionCopy(source, qdrant).Run();
        source.Write([new AssetWrite(Picture("000003.jpg", "another title") with { ContentHash = "other" }, Vector(903))]);
        source.Remove([source.FindAssetByPath("/pictures/000004.jpg")!.Id]);
        Assert.NotEmpty(new CollectionCopy(source, qdrant).Compare().Problems);

        CopyReport report = new CollectionCopy(source, qdrant).Run();
        Assert.Empty(report.Problems);
        Assert.Equal((1L, 20L, 1L), (report.Written, report.Unchanged, report.Removed));
        Assert.Equal("another title", qdrant.FindAssetByPath("/pictures/000003.jpg")!.Title);
    }

    [ContractTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_copy_that_breaks_off_at_random_moments_ends_equal(int seed)
    {
        using EmbeddedStore source = Source("c", 150);
        var random = new Random(seed);
        int broken = 0;
        for (bool whole = false; !whole;)
        {
            var late = new LateClock(broken - 60);
            using QdrantClient client = Cluster.Client(options => options with { Retries = 0 });
            using QdrantStore target = new QdrantDirectory(client, time: late).OpenOrCreate("c", Model, StoreAccess.Write);
            if (broken < 4)
            {
                Cluster.Nodes[0].Fail(new ContractFault { Times = 1 + random.Next(14) }); // Which does nothing.
                Cluster.Nodes[0].Fail(new ContractFault { DropBefore = random.Next(2) == 0, DropAfter = true, Times = int.MaxValue });
            }

            try
            {
                CopyReport report = new CollectionCopy(source, target).Run();
                Assert.Empty(report.Problems);
                Assert.Equal((152L, 155L), (report.Assets, report.Items));
                whole = true;
            }
            catch (QdrantException)
            {
                broken++;
            }
            finally
            {
                target.Dispose();
                Cluster.Nodes[0].Heal();
            }
        }

        Assert.Equal(4, broken);
    }

    [ContractFact]
    public void What_differs_is_named()
    {
        using EmbeddedStore source = Source("c", 5);
        using QdrantStore qdrant = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        new CollectionCopy(source, qdrant).Run();
        Asset asset = qdrant.FindAssetByPath("/pictures/000002.jpg")!;
        qdrant.Write([new AssetWrite(asset with { Title = "changed by somebody" }, Vector(2))]);
        Assert.Contains("/pictures/000002.jpg", Assert.Single(new CollectionCopy(source, qdrant).Compare().Problems), StringComparison.Ordinal);
    }

    private EmbeddedStore Source(string name, int pictures)
    {
        EmbeddedStore store = Filled(Folder[name], pictures);
        store.Write(
        [
            VideosTests.Video("v.mp4", VideosTests.Shot(0, 5, (1, 101), (4, 102)), VideosTests.Shot(5, 9, (7, 103)), new PassageWrite(0, 4, "the lighthouse was built in stone", Vector(201)), new AboutWrite(9, Vector(202))),
            new AssetWrite(Picture("fields.jpg", "with all", "Strand", "Möwe") with { Text = "北京", Fields = new Dictionary<string, FieldValue> { ["year"] = 2019, ["raw"] = false, ["f"] = 0.1 + 0.2 }, PerceptualHash = ulong.MaxValue - 3 }, Vector(300)),
        ]);
        return store;
    }

    // Each writer comes a minute after the one before, whose lease has ended by then.
    private sealed class LateClock(int minutes) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddMinutes(minutes);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new HeldTimer(() => callback(state));
    }
}
