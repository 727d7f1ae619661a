using System.Net;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>What only a collection on Qdrant has: a lease, writers that break off anywhere, nodes that fail.</summary>
public sealed class QdrantStoreTests() : ContractTests(nodes: 3)
{
    [ContractFact]
    public void Collections_are_listed_opened_by_their_model_alone_and_dropped_with_everything()
    {
        Assert.Empty(Collections.List());
        using (QdrantStore store = Collections.OpenOrCreate("photos", Model, StoreAccess.Write))
            store.Write(Batch(0, 5));
        Collections.OpenOrCreate("films", Model, StoreAccess.Read).Dispose();
        Assert.Equal([("films", 0L), ("photos", 5L)], Collections.List().Select(info => (info.Name, info.Items)));
        Assert.Equal(("qdrant", Model.Fingerprint), (Collections.List()[1].Store, Collections.List()[1].Model));

        Assert.Throws<ModelMismatchException>(() => Collections.Open("photos", StoreAccess.Read, new ModelIdentity("other@1", "other", Dimension)));
        Assert.Contains("films, photos", Assert.Throws<CollectionNotFoundException>(() => Collections.Open("songs", StoreAccess.Read)).Message, StringComparison.Ordinal);
        Assert.Throws<CollectionNameException>(() => Collections.Exists("../x"));

        using QdrantStore reader = Collections.Open("photos", StoreAccess.Read);
        Collections.Drop("photos");
        Assert.Equal(["films"], Collections.List().Select(info => info.Name));
        Assert.DoesNotContain(Cluster.Client().ListCollections(), name => name.Contains("photos", StringComparison.Ordinal));
        Assert.Throws<CollectionReplacedException>(() => reader.SpreadItems(3));
        using QdrantStore again = Collections.OpenOrCreate("photos", Model, StoreAccess.Write);
        again.Write(Batch(7, 2));
        AssertHolds(again, [7, 8]);
    }

    [ContractFact]
    public void One_process_writes_at_a_time_and_a_lease_ends_by_itself()
    {
        var clock = new HeldClock();
        var timed = new QdrantDirectory(Cluster.Client(), time: clock);
        QdrantStore first = timed.OpenOrCreate("c", Model, StoreAccess.Write);
        Assert.Contains($"process {Environment.ProcessId}", Assert.Throws<WriterBusyException>(() => timed.Open("c", StoreAccess.Write)).Message, StringComparison.Ordinal);
        using QdrantStore reader = timed.Open("c", StoreAccess.Read);
        Assert.Throws<WriterBusyException>(() => reader.BeginWriting());
        Assert.Throws<InvalidOperationException>(() => reader.Write(Batch(0, 1)));

        clock.Pass(TimeSpan.FromSeconds(20));
        first.Write(Batch(0, 1));
        clock.Pass(TimeSpan.FromSeconds(20));
        Assert.Throws<WriterBusyException>(() => timed.Open("c", StoreAccess.Write));
        clock.Pass(TimeSpan.FromSeconds(20));
        using (QdrantStore second = timed.Open("c", StoreAccess.Write))
        {
            second.Write(Batch(1, 1));
            Assert.Throws<WriterBusyException>(() => first.Write(Batch(2, 1)));
        }

        first.Dispose();
        using (reader.BeginWriting())
            reader.Write(Batch(2, 1));
        AssertHolds(reader, [0, 1, 2]);
    }

