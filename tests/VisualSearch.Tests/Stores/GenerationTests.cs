using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.GenerationSamples;
using static VisualSearch.Tests.Stores.StoreSamples;
using static VisualSearch.Tests.Stores.VideosTests;

namespace VisualSearch.Tests.Stores;

/// <summary>
/// The next generation is built beside the running one, which changes meanwhile; the switch is one moment, and there is a way back. On every
/// store.
/// </summary>
public sealed class GenerationTests
{
    [Theory, AllStores]
    public async Task After_the_switch_every_item_has_its_vector_of_the_new_model_and_the_old_generation_is_kept(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Fill(60);
        using (IGenerationBuild build = Begin(home))
        {
            Assert.Equal((2, false, home.Name, 60, 0), (build.Number, build.WasKept, build.Collection, build.Items, build.Vectors));
            Assert.Equal(60, Embed(build));
            Assert.Empty(build.Missing());
            using (IServedStore running = home.Place.Open(home.Name, StoreAccess.Read))
                AssertHolds(running, [.. Enumerable.Range(0, 60)]);
            Assert.Equal([(1, GenerationState.Running, 60L), (2, GenerationState.Building, 60L)], home.Place.Generations(home.Name).Select(one => (one.Number, one.State, one.Vectors)));
            await build.ReadyAsync(null, default);
            await SwitchAsync(build);
        }

        using IServedStore store = home.Place.Open(home.Name, StoreAccess.Read);
        Assert.Equal((2, Other, "/models/other"), (store.Generation, store.Model, store.ModelFolder));
        AssertHoldsOther(store, Enumerable.Range(0, 60));
        Assert.Throws<ModelMismatchException>(() => home.Place.Open(home.Name, StoreAccess.Read, Model));
        Assert.Contains("Generation 1 (model test@1) is kept", Assert.Single(store.Verify().Remarks), StringComparison.Ordinal);
        Assert.Equal((2, Other, GenerationState.Running), (home.Place.RunningGeneration(home.Name).Number, home.Place.RunningGeneration(home.Name).Model, home.Place.RunningGeneration(home.Name).State));
        Assert.Equal(2, home.Place.List().Single(one => one.Name == home.Name).Generation);
        Assert.Equal(7, NumberOf(store.Load([store.SearchText("number 7", 1)[0].ItemId])[0]));
    }

    [Theory, AllStores]
    public async Task Pictures_that_come_change_and_go_during_the_build_end_up_right_in_the_new_generation(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Fill(30);
        using (IGenerationBuild build = Begin(home))
        {
            Embed(build, most: 20);
            home.Change(writer =>
            {
                writer.Write(Batch(30, 5));
                writer.Write([Changed(3), Changed(25)]);
                writer.Remove([writer.FindAssetByPath("/pictures/000004.jpg")!.Id, writer.FindAssetByPath("/pictures/000026.jpg")!.Id]);
                // Only its title is new: its vector stays.
                writer.Write([new AssetWrite(Picture("000005.jpg", "another title", "tagged"), Vector(5))]);
            });

            build.CatchUp();
            Assert.Equal((33, 19 - 1), (build.Items, build.Vectors));
            Assert.Equal([3, .. Enumerable.Range(20, 6), .. Enumerable.Range(27, 8)], build.Load(build.Missing()).Select(NumberOf).Order());
            Embed(build);
            await SwitchAsync(build);
        }

        using IServedStore store = home.Place.Open(home.Name, StoreAccess.Read);
        AssertHoldsOther(store, Enumerable.Range(0, 35).Where(n => n is not (4 or 26)), changed: [3, 25]);
        Assert.Equal("another title", store.FindAssetByPath("/pictures/000005.jpg")!.Title);
        Assert.Equal(5, NumberOf(store.Load([store.SearchText("another title", 5)[0].ItemId])[0]));
        Assert.Equal(1, store.Match(new Search.Retrieval.Filter.Compare("tags", Search.Retrieval.FilterOperator.Equal, "tagged")).Count);
        Assert.Empty(store.ItemsOf(5));
    }

