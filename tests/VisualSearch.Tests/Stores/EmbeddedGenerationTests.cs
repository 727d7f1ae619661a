using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.GenerationSamples;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>What only generations in a folder have: snapshots of their indexes, files to copy as a kill would leave them, space that is given back.</summary>
public sealed class EmbeddedGenerationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_store_that_is_open_goes_on_with_its_own_generation_and_writes_nothing_into_the_other()
    {
        Filled(folder["c"], 20).Dispose();
        using EmbeddedStore server = EmbeddedStore.Open(folder["c"], StoreAccess.Read, new EmbeddedStoreOptions { RefreshInterval = TimeSpan.FromHours(1) });
        int announced = 0;
        server.Superseded += () => announced++;
        using (EmbeddedGenerationBuild build = Begin(folder["c"]))
        {
            Embed(build);
            Assert.Equal(0, server.Refresh());
            Assert.False(server.IsSuperseded);
            await SwitchAsync(build);
        }

        using (EmbeddedStore writer = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
            writer.Write([new AssetWrite(Picture("000020.jpg"), OtherVector(20))]);
        Assert.Equal(0, server.Refresh());
        Assert.Equal((true, 1), (server.IsSuperseded, announced));
        Assert.Equal((1, Model), (server.Generation, server.Model));
        for (int number = 0; number < 20; number++)
            Assert.Equal(number, NumberOf(Assert.Single(server.Load([server.SearchVisual(Vector(number), 1)[0].ItemId]))));
        Assert.Equal(20, server.SearchVisual(Vector(0), 100).Count);
        Assert.Throws<GenerationSwitchedException>(server.BeginWriting);

        // Not even where the lock was taken in time and the check passed by: the transaction itself looks.
        var stale = new CatalogGeneration(1, GenerationState.Running, Model, "", default, default);
        using CatalogConnection catalog = CatalogConnection.OpenToWrite(Path.Combine(folder["c"], "catalog.db"), create: false);
        Assert.Throws<GenerationSwitchedException>(() => new CatalogWriter(catalog, stale).Write(PreparedBatch.From(Batch(50, 1), Dimension, Dimension).Assets, Model.Fingerprint));
        Assert.Equal(1, server.Info.Generation);
    }

    [Fact]
    public async Task Killed_at_any_moment_it_goes_on_and_the_collection_always_answers_from_one_whole_generation()
    {
        var random = new Random(11);
        Filled(folder["living"], 80).Dispose();
        int image = 0;
        void Kill(string collection, long written)
        {
            string copy = folder[$"image{image++}"];
            CopyAsIfKilled(collection, copy);
            using (EmbeddedStore store = EmbeddedStore.Open(copy, image % 2 == 0 ? StoreAccess.Read : StoreAccess.Write))
            {
                if (store.Generation == 1)
                    AssertHolds(store, [.. Enumerable.Range(0, 80)]);
                else
                    AssertHoldsOther(store, Enumerable.Range(0, 80));
            }

            if (written < 0)
                return;
            using EmbeddedGenerationBuild next = Begin(copy);
            Assert.Equal((2, written), (next.Number, next.Vectors));
        }

        while (true)
        {
            using EmbeddedGenerationBuild build = Begin(folder["living"]);
            Kill(folder["living"], build.Vectors);
            Embed(build, most: random.Next(1, 15));
            Kill(folder["living"], build.Vectors);
            if (build.Missing().Count > 0)
                continue;
            using (await build.HoldWritersAsync(null, default))
            {
                Kill(folder["living"], build.Vectors);
                build.Switch(allowGaps: false);
                Kill(folder["living"], -1);
            }
            break;
        }

        Kill(folder["living"], -1);
        using EmbeddedStore last = EmbeddedStore.Open(folder["living"], StoreAccess.Read);
        AssertHoldsOther(last, Enumerable.Range(0, 80));
    }

    [Fact]
    public async Task A_switch_whose_snapshot_cannot_be_saved_changes_nothing_and_can_be_made_again()
    {
        Filled(folder["c"], 20).Dispose();
        using EmbeddedGenerationBuild build = Begin(folder["c"]);
        Embed(build);
        // As a full disk would: nothing can be put in its place.
        string inTheWay = Path.Combine(folder["c"], "visual-2.hnsw");
        Directory.CreateDirectory(inTheWay);
        using (await build.HoldWritersAsync(null, default))
        {
            Assert.ThrowsAny<Exception>(() => build.Switch(allowGaps: false));
            using (EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read))
                AssertHolds(store, [.. Enumerable.Range(0, 20)]);
            Directory.Delete(inTheWay);
            build.Switch(allowGaps: false);
        }

        using EmbeddedStore switched = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Equal(IndexOrigin.Snapshot, switched.IndexStart.Origin);
        AssertHoldsOther(switched, Enumerable.Range(0, 20));
    }

    [Fact]
    public async Task Dropped_generations_give_their_space_back_and_their_numbers_are_not_used_again()
    {
        var directory = new CollectionDirectory(folder.Path);
        using (EmbeddedStore made = directory.OpenOrCreate("c", Model with { Dimension = WideDimension }, StoreAccess.Write))
            made.Write([.. Enumerable.Range(0, WideCount).Select(n => new AssetWrite(Picture($"{n:D6}.jpg"), Vector(n, WideDimension)))]);
        Assert.Empty(directory.Prune("c").Dropped);
        using (EmbeddedGenerationBuild build = directory.BeginBuild("c", Other, ""))
        {
            Embed(build);
            await SwitchAsync(build);
        }

        using EmbeddedStore reader = directory.Open("c", StoreAccess.Read);
        PruneReport report = directory.Prune("c");
        Assert.Equal((1, (long)WideCount), (report.Dropped.Single().Number, report.Dropped.Single().Vectors));
        Assert.Null(report.Remark);
        Assert.True(report.BytesFreed > WideCount * WideDimension * sizeof(float), $"{report.BytesFreed} bytes");
        reader.Refresh();
        AssertHoldsOther(reader, Enumerable.Range(0, WideCount), verify: false);
        Assert.True(reader.Verify().Healthy);
        using (EmbeddedGenerationBuild third = directory.BeginBuild("c", Model, ""))
            Assert.Equal((3, false), (third.Number, third.WasKept));
        Assert.Equal(3, directory.Prune("c", 3).Dropped.Single().Number);
        using EmbeddedGenerationBuild fourth = directory.BeginBuild("c", Model, "");
        Assert.Equal(4, fourth.Number);
    }
}
