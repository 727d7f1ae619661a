using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Stores.GenerationSamples;
using static VisualSearch.Tests.Stores.QdrantGenerationSamples;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>Builds of generations on Qdrant that break off at any request, nodes that fail under them, leases that end: what was embedded stays, and one whole generation answers.</summary>
public sealed class BrokenGenerationTests() : ContractTests(nodes: 3)
{
    /// <summary>Its connection is cut at random moments, and the next attempt goes on: what was embedded stays embedded, and one whole generation answers at any time.</summary>
    [ContractTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_build_that_breaks_off_at_random_moments_goes_on_and_ends_equal(int seed)
    {
        await using ContractCluster own = await ContractCluster.StartAsync();
        Fill(new QdrantDirectory(own.Client()), 24);
        var random = new Random(seed);
        int broken = 0, embedded = 0;
        for (bool whole = false; !whole;)
        {
            using QdrantClient client = own.Client(options => options with { Retries = 0 });
            var late = new QdrantDirectory(client, time: new LateClock(broken - 600));
            if (broken < 14)
                Cut(own.Nodes[0], 1 + random.Next(50), afterwards: random.Next(2) == 0);
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

            AssertWhole(new QdrantDirectory(own.Client()), 24);
        }

        Assert.InRange(broken, 3, 14);
        var patient = new QdrantDirectory(own.Client());
        using (QdrantStore writer = patient.Open("c", StoreAccess.Write))
            Assert.Equal(2, writer.Generation);
        AssertAliases(own.Client(), "c", 2);
        Assert.Equal(await FreshAsync(24), Contents(patient));
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
            using QdrantStore made = Collections.OpenOrCreate(name, Model, StoreAccess.Write);
            made.Write(Batch(0, 4));
            made.Dispose();
            using QdrantClient client = Cluster.Client(options => options with { Retries = 0, Nodes = [options.Nodes[0]] });
            using (QdrantGenerationBuild build = new QdrantDirectory(client, time: new LateClock(-5)).BeginBuild(name, Other, ""))
            {
                Embed(build);
                Cut(Cluster.Nodes[0], cut, afterwards);
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

            Cluster.Nodes[0].Heal();
            using QdrantStore next = Collections.Open(name, StoreAccess.Write);
            ran.Add(next.Generation);
            if (next.Generation == 1)
                AssertHolds(next, [.. Enumerable.Range(0, 4)]);
            else
                AssertHoldsOther(next, Enumerable.Range(0, 4));
            // Whoever writes next sets them right.
            AssertAliases(Cluster.Client(), name, next.Generation);
            Assert.Equal(next.Generation == 1 ? GenerationState.Building : GenerationState.Running, Collections.Generations(name)[1].State);
        }

        Assert.Equal([1, 2], ran.Order());
    }

    [ContractFact]
    public async Task Nodes_that_fail_in_the_middle_lose_nothing()
    {
        Fill(Collections, 30);
        using QdrantGenerationBuild build = Collections.BeginBuild("c", Other, "");
        int at = 0;
        while (build.Missing() is { Count: > 0 } missing)
        {
            // Fewer in all than a call is tried.
            foreach (ContractServer node in Cluster.Nodes)
                node.Heal();
            Cluster.Nodes[at % 3].Fail(new ContractFault { DropBefore = at % 2 == 0, DropAfter = at % 2 == 1, Times = 3 });
            Cluster.Nodes[(at + 1) % 3].Fail(new ContractFault { Status = HttpStatusCode.InternalServerError, Times = 2 });
            build.Write([.. build.Load([.. missing.Take(4)]).Select(record => Embedded(build, record))]);
            at++;
        }

        foreach (ContractServer node in Cluster.Nodes)
            node.Heal();
        await Cluster.Nodes[1].StopAsync();
        build.WritePassages([.. build.MissingPassages().Select(id => (id, (ReadOnlyMemory<float>)Vector(700)))]);
        await SwitchAsync(build);
        AssertWhole(Collections, 30);
        Assert.Equal(await FreshAsync(30), Contents(Collections));
    }

    [ContractFact]
    public async Task A_lease_that_has_ended_is_another_ones_and_a_collection_made_anew_is_not_written_to()
    {
        var clock = new LateClock(0);
        var timed = new QdrantDirectory(Cluster.Client(), time: clock);
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
        var timed = new QdrantDirectory(Cluster.Client(), time: clock);
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
    public async Task What_a_drop_that_broke_off_has_left_is_cleared_up_and_counts_for_nothing()
    {
        Fill(Collections, 8);
        using (QdrantGenerationBuild build = Collections.BeginBuild("c", Other, ""))
        {
            EmbedAll(build);
            await SwitchAsync(build);
        }

        foreach (ContractServer node in Cluster.Nodes)
            node.Fail(new ContractFault { Path = ".1.keyframes", Status = HttpStatusCode.InternalServerError, Times = 1000 });
        using (QdrantClient hasty = Cluster.Client(static options => options with { Retries = 0 }))
            Assert.Throws<QdrantException>(() => new QdrantDirectory(hasty).Prune("c"));
        foreach (ContractServer node in Cluster.Nodes)
            node.Heal();
        Assert.Equal([2], Collections.Generations("c").Select(static one => one.Number));
        Assert.Contains("vsearch.c.1.items", Cluster.Client().ListCollections());
        Assert.Empty(Collections.Prune("c").Dropped);
        Assert.DoesNotContain(Cluster.Client().ListCollections(), static name => name.StartsWith("vsearch.c.1.", StringComparison.Ordinal));

        // And of a whole collection: a later one of its name begins its second generation empty.
        using (QdrantGenerationBuild left = Collections.BeginBuild("c", Model, ""))
            EmbedAll(left);
        Set("c", new JsonObject { ["generations"] = new JsonArray(), ["lastGeneration"] = 0, ["generation"] = 2 });
        using QdrantGenerationBuild third = Collections.BeginBuild("c", Model, "");
        Assert.Equal((3, 0L, 10), (third.Number, third.Vectors, third.Missing().Count));
    }

    [ContractFact]
    public async Task Who_wants_to_write_during_the_switch_waits_for_it()
    {
        Fill(Collections, 5);
        using QdrantStore server = Collections.Open("c", StoreAccess.Read);
        using QdrantGenerationBuild build = Collections.BeginBuild("c", Other, "");
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
        using QdrantStore next = Collections.Open("c", StoreAccess.Write);
        Assert.Equal(2, next.Generation);
    }

    private void Set(string name, JsonObject change) => Cluster.Client().SetPayload("vsearch", JsonSerializer.SerializeToElement(change), [CollectionEntry.IdOf(name)]);
}
