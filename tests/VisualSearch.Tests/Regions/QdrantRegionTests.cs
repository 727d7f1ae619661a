using System.Text.Json;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Moving;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Search.Stores.Regions;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Regions.RegionSamples;
using static VisualSearch.Tests.Stores.GenerationSamples;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Regions;

/// <summary>Parts of pictures on Qdrant: the same answers as from a folder, whatever breaks off or changes while they are embedded.</summary>
public sealed class QdrantRegionTests() : ContractTests(nodes: 1)
{
    [ContractFact]
    public void Items_boxes_and_order_are_those_of_a_folder()
    {
        AssetWrite[] batch = [.. Enumerable.Range(0, 60).Select(n => new AssetWrite(Picture($"{n:D6}.jpg", $"picture number {n}", n % 3 == 0 ? "third" : "other") with { IndexedAt = DateTimeOffset.UnixEpoch }, Vector(n)))];
        using EmbeddedStore writer = EmbeddedStore.Create(Folder["data", "collections", "c"], Model);
        using QdrantStore there = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        foreach (IStore store in (IStore[])[writer, there])
            store.Write(batch);
        Build(new CollectionDirectory(Folder["data"]).BeginRegions("c"));
        Build(Collections.BeginRegions("c"));

        using EmbeddedStore here = EmbeddedStore.Open(Folder["data", "collections", "c"], StoreAccess.Read);
        var third = new Filter.Compare("tags", FilterOperator.Equal, "third");
        for (int seed = 0; seed < 12; seed++)
        {
            PatchGrid? patches = seed % 2 == 0 ? null : Grid(500 + seed);
            var query = new RegionQuery(Vector(9000 + seed), patches, EfSearch: 300);
            foreach (int k in (int[])[1, 7, 60])
            {
                Same(here.SearchRegions(query, k), there.SearchRegions(query, k));
                Same(here.SearchRegions(query, k, here.Match(third)), there.SearchRegions(query, k, there.Match(third)));
            }
        }

        // Nothing else of the collection looks at them.
        Assert.Empty(there.Verify().Problems);
        Assert.Empty(new CollectionCopy(here, there).Compare().Problems);
        Assert.Equal(here.Export([7])[0].Items.Count, there.Export([7])[0].Items.Count);

        static void Same(IReadOnlyList<FoundRegion> expected, IReadOnlyList<FoundRegion> found)
        {
            Assert.Equal(expected.ItemsOf(), found.ItemsOf());
            // Windows and patches are the same bytes in both places.
            Assert.Equal(expected, found);
        }
    }