    [Theory, AllStores]
    public async Task A_vector_of_a_picture_that_changed_or_went_while_it_was_embedded_is_not_kept(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Fill(3);
        using IGenerationBuild build = Begin(home);
        GenerationVector[] embedded = [.. build.Load(build.Missing()).Select(OtherVectorOf)];
        home.Change(writer =>
        {
            writer.Write([Changed(0)]);
            writer.Remove([writer.FindAssetByPath("/pictures/000001.jpg")!.Id]);
        });

        Assert.Equal(1, build.Write(embedded));
        Assert.Equal(0, NumberOf(Assert.Single(build.Load(build.Missing()))));
        Assert.Throws<ArgumentException>(() => build.Write([embedded[0] with { Vector = new float[Dimension] }]));
        Assert.Throws<ArgumentException>(() => build.Write([embedded[0] with { Vector = new float[] { 1 } }]));
    }

    [Theory, AllStores]
    public async Task A_store_that_is_open_goes_on_with_its_own_generation_and_writes_nothing_into_the_other(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Fill(20);
        using IServedStore server = home.Place.Open(home.Name, StoreAccess.Read);
        Assert.False(server.IsSuperseded);
        await ReembedAsync(home);
        home.Change(writer => writer.Write([new AssetWrite(Picture("000020.jpg"), OtherVector(20))]));

        Assert.Throws<GenerationSwitchedException>(server.BeginWriting);
        Assert.True(server.IsSuperseded);
        Assert.False(server.IsReplaced);
        Assert.Equal((1, Model), (server.Generation, server.Model));
        for (int number = 0; number < 20; number++)
            Assert.Equal(number, NumberOf(Assert.Single(server.Load([server.SearchVisual(Vector(number), 1)[0].ItemId]))));
        Assert.Equal(20, server.SearchVisual(Vector(0), 100).Count);
        using IServedStore next = home.Place.Open(home.Name, StoreAccess.Read);
        AssertHoldsOther(next, Enumerable.Range(0, 21));
    }

    [Theory, AllStores]
    public async Task Going_back_first_embeds_what_came_and_changed_since_and_loses_nothing(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Fill(30);
        await ReembedAsync(home);
        home.Change(writer =>
        {
            writer.Write([.. Enumerable.Range(30, 5).Select(n => new AssetWrite(Picture($"{n:D6}.jpg"), OtherVector(n)))]);
            writer.Write([Changed(3) with { Items = [new PictureWrite(OtherVector(1003))] }]);
            writer.Remove([writer.FindAssetByPath("/pictures/000004.jpg")!.Id]);
        });

        using (IGenerationBuild back = home.Place.BeginBuild(home.Name, Model, "there"))
        {
            Assert.Equal((1, true), (back.Number, back.WasKept));
            Assert.Equal([3, 30, 31, 32, 33, 34], back.Load(back.Missing()).Select(NumberOf).Order());
            back.Write([.. back.Load(back.Missing()).Select(record => new GenerationVector(record.Item.Id, record.Asset.ContentHash, Vector(NumberOf(record) + (NumberOf(record) == 3 ? 1000 : 0))))]);
            await SwitchAsync(back);
        }

        using (IServedStore store = home.Place.Open(home.Name, StoreAccess.Read))
        {
            Assert.Equal((1, "there", 34L), (store.Generation, store.ModelFolder, store.Info.Items));
            foreach (int number in Enumerable.Range(0, 35).Where(n => n != 4))
                Assert.Equal(number, NumberOf(Assert.Single(store.Load([store.SearchVisual(Vector(number == 3 ? 1003 : number), 1)[0].ItemId]))));
            Assert.True(store.Verify().Healthy, string.Join('\n', store.Verify().Problems));
        }

        Assert.Equal([GenerationState.Running, GenerationState.Kept], home.Place.Generations(home.Name).Select(one => one.State));
        // And forth again: nothing has changed since.
        using IGenerationBuild forth = Begin(home);
        Assert.Equal((2, true), (forth.Number, forth.WasKept));
        Assert.Empty(forth.Missing());
    }

