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
using static VisualSearch.Tests.Stores.StoreSamples;
using static VisualSearch.Tests.Stores.VideosTests;

namespace VisualSearch.Tests.Stores;

/// <summary>What only generations on Qdrant have: builds that break off at any request, leases that end, aliases, nodes that fail, entries of older versions.</summary>
public sealed class QdrantGenerationTests : IAsyncLifetime, IAsyncDisposable
{
    private ContractCluster cluster = null!;
    private QdrantDirectory directory = null!;

    public async Task InitializeAsync()
    {
        if (ContractFactAttribute.Missing is not null)
            return;
        cluster = await ContractCluster.StartAsync(3);
        directory = new QdrantDirectory(cluster.Client());
    }

    public async Task DisposeAsync()
    {
        directory?.Dispose();
        if (cluster is not null)
            await cluster.DisposeAsync();
    }

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());

    /// <summary>Its connection is cut at random moments, and the next attempt goes on: what was embedded stays embedded, and one whole generation answers at any time.</summary>
    [ContractTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_build_that_breaks_off_at_random_moments_goes_on_and_ends_equal(int seed)
    {
        await using ContractCluster own = await ContractCluster.StartAsync();
        Fill(new QdrantDirectory(own.Client()), 40);
        var random = new Random(seed);
        int broken = 0, embedded = 0;
        for (bool whole = false; !whole;)
        {
            using QdrantClient client = own.Client(options => options with { Retries = 0 });
            var late = new QdrantDirectory(client, time: new LateClock(broken - 600));
            if (broken < 14)
                Cut(own.Nodes[0], 1 + random.Next(60), afterwards: random.Next(2) == 0);
            try
            {
                using QdrantGenerationBuild build = late.BeginBuild("c", Other, "/models/other");
                build.CatchUp();
                Assert.True(build.Vectors >= embedded, $"{build.Vectors} vectors, and {embedded} were written");
                embedded = (int)build.Vectors;
                for (long[] some; (some = [.. build.Missing().Take(6)]).Length > 0;)
                    embedded += build.Write([.. build.Load(some).Select(record => Embedded(build, record))]);
                build.WritePassages([.. build.MissingPassages().Select(id => (id, (ReadOnlyMemory<float>)Vector(700)))]);
                await SwitchAsync(build);
                whole = true;
            }
            catch (QdrantException)
            {
                broken++;
            }
            catch (GenerationStateException already) when (already.Message.Contains("already", StringComparison.Ordinal))
            {
                // The switch was made, and its reply was lost.
                whole = true;
            }
            finally
            {
                own.Nodes[0].Heal();
            }

            AssertWhole(new QdrantDirectory(own.Client()), 40);
        }

        Assert.InRange(broken, 3, 14);
        var patient = new QdrantDirectory(own.Client());
        using (QdrantStore writer = patient.Open("c", StoreAccess.Write))
            Assert.Equal(2, writer.Generation);
        AssertAliases(own.Client(), "c", 2);
        Assert.Equal(AssertWhole(patient, 40), await FreshAsync(40));
    }

    /// <summary>Cut at the n-th request from the moment on that nobody may write, for every n: another generation runs then or not, as a whole, and the aliases follow.</summary>
    [ContractTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_switch_that_breaks_off_anywhere_is_made_or_not(bool afterwards)
    {
        HashSet<int> ran = [];
        for (int cut = 1, completed = 0; completed < 2; cut++)
        {
            string name = $"c{cut}";
            using QdrantStore made = directory.OpenOrCreate(name, Model, StoreAccess.Write);
            made.Write(Batch(0, 4));
            made.Dispose();
            using QdrantClient client = cluster.Client(options => options with { Retries = 0, Nodes = [options.Nodes[0]] });
            using (QdrantGenerationBuild build = new QdrantDirectory(client, time: new LateClock(-5)).BeginBuild(name, Other, ""))
            {
                Embed(build);
                Cut(cluster.Nodes[0], cut, afterwards);
                try
                {
                    await SwitchAsync(build);
                    completed++;
                }
                catch (QdrantException)
                {
                    // As it was to be.
                }
            }

            cluster.Nodes[0].Heal();
            using QdrantStore next = directory.Open(name, StoreAccess.Write);
            ran.Add(next.Generation);
            if (next.Generation == 1)
                AssertHolds(next, [.. Enumerable.Range(0, 4)]);
            else
                AssertHoldsOther(next, Enumerable.Range(0, 4));
            // Whoever writes next sets them right.
            AssertAliases(cluster.Client(), name, next.Generation);
            Assert.Equal(next.Generation == 1 ? GenerationState.Building : GenerationState.Running, directory.Generations(name)[1].State);
        }

        Assert.Equal([1, 2], ran.Order());
    }

    [ContractFact]
    public async Task The_aliases_mean_the_running_generation_before_during_and_after()
    {
        Fill(directory, 10);
        // Its names would be those of the other's collections, were they shorter.
        directory.OpenOrCreate("c.1", Model, StoreAccess.Read).Dispose();
        QdrantClient client = cluster.Client();
        AssertAliases(client, "c", 1);
        AssertAliases(client, "c.1", 1);
        using (QdrantGenerationBuild build = directory.BeginBuild("c", Other, ""))
        {
            EmbedAll(build);
            AssertAliases(client, "c", 1);
            await SwitchAsync(build);
            AssertAliases(client, "c", 2);
        }

        // What any other program finds by them.
        IReadOnlyList<ScoredPoint> found = client.Query("vsearch.c.running.items", new PointQuery { Query = new QueryInput.Dense(OtherVector(3)), Using = "visual", Limit = 1 });
        Assert.Equal(1, found[0].Score, 4);
        using (QdrantGenerationBuild back = directory.BeginBuild("c", Model, ""))
            await SwitchAsync(back);
        AssertAliases(client, "c", 1);
        directory.Drop("c");
        Assert.DoesNotContain(client.ListAliases(), static alias => alias.AliasName.StartsWith("vsearch.c.running", StringComparison.Ordinal));
        AssertAliases(client, "c.1", 1);
    }

    [ContractFact]
    public void An_alias_that_can_not_be_set_keeps_nobody_from_writing()
    {
        Fill(directory, 2);
        foreach (ContractServer node in cluster.Nodes)
            node.Fail(new ContractFault { Path = "/aliases", Status = HttpStatusCode.Forbidden, Times = 1000 });
        Set("c", new JsonObject { ["aliased"] = 0 });
        using (QdrantStore writer = directory.Open("c", StoreAccess.Write))
            writer.Write(Batch(10, 1));
        Assert.Equal(4, directory.List().Single().Assets);
    }

    [ContractFact]
    public async Task Nodes_that_fail_in_the_middle_lose_nothing()
    {
        Fill(directory, 30);
        using QdrantGenerationBuild build = directory.BeginBuild("c", Other, "");
        int at = 0;
        while (build.Missing() is { Count: > 0 } missing)
        {
            // Fewer in all than a call is tried.
            foreach (ContractServer node in cluster.Nodes)
                node.Heal();
            cluster.Nodes[at % 3].Fail(new ContractFault { DropBefore = at % 2 == 0, DropAfter = at % 2 == 1, Times = 3 });
            cluster.Nodes[(at + 1) % 3].Fail(new ContractFault { Status = HttpStatusCode.InternalServerError, Times = 2 });
            build.Write([.. build.Load([.. missing.Take(4)]).Select(record => Embedded(build, record))]);
            at++;
        }

        foreach (ContractServer node in cluster.Nodes)
            node.Heal();
        await cluster.Nodes[1].StopAsync();
        build.WritePassages([.. build.MissingPassages().Select(id => (id, (ReadOnlyMemory<float>)Vector(700)))]);
        await SwitchAsync(build);
        Assert.Equal(await FreshAsync(30), AssertWhole(directory, 30));
    }

    [ContractFact]
    public async Task A_lease_that_has_ended_is_another_ones_and_a_collection_made_anew_is_not_written_to()
    {
        var clock = new LateClock(0);
        var timed = new QdrantDirectory(cluster.Client(), time: clock);
        Fill(timed, 5);
        using QdrantGenerationBuild first = timed.BeginBuild("c", Other, "");
        GenerationVector[] vectors = [.. first.Load(first.Missing()).Select(record => Embedded(first, record))];
        clock.Pass(TimeSpan.FromSeconds(40));
        using (QdrantGenerationBuild second = timed.BeginBuild("c", Other, ""))
        {
            Assert.Equal(7, second.Write(vectors));
            Assert.Throws<WriterBusyException>(() => first.Write(vectors));
            Assert.Throws<WriterBusyException>(() => first.Missing());
        }

        clock.Pass(TimeSpan.FromSeconds(40));
        using QdrantGenerationBuild third = timed.BeginBuild("c", Other, "");
        clock.Pass(TimeSpan.FromSeconds(40));
        timed.Drop("c");
        Fill(timed, 3);
        Assert.Throws<CollectionReplacedException>(() => third.Missing());
        Assert.Throws<CollectionReplacedException>(() => third.Write(vectors));
        await Assert.ThrowsAsync<CollectionReplacedException>(() => third.HoldWritersAsync(null, default));
        using QdrantGenerationBuild anew = timed.BeginBuild("c", Other, "");
        Assert.Equal((2, 5, 0L), (anew.Number, anew.Missing().Count, anew.Vectors));
    }

    [ContractFact]
    public async Task A_build_that_only_embeds_for_long_keeps_its_lease_and_the_writers_waiting()
    {
        var clock = new LateClock(0) { IsManual = true };
        var timed = new QdrantDirectory(cluster.Client(), time: clock);
        Fill(timed, 2);
        using QdrantGenerationBuild build = timed.BeginBuild("c", Other, "");
        using IDisposable held = await build.HoldWritersAsync(null, default);
        for (int beat = 0; beat < 4; beat++)
        {
            clock.Pass(TimeSpan.FromSeconds(20));
            clock.Tick();
        }

        Assert.Throws<WriterBusyException>(() => timed.BeginBuild("c", Other, ""));
        Task<QdrantStore> opening = Task.Run(() => timed.Open("c", StoreAccess.Write));
        await Task.Delay(150);
        Assert.False(opening.IsCompleted);
        // Nobody says so any more.
        clock.Pass(TimeSpan.FromSeconds(40));
        using QdrantStore writer = await opening;
        timed.BeginBuild("c", Other, "").Dispose();
        // And a beat that fails is said by the next change, not by the timer.
        clock.Tick();
        Assert.Throws<WriterBusyException>(() => build.SetGaps([(1, "", "a reason")]));
    }

    [ContractFact]
    public async Task A_collection_from_before_generations_is_built_again_like_any_other()
    {
        Fill(directory, 12);
        MakeOld("c");
        Assert.Equal((1, GenerationState.Running), directory.Generations("c").Select(static one => (one.Number, one.State)).Single());
        using (QdrantGenerationBuild build = directory.BeginBuild("c", Other, ""))
        {
            EmbedAll(build);
            using (QdrantStore writer = directory.Open("c", StoreAccess.Write))
            {
                writer.Write([Changed(3)]);
                writer.Remove([writer.FindAssetByPath("/pictures/000004.jpg")!.Id]);
            }

            Assert.Equal([3], build.Load(build.Missing()).Select(NumberOf));
            EmbedAll(build);
            await SwitchAsync(build);
        }

        using QdrantStore store = directory.Open("c", StoreAccess.Read);
        Assert.Equal(11 + 4, store.Info.Items);
        Assert.Empty(store.Verify().Problems);
        ScoredItem found = store.SearchVisual(OtherVector(1003), 1)[0];
        Assert.Equal((3, 1f), (NumberOf(store.Load([found.ItemId])[0]), MathF.Round(found.Score, 4)));
        AssertAliases(cluster.Client(), "c", 2);
    }

    [ContractFact]
    public async Task What_a_drop_that_broke_off_has_left_is_cleared_up_and_counts_for_nothing()
    {
        Fill(directory, 8);
        using (QdrantGenerationBuild build = directory.BeginBuild("c", Other, ""))
        {
            EmbedAll(build);
            await SwitchAsync(build);
        }

        foreach (ContractServer node in cluster.Nodes)
            node.Fail(new ContractFault { Path = ".1.keyframes", Status = HttpStatusCode.InternalServerError, Times = 1000 });
        using (QdrantClient hasty = cluster.Client(static options => options with { Retries = 0 }))
            Assert.Throws<QdrantException>(() => new QdrantDirectory(hasty).Prune("c"));
        foreach (ContractServer node in cluster.Nodes)
            node.Heal();
        Assert.Equal([2], directory.Generations("c").Select(static one => one.Number));
        Assert.Contains("vsearch.c.1.items", cluster.Client().ListCollections());
        Assert.Empty(directory.Prune("c").Dropped);
        Assert.DoesNotContain(cluster.Client().ListCollections(), static name => name.StartsWith("vsearch.c.1.", StringComparison.Ordinal));

        // And of a whole collection: a later one of its name begins its second generation empty.
        using (QdrantGenerationBuild left = directory.BeginBuild("c", Model, ""))
            EmbedAll(left);
        Set("c", new JsonObject { ["generations"] = new JsonArray(), ["lastGeneration"] = 0, ["generation"] = 2 });
        using QdrantGenerationBuild third = directory.BeginBuild("c", Model, "");
        Assert.Equal((3, 0L, 10), (third.Number, third.Vectors, third.Missing().Count));
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
        using (QdrantStore store = directory.OpenOrCreate("c", Model, StoreAccess.Write))
        {
            store.Write(Batch(0, 700));
            store.Remove([.. Enumerable.Range(250, 20).Select(n => store.FindAssetByPath($"/pictures/{n:D6}.jpg")!.Id)]);
        }

        using QdrantGenerationBuild build = directory.BeginBuild("c", Other, "");
        var told = new List<string>();
        build.CatchUp(new Told(told.Add));
        Assert.Equal("copying what is known of the pictures: 680 files", told[^1]);
        using (QdrantStore writer = directory.Open("c", StoreAccess.Write))
            writer.Remove([.. writer.FileStates().Values.Where(static state => state.Id % 2 == 0).Select(static state => state.Id)]);
        int before = cluster.Nodes.Sum(static node => node.Requests.Count);
        Assert.Equal(340, build.Missing().Count);
        Assert.Equal(340, build.Items);
        // No asset was looked at but for its id.
        Assert.InRange(cluster.Nodes.Sum(static node => node.Requests.Count) - before, 5, 25);
        Embed(build);
        await SwitchAsync(build);
        using QdrantStore next = directory.Open("c", StoreAccess.Read);
        Assert.Equal((340L, 0), (next.Info.Items, next.Verify().Problems.Count));
    }

    [ContractFact]
    public void A_cancelled_copy_ends_and_goes_on()
    {
        using (QdrantStore store = directory.OpenOrCreate("c", Model, StoreAccess.Write))
            store.Write(Batch(0, 600));
        using QdrantGenerationBuild build = directory.BeginBuild("c", Other, "");
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => build.CatchUp(new Told(_ => stop.Cancel()), stop.Token));
        Assert.InRange(build.Candidate().Info.Items, 1, 599);
        Assert.Equal(600, build.Missing().Count);
    }

    [ContractFact]
    public async Task A_copy_of_a_collection_takes_the_generation_that_runs()
    {
        Fill(directory, 15);
        using (QdrantGenerationBuild build = directory.BeginBuild("c", Other, ""))
        {
            EmbedAll(build);
            await SwitchAsync(build);
        }

        using var folder = new TemporaryFolder();
        using QdrantStore source = directory.Open("c", StoreAccess.Read);
        using (EmbeddedStore copy = EmbeddedStore.Create(folder["c"], Other))
        {
            Assert.Empty(new CollectionCopy(source, copy).Run().Problems);
            copy.Write([new AssetWrite(Picture("000077.jpg"), OtherVector(77))]);
            using QdrantStore target = directory.Open("c", StoreAccess.Write);
            Assert.Empty(new CollectionCopy(copy, target).Run().Problems);
        }

        Assert.Equal(16 + 4, directory.List().Single().Items);
    }

    [ContractFact]
    public async Task Who_wants_to_write_during_the_switch_waits_for_it()
    {
        Fill(directory, 5);
        using QdrantStore server = directory.Open("c", StoreAccess.Read);
        using QdrantGenerationBuild build = directory.BeginBuild("c", Other, "");
        EmbedAll(build);
        Task<IDisposable> writing;
        using (await build.HoldWritersAsync(null, default))
        {
            writing = Task.Run(server.BeginWriting);
            await Task.Delay(150);
            Assert.False(writing.IsCompleted);
            build.Switch(allowGaps: false);
        }

        await Assert.ThrowsAsync<GenerationSwitchedException>(() => writing);
        using QdrantStore next = directory.Open("c", StoreAccess.Write);
        Assert.Equal(2, next.Generation);
    }

    private static void Cut(ContractServer node, int after, bool afterwards)
    {
        node.Fail(new ContractFault { Times = after }); // Which does nothing.
        node.Fail(new ContractFault { DropBefore = !afterwards, DropAfter = afterwards, Times = int.MaxValue });
    }

    private static void Fill(QdrantDirectory directory, int pictures)
    {
        using QdrantStore store = directory.OpenOrCreate("c", Model, StoreAccess.Write);
        store.Write([.. Batch(0, pictures), Video("v.mp4", Shot(0, 5, (1, 101), (4, 102)), Shot(5, 9, (7, 103)), new PassageWrite(0, 4, "first words", Vector(201)), new AboutWrite(9, Vector(202)))]);
    }

    private static GenerationVector Embedded(IGenerationBuild build, ItemRecord record) => record.Item.Kind == ItemKind.Shot
        ? new GenerationVector(record.Item.Id, record.Asset.ContentHash, [.. build.KeyframeSeconds(record.Item.Id).Select(s => new KeyframeWrite(s, Vector(500 + (int)s)))])
        : OtherVectorOf(record);

    private static void EmbedAll(IGenerationBuild build)
    {
        build.Write([.. build.Load(build.Missing()).Select(record => Embedded(build, record))]);
        build.WritePassages([.. build.MissingPassages().Select(id => (id, (ReadOnlyMemory<float>)Vector(700)))]);
    }

    /// <summary>What the same build makes of the same collection where nothing fails.</summary>
    private static async Task<string> FreshAsync(int pictures)
    {
        await using ContractCluster other = await ContractCluster.StartAsync();
        var fresh = new QdrantDirectory(other.Client());
        Fill(fresh, pictures);
        using (QdrantGenerationBuild build = fresh.BeginBuild("c", Other, ""))
        {
            EmbedAll(build);
            await SwitchAsync(build);
        }

        return AssertWhole(fresh, pictures);
    }

    /// <summary>One whole generation answers.</summary>
    /// <returns>All that it holds, as text.</returns>
    private static string AssertWhole(QdrantDirectory directory, int pictures)
    {
        using QdrantStore store = directory.Open("c", StoreAccess.Read);
        Assert.Empty(store.Verify().Problems);
        Assert.Equal(pictures + 4, store.Info.Items);
        for (int number = 0; number < pictures; number++)
        {
            ScoredItem best = store.SearchVisual(store.Generation == 1 ? Vector(number) : OtherVector(number), 1)[0];
            Assert.Equal(1, best.Score, 4);
            Assert.Equal(number, NumberOf(store.Load([best.ItemId])[0]));
        }

        var contents = new List<string>();
        foreach (AssetFileState state in store.FileStates().Values.OrderBy(static one => one.Id))
        {
            foreach (AssetWrite write in store.Export([state.Id]))
                contents.Add($"{write.Asset.Path} {write.Asset.Title} {string.Join(", ", write.Items.Select(Text))} {write.Video?.Transcript.Count}");
        }

        return string.Join('\n', contents);
    }

    private static string Text(ItemWrite item) => item switch
    {
        PictureWrite picture => Text(picture.Vector),
        ShotWrite shot => $"{shot.Start}-{shot.End} {string.Join(' ', shot.Keyframes.Select(static frame => $"{frame.Seconds}: {Text(frame.Vector)}"))}",
        PassageWrite passage => $"{passage.Start}-{passage.End} {passage.Text} {Text(passage.Vector)}",
        AboutWrite about => $"{about.End} {Text(about.Vector)}",
        _ => throw new ArgumentOutOfRangeException(nameof(item)),
    };

    private static string Text(ReadOnlyMemory<float> vector) => string.Join(' ', vector.ToArray().Select(static number => MathF.Round(number, 3)));

    private static void AssertAliases(QdrantClient client, string name, int generation) => Assert.Equal(
        new[] { "assets", "items", "keyframes" }.Select(part => ($"vsearch.{name}.running.{part}", $"vsearch.{name}.{generation}.{part}")),
        client.ListAliases().Where(alias => alias.AliasName.StartsWith($"vsearch.{name}.running.", StringComparison.Ordinal)).Select(static alias => (alias.AliasName, alias.CollectionName)));

    // As a version wrote them that knew of one generation only.
    private void MakeOld(string name)
    {
        QdrantClient client = cluster.Client();
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

    private void Set(string name, JsonObject change) => cluster.Client().SetPayload("vsearch", JsonSerializer.SerializeToElement(change), [CollectionEntry.IdOf(name)]);

    private sealed class LateClock(int minutes) : TimeProvider
    {
        private TimeSpan passed = TimeSpan.FromMinutes(minutes);

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + passed;

        public void Pass(TimeSpan time) => passed += time;

        /// <summary>Whether timers go off only at <see cref="Tick"/>.</summary>
        public bool IsManual { get; init; }

        private TimerCallback? Beat { get; set; }

        public void Tick() => Beat!(null);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Beat ??= callback;
            return base.CreateTimer(callback, state, IsManual ? Timeout.InfiniteTimeSpan : dueTime, period);
        }
    }

    private sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