    /// <summary>The writer's connection is cut at its n-th request, for every n: whatever it had acknowledged is whole, and nothing half is left.</summary>
    [ContractTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_writer_that_breaks_off_anywhere_leaves_nothing_half(bool afterwards)
    {
        for (int cut = 0, completed = 0; completed < 2; cut++)
        {
            await using ContractCluster own = await ContractCluster.StartAsync();
            var patient = new QdrantDirectory(own.Client());
            using (QdrantStore store = patient.OpenOrCreate("c", Model, StoreAccess.Write))
                store.Write([.. Batch(0, 6), VideosTests.Video("v.mp4", VideosTests.Shot(0, 5, (1, 101)), VideosTests.Shot(5, 9, (7, 102)))]);

            var broken = new BreakingOff(own, cut, afterwards);
            bool whole = broken.Write([.. Batch(4, 6), VideosTests.Video("v.mp4", VideosTests.Shot(0, 5, (2, 111)), VideosTests.Shot(6, 9, (8, 112)))]);
            completed += whole ? 1 : 0;

            // The next writer clears up, and a scan that finds a file not recorded as it is writes it again.
            using QdrantStore next = patient.Open("c", StoreAccess.Write);
            Assert.Empty(next.Verify().Problems);
            Assert.Superset(Enumerable.Range(0, 6).Select(n => $"/pictures/{n:D6}.jpg").ToHashSet(), next.FileStates().Keys.ToHashSet());
            next.Write([.. Batch(4, 6), VideosTests.Video("v.mp4", VideosTests.Shot(0, 5, (2, 111)), VideosTests.Shot(6, 9, (8, 112)))]);
            Assert.Empty(next.Verify().Problems);
            Assert.Equal((11L, 12L), (next.Info.Assets, next.Info.Items));
            Assert.Equal(2, next.ShotsOf(next.FindAssetByPath("/pictures/v.mp4")!.Id).Count);
        }
    }

    [ContractTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_drop_that_broke_off_left_does_not_come_back_in_a_collection_of_the_same_name(bool afterwards)
    {
        for (int cut = 0, completed = 0; completed < 2; cut++)
        {
            await using ContractCluster own = await ContractCluster.StartAsync();
            var patient = new QdrantDirectory(own.Client());
            using (QdrantStore store = patient.OpenOrCreate("c", Model, StoreAccess.Write))
                store.Write(Batch(0, 6));
            completed += new BreakingOff(own, cut, afterwards).Drop() ? 1 : 0;

            if (patient.Exists("c"))
            {
                using QdrantStore whole = patient.Open("c", StoreAccess.Write);
                AssertHolds(whole, [.. Enumerable.Range(0, 6)]);
                continue;
            }

            using (QdrantStore again = patient.OpenOrCreate("c", Model, StoreAccess.Write))
            {
                Assert.Equal((0L, 0L), (again.Info.Assets, again.Info.Items));
                again.Write(Batch(3, 2));
                AssertHolds(again, [3, 4]);
                Assert.Empty(again.Verify().Problems);
            }

            patient.Drop("c");
            Assert.Equal([QdrantLayout.Registry], own.Client().ListCollections());
        }
    }

    [ContractFact]
    public void A_node_that_fails_in_the_middle_loses_nothing_that_was_acknowledged()
    {
        using QdrantStore store = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        for (int batch = 0; batch < 6; batch++)
        {
            Cluster.Nodes[batch % 3].Fail(new ContractFault { DropBefore = batch % 2 == 0, DropAfter = batch % 2 == 1, Times = 2 });
            store.Write(Batch(batch * 5, 5));
        }

        foreach (ContractServer node in Cluster.Nodes)
            node.Fail(new ContractFault { Status = HttpStatusCode.InternalServerError, Times = 1 });
        AssertHolds(store, [.. Enumerable.Range(0, 30)]);
    }

    [ContractFact]
    public void Words_are_scored_alike_in_both_stores()
    {
        using var folder = new TemporaryFolder();
        using EmbeddedStore embedded = EmbeddedStore.Create(folder["c"], Model);
        using QdrantStore qdrant = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        string[] colours = ["red", "blue", "green", "white"], things = ["boat", "house", "tree", "cat", "dog"], places = ["lake", "forest", "city"];
        AssetWrite[] batch = [.. Enumerable.Range(0, 60).Select(n => new AssetWrite(
            Picture($"{n:D6}.jpg", $"a {colours[n % 4]} {things[n % 5]} by the {places[n % 3]}{(n % 7 == 0 ? " at night" : "")}", things[n % 5]), Vector(n)))];
        embedded.Write(batch);
        qdrant.Write(batch);
        foreach (string query in new[] { "a red boat", "cats at night", "green tree by the lake", "blue", "white dog forest" })
        {
            long[] expected = [.. embedded.SearchText(query, 10).Select(one => one.ItemId)], found = [.. qdrant.SearchText(query, 10).Select(one => one.ItemId)];
            Assert.Equal(expected[0], found[0]);
            Assert.True(expected.Intersect(found).Count() >= 8, $"{query}: {string.Join(' ', expected)} and {string.Join(' ', found)}");
            // What a text with all the words scores, of what it could at best: ranking reads words by that.
            double share = embedded.SearchText(query, 1)[0].Score / embedded.BestTextScore(query), other = qdrant.SearchText(query, 1)[0].Score / qdrant.BestTextScore(query);
            Assert.InRange(other / share, 0.7, 1.4);
        }
    }

    /// <summary>A writer with no patience whose requests fail from the n-th on, and which never gets to give its lease back.</summary>
    private sealed class BreakingOff(ContractCluster cluster, int cut, bool afterwards)
    {
        public bool Write(AssetWrite[] batch)
        {
            using QdrantClient client = Impatient();
            using QdrantStore store = Late(client).Open("c", StoreAccess.Write);
            return Completes(() => store.Write(batch), store.Dispose);
        }

        public bool Drop()
        {
            using QdrantClient client = Impatient();
            return Completes(() => Late(client).Drop("c"), static () => { });
        }

        private static QdrantDirectory Late(QdrantClient client)
        {
            var late = new HeldClock();
            late.Pass(TimeSpan.FromMinutes(-5)); // Its lease has ended when the next one comes.
            return new QdrantDirectory(client, time: late);
        }

        private QdrantClient Impatient() => cluster.Client(options => options with { Retries = 0 });

        private bool Completes(Action change, Action end)
        {
            if (cut > 0)
                cluster.Nodes[0].Fail(new ContractFault { Times = cut }); // Which does nothing.
            cluster.Nodes[0].Fail(new ContractFault { DropBefore = !afterwards, DropAfter = afterwards, Times = int.MaxValue });
            try
            {
                change();
                return true;
            }
            catch (QdrantException)
            {
                return false;
            }
            finally
            {
                end();
                cluster.Nodes[0].Heal();
            }
        }
    }
}