    [Theory, AllStores]
    public async Task Pictures_that_cannot_be_embedded_hold_the_switch_up_until_someone_says_they_may_be_missing(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Fill(10);
        using (IGenerationBuild build = Begin(home))
        {
            ItemRecord[] records = [.. build.Load(build.Missing())];
            build.Write([.. records.Where(record => NumberOf(record) is not (7 or 8)).Select(OtherVectorOf)]);
            using (await build.HoldWritersAsync(null, default))
                Assert.Throws<InvalidOperationException>(() => build.Switch(allowGaps: true));
            build.SetGaps([.. records.Where(record => NumberOf(record) is 7 or 8).Select(record => (record.Item.Id, record.Asset.ContentHash, "the file is gone"))]);
            Assert.Equal(["/pictures/000007.jpg", "/pictures/000008.jpg"], build.Gaps().Select(gap => gap.Path));
            // One is there again, and of the other only the title is new.
            Assert.Equal(1, build.Write([OtherVectorOf(records.Single(record => NumberOf(record) == 8))]));
            home.Change(writer => writer.Write([new AssetWrite(Picture("000007.jpg", "picture number 7 has a title"), Vector(7))]));
            using (await build.HoldWritersAsync(null, default))
            {
                GenerationGapsException refusal = Assert.Throws<GenerationGapsException>(() => build.Switch(allowGaps: false));
                Assert.Contains("--allow-missing", refusal.Message, StringComparison.Ordinal);
                Assert.Equal(1, home.Place.RunningGeneration(home.Name).Number);
                build.Switch(allowGaps: true);
            }
        }

        using (IServedStore store = home.Place.Open(home.Name, StoreAccess.Read))
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
            Assert.Equal(9, store.FileStates("/pictures").Values.Count(one => one.ModifiedTicks > 0));
        }

