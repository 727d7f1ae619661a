using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.GenerationSamples;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>The next generation is built beside the running one, which changes meanwhile; the switch is one moment, and there is a way back.</summary>
public sealed class GenerationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task After_the_switch_every_item_has_its_vector_of_the_new_model_and_the_old_generation_is_kept()
    {
        Filled(folder["c"], 60).Dispose();
        using (GenerationBuild build = Begin(folder["c"]))
        {
            Assert.Equal((2, false, 60, 0), (build.Number, build.WasKept, build.Items, build.Vectors));
            Assert.Equal(60, Embed(build));
            Assert.Empty(build.Missing());
            using (EmbeddedStore running = EmbeddedStore.Open(folder["c"], StoreAccess.Read))
                AssertHolds(running, [.. Enumerable.Range(0, 60)]);
            await SwitchAsync(build);
        }

        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Equal((2, Other), (store.Generation, store.Model));
        Assert.Equal(IndexOrigin.Snapshot, store.IndexStart.Origin);
        AssertHoldsOther(store, Enumerable.Range(0, 60));
        Assert.Throws<ModelMismatchException>(() => store.RequireModel(Model));
        Assert.Contains("Generation 1 (model test@1) is kept", Assert.Single(store.Verify().Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_that_come_change_and_go_during_the_build_end_up_right_in_the_new_generation()
    {
        Filled(folder["c"], 30).Dispose();
        using GenerationBuild build = Begin(folder["c"]);
        Embed(build, most: 20);
        using (EmbeddedStore writer = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
        {
            writer.Write(Batch(30, 5));
            writer.Write([Changed(3), Changed(25)]);
            writer.Remove([writer.FindAssetByPath("/pictures/000004.jpg")!.Id, writer.FindAssetByPath("/pictures/000026.jpg")!.Id]);
            // Only its title is new: its vector stays.
            writer.Write([new AssetWrite(Picture("000005.jpg", "another title"), Vector(5))]);
        }

        Assert.Equal(19 - 1, build.Vectors);
        Assert.Equal([3, .. Enumerable.Range(20, 6), .. Enumerable.Range(27, 8)], build.Load(build.Missing()).Select(NumberOf).Order());
        Embed(build);
        await SwitchAsync(build);
        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        AssertHoldsOther(store, Enumerable.Range(0, 35).Where(n => n is not (4 or 26)), changed: [3, 25]);
    }

    [Fact]
    public void A_vector_of_a_picture_that_changed_or_went_while_it_was_embedded_is_not_kept()
    {
        Filled(folder["c"], 3).Dispose();
        using GenerationBuild build = Begin(folder["c"]);
        GenerationVector[] embedded = [.. build.Load(build.Missing()).Select(OtherVectorOf)];
        using (EmbeddedStore writer = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
        {
            writer.Write([Changed(0)]);
            writer.Remove([writer.FindAssetByPath("/pictures/000001.jpg")!.Id]);
        }

        Assert.Equal(1, build.Write(embedded));
        Assert.Equal(0, NumberOf(Assert.Single(build.Load(build.Missing()))));
    }

    [Fact]
    public async Task A_store_that_is_open_goes_on_with_its_own_generation_and_writes_nothing_into_the_other()
    {
        Filled(folder["c"], 20).Dispose();
        using EmbeddedStore server = EmbeddedStore.Open(folder["c"], StoreAccess.Read, new EmbeddedStoreOptions { RefreshInterval = TimeSpan.FromHours(1) });
        int announced = 0;
        server.Superseded += () => announced++;
        using (GenerationBuild build = Begin(folder["c"]))
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
    public async Task Going_back_first_embeds_what_came_and_changed_since_and_loses_nothing()
    {
        Filled(folder["c"], 30).Dispose();
        using (GenerationBuild build = Begin(folder["c"]))
        {
            Embed(build);
            await SwitchAsync(build);
        }

        using (EmbeddedStore writer = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
        {
            writer.Write([.. Enumerable.Range(30, 5).Select(n => new AssetWrite(Picture($"{n:D6}.jpg"), OtherVector(n)))]);
            writer.Write([Changed(3) with { Items = [new PictureWrite(OtherVector(1003))] }]);
            writer.Remove([writer.FindAssetByPath("/pictures/000004.jpg")!.Id]);
        }

        using (GenerationBuild back = GenerationBuild.Begin(folder["c"], Model, "there"))
        {
            Assert.Equal((1, true), (back.Number, back.WasKept));
            Assert.Equal([3, 30, 31, 32, 33, 34], back.Load(back.Missing()).Select(NumberOf).Order());
            back.Write([.. back.Load(back.Missing()).Select(record => new GenerationVector(record.Item.Id, record.Asset.ContentHash, Vector(NumberOf(record) + (NumberOf(record) == 3 ? 1000 : 0))))]);
            await SwitchAsync(back);
        }

        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Equal((1, IndexOrigin.Snapshot), (store.Generation, store.IndexStart.Origin));
        Assert.Equal(34, store.Info.Items);
        foreach (int number in Enumerable.Range(0, 35).Where(n => n != 4))
            Assert.Equal(number, NumberOf(Assert.Single(store.Load([store.SearchVisual(Vector(number == 3 ? 1003 : number), 1)[0].ItemId]))));
        Assert.True(store.Verify().Healthy, string.Join('\n', store.Verify().Problems));
        Assert.Equal([GenerationState.Running, GenerationState.Kept], new CollectionDirectory(folder.Path).InfoOf(folder["c"]).Select(one => one.State));
    }

    [Fact]
    public async Task Pictures_that_cannot_be_embedded_hold_the_switch_up_until_someone_says_they_may_be_missing()
    {
        Filled(folder["c"], 10).Dispose();
        using (GenerationBuild build = Begin(folder["c"]))
        {
            ItemRecord[] records = [.. build.Load(build.Missing())];
            build.Write([.. records.Where(record => NumberOf(record) != 7).Select(OtherVectorOf)]);
            using (await build.HoldWritersAsync(null, default))
                Assert.Throws<InvalidOperationException>(() => build.Switch(allowGaps: true));
            ItemRecord unreadable = records.Single(record => NumberOf(record) == 7);
            build.SetGaps([(unreadable.Item.Id, unreadable.Asset.ContentHash, "the file is gone")]);
            using (await build.HoldWritersAsync(null, default))
            {
                GenerationGapsException refusal = Assert.Throws<GenerationGapsException>(() => build.Switch(allowGaps: false));
                Assert.Contains("--allow-missing", refusal.Message, StringComparison.Ordinal);
                build.Switch(allowGaps: true);
            }
        }

        using (EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read))
        {
            Assert.Equal(10, store.Info.Items);
            Assert.Equal(9, store.SearchVisual(OtherVector(7), 100).Count);
            Assert.Equal(7, NumberOf(store.Load([store.SearchText("number 7", 1)[0].ItemId])[0]));
            VerifyReport report = store.Verify();
            Assert.True(report.Healthy, string.Join('\n', report.Problems));
            Assert.Contains(report.Remarks, remark => remark.Contains("000007.jpg", StringComparison.Ordinal) && remark.Contains("the file is gone", StringComparison.Ordinal));
            // A scan takes it for changed, so that it is embedded when it can be read again.
            AssetFileState state = store.FileStates()["/pictures/000007.jpg"];
            Assert.Equal((-1, ""), (state.ModifiedTicks, state.ContentHash));
        }

        using (EmbeddedStore writer = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
            writer.Write([new AssetWrite(Picture("000007.jpg"), OtherVector(7))]);
        using EmbeddedStore whole = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        AssertHoldsOther(whole, Enumerable.Range(0, 10));
        Assert.Equal(Picture("000007.jpg").ModifiedTicks, whole.FileStates()["/pictures/000007.jpg"].ModifiedTicks);
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
            using GenerationBuild next = Begin(copy);
            Assert.Equal((2, written), (next.Number, next.Vectors));
        }

        while (true)
        {
            using GenerationBuild build = Begin(folder["living"]);
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
        using GenerationBuild build = Begin(folder["c"]);
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
    public async Task What_does_not_go_with_the_state_of_the_generations_is_refused_with_what_to_do()
    {
        var directory = new CollectionDirectory(folder.Path);
        using (EmbeddedStore made = directory.OpenOrCreate("c", Model, StoreAccess.Write))
            made.Write(Batch(0, 5));
        Assert.Contains("already", Assert.Throws<GenerationStateException>(() => directory.BeginBuild("c", Model, "")).Message, StringComparison.Ordinal);
        using (GenerationBuild build = directory.BeginBuild("c", Other, "/models/other"))
        {
            Assert.Contains($"process {Environment.ProcessId}", Assert.Throws<WriterBusyException>(() => directory.BeginBuild("c", Other, "")).Message, StringComparison.Ordinal);
            Assert.Throws<WriterBusyException>(() => directory.Prune("c"));
            Assert.Throws<WriterBusyException>(() => directory.Drop("c"));
            Embed(build, most: 2);
        }

        string third = Assert.Throws<GenerationStateException>(() => directory.BeginBuild("c", Other with { Name = "third@1", Fingerprint = "third@1+3" }, "")).Message;
        Assert.Contains("--model /models/other", third, StringComparison.Ordinal);
        Assert.Contains("vsearch collections prune c --generation 2", third, StringComparison.Ordinal);
        Assert.Throws<GenerationStateException>(() => directory.Prune("c", 1));
        Assert.Throws<GenerationNotFoundException>(() => directory.Prune("c", 9));
        using GenerationBuild again = directory.BeginBuild("c", Other, "/models/other");
        Assert.Equal(2, again.Vectors);
        Embed(again);
        Assert.Throws<InvalidOperationException>(() => again.Switch(allowGaps: false));
        using EmbeddedStore writer = directory.Open("c", StoreAccess.Write);
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(150));
        string? holder = null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => again.HoldWritersAsync(new Told(told => holder = told), impatient.Token));
        Assert.Contains($"process {Environment.ProcessId}", holder, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dropped_generations_give_their_space_back_and_their_numbers_are_not_used_again()
    {
        var directory = new CollectionDirectory(folder.Path);
        using (EmbeddedStore made = directory.OpenOrCreate("c", Model with { Dimension = WideDimension }, StoreAccess.Write))
            made.Write([.. Enumerable.Range(0, WideCount).Select(n => new AssetWrite(Picture($"{n:D6}.jpg"), Vector(n, WideDimension)))]);
        Assert.Empty(directory.Prune("c").Dropped);
        using (GenerationBuild build = directory.BeginBuild("c", Other, ""))
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
        using (GenerationBuild third = directory.BeginBuild("c", Model, ""))
            Assert.Equal((3, false), (third.Number, third.WasKept));
        Assert.Equal(3, directory.Prune("c", 3).Dropped.Single().Number);
        using GenerationBuild fourth = directory.BeginBuild("c", Model, "");
        Assert.Equal(4, fourth.Number);
    }

    private sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