    /// <summary>A build whose connection is cut at its n-th request, for every n: nothing wrong is found, and the next one ends as if nothing had been.</summary>
    [ContractTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_build_that_breaks_off_anywhere_is_gone_on_with(bool afterwards)
    {
        int broken = 0;
        for (int cut = 0, completed = 0; completed < 2; cut++)
        {
            await using ContractCluster own = await ContractCluster.StartAsync();
            var patient = new QdrantDirectory(own.Client());
            using QdrantStore store = patient.OpenOrCreate("c", Model, StoreAccess.Write);
            store.Write(Batch(0, 10));
            if (BreakOff(own, cut, afterwards))
                completed++;
            else
                broken++;

            IStore reader = store;
            if (reader.RegionPictures > 0)
                Assert.Equal(ItemOf(store, 2), Find(store, 2)[0].ItemId);
            // Its title is changed by a run of the index between: what is there of its parts must not be lost, and nothing else found.
            store.Write([new AssetWrite(Picture("000002.jpg", "another title"), Vector(2))]);
            Build(patient.BeginRegions("c"));
            using QdrantStore after = patient.Open("c", StoreAccess.Read);
            Assert.Equal(10, after.RegionPictures);
            Assert.Equal(10, own.Client().Count("vsearch.c.1.patches"));
            for (int number = 0; number < 10; number++)
                Assert.Equal(ItemOf(after, number), Find(after, number)[0].ItemId);
            using IRegionBuild last = patient.BeginRegions("c");
            Assert.Empty(last.Missing());
        }

        Assert.True(broken > 10, $"Only {broken} requests were cut.");
    }

    [ContractFact]
    public void What_changes_while_it_is_embedded_gets_no_parts_of_what_it_was()
    {
        using QdrantStore store = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        store.Write(Batch(0, 6));
        using (IRegionBuild build = Collections.BeginRegions("c"))
        {
            IReadOnlyList<RegionPicture> missing = build.Missing();
            store.Write([Changed(1)]);
            store.Remove([store.FindAssetByPath("/pictures/000002.jpg")!.Id]);
            Write(build, missing);
            Assert.Equal(4, build.Count);
            Assert.Equal(0, build.Finish());
        }

        Assert.Equal(4, Fresh().RegionPictures);
        Assert.DoesNotContain(ItemOf(store, 1), Find(store, 1, k: 6).ItemsOf());
        using (IRegionBuild build = Collections.BeginRegions("c"))
        {
            RegionPicture left = Assert.Single(build.Missing());
            Assert.Equal((ItemOf(store, 1), "changed1"), (left.ItemId, left.ContentHash));
            Write(build, [left]);
            store.Remove([store.FindAssetByPath("/pictures/000003.jpg")!.Id]);
            Assert.Equal(1, build.Finish());
        }

        Assert.Equal(ItemOf(store, 1), Find(store, 1001)[0].ItemId);
        Assert.Equal(4, Fresh().RegionPictures);
    }

    /// <summary>What a build can't see coming: an item that goes between its reading and its writing, with others of the same request.</summary>
    [ContractFact]
    public void An_item_that_goes_in_the_last_moment_keeps_the_others_from_nothing()
    {
        using QdrantStore store = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        store.Write(Batch(0, 5));
        var regions = new QdrantRegions(Cluster.Client(), new QdrantLayout("c", 1), Dimension);
        regions.Create();
        PicturePatches[] batch = [.. Enumerable.Range(0, 5).Select(n => new PicturePatches(ItemOf(store, n), store.FindAssetByPath($"/pictures/{n:D6}.jpg")!.ContentHash, Grid(n)))];
        store.Remove([store.FindAssetByPath("/pictures/000001.jpg")!.Id]);
        store.Write([Changed(3)]);
        regions.Write(batch);
        Assert.Equal(3, regions.Findable);
        Assert.Equal(5, regions.Count);
        Assert.Equal([ItemOf(store, 3)], regions.Unplaced().SelectMany(page => page).Select(picture => picture.ItemId));
        Assert.Equal(1, regions.Forget());
        Assert.Equal(QdrantFault.NotFound, Assert.Throws<QdrantException>(() => new QdrantRegions(Cluster.Client(), new QdrantLayout("none", 1), Dimension).Place(batch)).Fault);
    }

    [ContractFact]
    public void Patches_of_other_bytes_are_passed_over_and_the_list_is_as_long_all_the_same()
    {
        using QdrantStore store = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        store.Write(Batch(0, 12));
        Build(Collections.BeginRegions("c"));
        long[] first = [.. Find(store, 5, k: 4).ItemsOf()];
        Assert.Equal(ItemOf(store, 5), first[0]);
        QdrantClient client = Cluster.Client();
        foreach (long item in first[..2])
            client.SetPayload("vsearch.c.1.patches", JsonSerializer.SerializeToElement(new { hash = "of other bytes" }), [(ulong)item]);
        client.DeletePoints("vsearch.c.1.patches", [(ulong)first[2]]);
        IReadOnlyList<FoundRegion> found = Find(store, 5, k: 4);
        Assert.Equal(4, found.Count);
        Assert.Equal(first[3], found[0].ItemId);
        Assert.Empty(found.ItemsOf().Intersect(first[..3]));
        Assert.Equal(9, Find(store, 5, k: 12).Count);

        client.SetPayload("vsearch.c.1.patches", JsonSerializer.SerializeToElement(new { grid = "no grid" }), [1UL, (ulong)first[3]]);
        Assert.Contains("vsearch collections regions c", Assert.Throws<QdrantException>(() => Find(store, 5)).Message, StringComparison.Ordinal);
        // 11 pictures with 64 patches of a byte a number, and 14 windows of four.
        Assert.Equal(11 * (6 + (64 * Dimension) + (14 * Dimension * 4)), Collections.DropRegions("c"));
    }

    [ContractFact]
    public void Searches_know_at_once_of_a_drop_and_so_do_writers()
    {
        using QdrantStore store = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        store.Write(Batch(0, 4));
        string? before = store.SearchableState;
        Build(Collections.BeginRegions("c"));
        string? built = store.SearchableState;
        store.Write(Batch(4, 1));
        string? written = store.SearchableState;
        Build(Collections.BeginRegions("c"));
        Assert.Equal(4, new[] { before, built, written, store.SearchableState }.Distinct().Count());

        using QdrantStore reader = Fresh();
        Assert.Equal(5, Find(reader, 1, k: 5).Count);
        Collections.DropRegions("c");
        Assert.Throws<RegionsMissingException>(() => Find(reader, 1));
        Assert.DoesNotContain(Cluster.Client().ListCollections(), name => name.EndsWith("patches", StringComparison.Ordinal));
        Assert.DoesNotContain("parts", Cluster.Client().GetCollection("vsearch.c.1.items").Config.Params.Vectors.Keys);

        Build(Collections.BeginRegions("c"));
        store.Dispose();
        using QdrantStore late = Fresh();
        Assert.Equal(5, Find(late, 1, k: 5).Count);
        Collections.Drop("c");
        // Nothing is left but the list of collections.
        Assert.Equal(["vsearch"], Cluster.Client().ListCollections());
        Assert.Throws<CollectionReplacedException>(() => Find(late, 1));
    }

    /// <summary>Parts are dropped by another process at each moment of a write: its pictures are written all the same.</summary>
    [ContractFact]
    public async Task A_writer_is_kept_from_nothing_by_a_drop()
    {
        using QdrantStore store = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        store.Write(Batch(0, 4));
        for (int before = 0; before < 8; before++)
        {
            Build(Collections.BeginRegions("c"));
            int start = Cluster.Nodes[0].Requests.Count;
            // Each request of the writer waits a little, so that the drop comes between two of them.
            Cluster.Nodes[0].Fail(new ContractFault { Times = before });
            Cluster.Nodes[0].Fail(new ContractFault { Delay = TimeSpan.FromMilliseconds(60) });
            string title = $"title {before}";
            Task write = Task.Factory.StartNew(() => store.Write([new AssetWrite(Picture("000001.jpg", title), Vector(1))]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Task drop = Task.Factory.StartNew(() =>
            {
                SpinWait.SpinUntil(() => Cluster.Nodes[0].Requests.Count > start + before, TimeSpan.FromSeconds(30));
                Collections.DropRegions("c");
            }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await Task.WhenAll(write, drop);
            Cluster.Nodes[0].Heal();
            Assert.Equal(title, store.FindAssetByPath("/pictures/000001.jpg")!.Title);
            Assert.Empty(store.Verify().Problems);
        }
    }

    [ContractFact]
    public void Vectors_are_laid_out_as_the_options_say_and_a_build_goes_on_from_a_half_made_layout()
    {
        using QdrantStore store = Collections.OpenOrCreate("c", Model, StoreAccess.Write);
        store.Write(Batch(0, 2));
        QdrantClient client = Cluster.Client();
        client.CreateVector("vsearch.c.1.items", "parts", new DenseVectorSettings { Size = Dimension, Distance = VectorDistance.Cosine, MultivectorConfig = MultivectorSettings.MaxSim });
        Collections.BeginRegions("c").Dispose();
        DenseVectorSettings parts = client.GetCollection("vsearch.c.1.items").Config.Params.Vectors["parts"];
        Assert.Equal((Dimension, VectorDistance.Cosine, "max_sim", true, "int8"), (parts.Size, parts.Distance, parts.MultivectorConfig!.Comparator, parts.OnDisk!.Value, parts.QuantizationConfig!.Scalar!.Type));
        Assert.Equal(2, Build(Collections.BeginRegions("c")));
        // 14 windows of each picture, of unit length.
        StoredPoint point = client.GetPoints("vsearch.c.1.items", [1UL], PayloadSelection.None, VectorSelection.All)[0];
        Assert.Equal(14, point.Vectors!.Several["parts"].Count);
        Assert.Equal(Unit(Part(0, RegionWindow.ForIndex(8, 8)[^1])), point.Vectors.Several["parts"][^1], (a, b) => Math.Abs(a - b) < 0.02);
    }

    [ContractFact]
    public void A_build_that_gave_no_sign_of_life_is_taken_over_and_writers_of_assets_are_in_nobodys_way()
    {
        var clock = new Clock();
        var timed = new QdrantDirectory(Cluster.Client(), time: clock);
        using QdrantStore writer = timed.OpenOrCreate("c", Model, StoreAccess.Write);
        writer.Write(Batch(0, 6));
        using IRegionBuild first = timed.BeginRegions("c");
        IReadOnlyList<RegionPicture> missing = first.Missing();
        clock.Now += TimeSpan.FromSeconds(20);
        Write(first, missing.Take(2));
        clock.Now += TimeSpan.FromSeconds(20);
        Assert.Contains($"process {Environment.ProcessId}", Assert.Throws<WriterBusyException>(() => timed.BeginRegions("c")).Message, StringComparison.Ordinal);
        writer.Write(Batch(6, 1));
        clock.Now += TimeSpan.FromSeconds(20);
        Assert.Equal(5, Build(timed.BeginRegions("c")));
        Assert.Equal(0, Build(timed.BeginRegions("c")));
        Write(first, missing.Skip(2)); // Nobody else has it now: it is taken again.
        clock.Now += TimeSpan.FromSeconds(31);
        using (timed.BeginRegions("c"))
        {
            clock.Now += TimeSpan.FromSeconds(15);
            Assert.Throws<WriterBusyException>(() => Write(first, missing));
            Assert.Throws<WriterBusyException>(() => first.Finish());
        }
    }

    private QdrantStore Fresh() => Collections.Open("c", StoreAccess.Read);

    private static bool BreakOff(ContractCluster cluster, int cut, bool afterwards)
    {
        using QdrantClient client = cluster.Client(options => options with { Retries = 0 });
        // Its lease has ended when the next build comes.
        var early = new Clock { Now = DateTimeOffset.UtcNow.AddMinutes(-5) };
        if (cut > 0)
            cluster.Nodes[0].Fail(new ContractFault { Times = cut }); // Which does nothing.
        cluster.Nodes[0].Fail(new ContractFault { DropBefore = !afterwards, DropAfter = afterwards, Times = int.MaxValue });
        try
        {
            Build(new QdrantDirectory(client, time: early).BeginRegions("c"));
            return true;
        }
        catch (QdrantException)
        {
            return false;
        }
        finally
        {
            cluster.Nodes[0].Heal();
        }
    }
}

/// <summary>A clock that only a test moves.</summary>
internal sealed class Clock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

    public override DateTimeOffset GetUtcNow() => Now;
}