        Assert.Equal([(10L, 0L), (9L, 1L)], home.Place.Generations(home.Name).Select(one => (one.Vectors, one.Gaps)));
        home.Change(writer => writer.Write([new AssetWrite(Picture("000007.jpg"), OtherVector(7))]));
        using IServedStore whole = home.Place.Open(home.Name, StoreAccess.Read);
        AssertHoldsOther(whole, Enumerable.Range(0, 10));
        Assert.Equal(Picture("000007.jpg").ModifiedTicks, whole.FileStates()["/pictures/000007.jpg"].ModifiedTicks);
        Assert.Equal(0, home.Place.Generations(home.Name)[1].Gaps);
    }

    [Theory, AllStores]
    public async Task What_does_not_go_with_the_state_of_the_generations_is_refused_with_what_to_do(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        (ICollections place, string name) = (home.Place, home.Name);
        home.Fill(5);
        Assert.Contains("already", Assert.Throws<GenerationStateException>(() => place.BeginBuild(name, Model, "")).Message, StringComparison.Ordinal);
        using (IGenerationBuild build = Begin(home))
        {
            Assert.Contains($"process {Environment.ProcessId}", Assert.Throws<WriterBusyException>(() => place.BeginBuild(name, Other, "")).Message, StringComparison.Ordinal);
            Assert.Throws<WriterBusyException>(() => place.Prune(name));
            Assert.Throws<WriterBusyException>(() => place.Drop(name));
            Embed(build, most: 2);
        }

        string third = Assert.Throws<GenerationStateException>(() => place.BeginBuild(name, Other with { Name = "third@1", Fingerprint = "third@1+3" }, "")).Message;
        Assert.Contains("--model /models/other", third, StringComparison.Ordinal);
        Assert.Contains($"vsearch collections prune {name} --generation 2", third, StringComparison.Ordinal);
        Assert.Throws<GenerationStateException>(() => place.Prune(name, 1));
        Assert.Throws<GenerationNotFoundException>(() => place.Prune(name, 9));
        Assert.Throws<CollectionNotFoundException>(() => place.BeginBuild("nothing", Other, ""));
        Assert.Throws<CollectionNotFoundException>(() => place.Generations("nothing"));
        using IGenerationBuild again = Begin(home);
        Assert.Equal(2, again.Vectors);
        Embed(again);
        Assert.Throws<InvalidOperationException>(() => again.Switch(allowGaps: false));
        using IServedStore writer = place.Open(name, StoreAccess.Write);
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(150));
        string? holder = null;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => again.HoldWritersAsync(new Told(told => holder = told), impatient.Token));
        Assert.Contains($"process {Environment.ProcessId}", holder, StringComparison.Ordinal);
    }

    [Theory, AllStores]
    public async Task Dropped_generations_are_gone_and_their_numbers_are_not_used_again(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Fill(20);
        Assert.Empty(home.Place.Prune(home.Name).Dropped);
        await ReembedAsync(home);
        GenerationInfo gone = Assert.Single(home.Place.Prune(home.Name).Dropped);
        Assert.Equal((1, 20L, GenerationState.Kept), (gone.Number, gone.Vectors, gone.State));
        Assert.Equal(2, Assert.Single(home.Place.Generations(home.Name)).Number);
        using (IServedStore store = home.Place.Open(home.Name, StoreAccess.Read))
            AssertHoldsOther(store, Enumerable.Range(0, 20));
        using (IGenerationBuild third = home.Place.BeginBuild(home.Name, Model, ""))
            Assert.Equal((3, false, 20), (third.Number, third.WasKept, third.Missing().Count));
        Assert.Equal(3, home.Place.Prune(home.Name, 3).Dropped.Single().Number);
        using (IGenerationBuild fourth = home.Place.BeginBuild(home.Name, Model, ""))
            Assert.Equal(4, fourth.Number);
        home.Place.Drop(home.Name);
        Assert.False(home.Place.Exists(home.Name));
        Assert.DoesNotContain(home.Client?.ListCollections() ?? [], one => one.Contains(home.Name, StringComparison.Ordinal));
        Assert.DoesNotContain(home.Client?.ListAliases() ?? [], one => one.AliasName.Contains(home.Name, StringComparison.Ordinal));
    }

    [Theory, AllStores]
    public async Task Keyframes_and_passages_are_embedded_too_and_stay_where_only_a_title_is_new(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Fill(3);
        home.Change(writer => writer.Write([Video("v.mp4", Shot(0, 5, (1, 101), (4, 102)), Shot(5, 9, (7, 103)), new PassageWrite(0, 4, "first words", Vector(201)), new AboutWrite(9, Vector(202)))]));
        using (IGenerationBuild build = Begin(home))
        {
            EmbedAll(build);
            Assert.Empty(build.Missing());
            await Assert.ThrowsAsync<InvalidOperationException>(() => SwitchAsync(build));
            build.WritePassages([.. build.MissingPassages().Select(id => (id, (ReadOnlyMemory<float>)Vector(700 + (int)id)))]);
            // Its title is new, so its keyframes are other points; its bytes are not, so they are not embedded again.
            home.Change(writer =>
            {
                AssetWrite video = Assert.Single(writer.Export([writer.FindAssetByPath("/pictures/v.mp4")!.Id]));
                writer.Write([video with { Asset = video.Asset with { Title = "with a title" } }]);
            });
            Assert.Empty(build.Missing());
            build.WritePassages([.. build.MissingPassages().Select(id => (id, (ReadOnlyMemory<float>)Vector(700 + (int)id)))]);
            await SwitchAsync(build);
        }

        using (IServedStore next = home.Place.Open(home.Name, StoreAccess.Read))
        {
            Asset video = next.FindAssetByPath("/pictures/v.mp4")!;
            Item[] shots = [.. next.ItemsOf(video.Id).Where(item => item.Kind == ItemKind.Shot)];
            Assert.Equal("with a title", video.Title);
            Assert.Equal([4.0, 7.0], next.BestKeyframes(Vector(504), [shots[0].Id, shots[1].Id]).Select(frame => frame.Seconds));
            Assert.Equal(1, next.BestKeyframes(Vector(507), [shots[1].Id])[0].Similarity, 4);
            Item passage = next.ItemsOf(video.Id).Single(item => item.Text == "first words");
            Assert.Equal((passage.Id, 1f), (next.SearchPassages(Vector(700 + (int)passage.Id), 1)[0].ItemId, MathF.Round(next.SearchPassages(Vector(700 + (int)passage.Id), 1)[0].Score, 4)));
            Assert.Equal(2, next.SearchPassages(Vector(1), 9).Count);
            Assert.NotNull(next.FindVideo(video.Id));
            Assert.True(next.Verify().Healthy, string.Join('\n', next.Verify().Problems));
        }

        // The old one has its own still, and its new title too once it runs again.
        using (IGenerationBuild back = home.Place.BeginBuild(home.Name, Model, ""))
        {
            Assert.Empty(back.Missing());
            back.WritePassages([.. back.MissingPassages().Select(id => (id, (ReadOnlyMemory<float>)Vector(200 + (int)id)))]);
            await SwitchAsync(back);
        }

        using IServedStore first = home.Place.Open(home.Name, StoreAccess.Read);
        long shot = first.ItemsOf(first.FindAssetByPath("/pictures/v.mp4")!.Id).First(item => item.Kind == ItemKind.Shot).Id;
        Assert.Equal((4.0, 1f), first.BestKeyframes(Vector(102), [shot]).Select(frame => (frame.Seconds, MathF.Round(frame.Similarity, 4))).Single());
        Assert.True(first.Verify().Healthy, string.Join('\n', first.Verify().Problems));
    }

    /// <summary>A process that writes and removes without a pause, and another that builds: at the switch nothing is missing, stale or left over.</summary>
    [Theory, AllStores(1, 2)]
    public async Task A_writer_that_never_rests_ends_up_whole_in_the_new_generation(string kind, int seed)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        home.Fill(40);
        var random = new Random(seed);
        SortedSet<int> there = [.. Enumerable.Range(0, 40)], changed = [];
        using (IGenerationBuild build = Begin(home))
        {
            Task writing = Task.Run(() => home.Change(writer =>
            {
                for (int step = 0; step < 30; step++)
                {
                    int number = random.Next(60);
                    if (random.Next(3) == 0 && there.Remove(number))
                    {
                        changed.Remove(number);
                        writer.Remove([writer.FindAssetByPath($"/pictures/{number:D6}.jpg")!.Id]);
                    }
                    else if (there.Add(number))
                    {
                        writer.Write(Batch(number, 1));
                    }
                    else
                    {
                        changed.Add(number);
                        writer.Write([Changed(number)]);
                    }
                }
            }));
            while (!writing.IsCompleted)
                Embed(build, most: 5);
            await writing;
            Embed(build);
            await SwitchAsync(build);
        }

        using IServedStore store = home.Place.Open(home.Name, StoreAccess.Read);
        AssertHoldsOther(store, there, [.. changed]);
        Assert.Equal(there.Select(number => $"/pictures/{number:D6}.jpg"), store.FileStates().Keys.Order(StringComparer.Ordinal));
    }

    private static void EmbedAll(IGenerationBuild build) => build.Write([.. build.Load(build.Missing()).Select(record => record.Item.Kind == ItemKind.Shot
        ? new GenerationVector(record.Item.Id, record.Asset.ContentHash, [.. build.KeyframeSeconds(record.Item.Id).Select(s => new KeyframeWrite(s, Vector(500 + (int)s)))])
        : OtherVectorOf(record))]);

    private sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
