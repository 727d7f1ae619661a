using VisualSearch.Ann;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Regions;
using VisualSearch.Tests.Stores;
using static VisualSearch.Tests.Stores.GenerationSamples;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Regions;

/// <summary>Patches are kept, brought up to date and searched, while the collection changes.</summary>
public sealed class RegionBuildTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_picture_is_found_by_any_of_its_indexed_windows_and_by_nothing_of_what_was_not_built()
    {
        using EmbeddedStore store = Filled(folder["c"], 40);
        Assert.Equal(0, store.RegionPictures);
        Assert.Contains("vsearch collections regions c", Assert.Throws<RegionsMissingException>(() => Find(store, 1)).Message, StringComparison.Ordinal);

        Assert.Equal(40, Build());
        using EmbeddedStore reader = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Equal(40, reader.RegionPictures);
        for (int number = 0; number < 40; number += 3)
        {
            foreach (RegionWindow window in RegionWindow.ForIndex(8, 8))
            {
                FoundRegion first = Find(reader, number, window)[0];
                Assert.Equal(ItemOf(reader, number), first.ItemId);
                Assert.InRange(first.Similarity, 0.999f, 1.001f);
            }
        }

        long wanted = ItemOf(reader, 6), other = ItemOf(reader, 7);
        Assert.Equal([other], Find(reader, 6, filter: IdSet.FromIds([(ulong)other])).Select(found => found.ItemId));
        Assert.DoesNotContain(wanted, Find(reader, 6, filter: IdSet.FromIds([(ulong)other])).Select(found => found.ItemId));
    }

    [Fact]
    public void What_changes_is_not_found_by_its_old_parts_and_only_that_is_embedded_again()
    {
        Filled(folder["c"], 30).Dispose();
        Assert.Equal(30, Build());
        Assert.Equal(0, Build());
        using EmbeddedStore reader = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        long changed = ItemOf(reader, 3), gone = ItemOf(reader, 4);
        using (EmbeddedStore writer = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
        {
            writer.Write([Changed(3)]);
            writer.Write(Batch(30, 2));
            writer.Remove([writer.FindAssetByPath("/pictures/000004.jpg")!.Id]);
            // Only its title is new: its parts stay.
            writer.Write([new AssetWrite(Picture("000005.jpg", "another title"), Vector(5))]);
        }

        reader.Refresh();
        Assert.DoesNotContain(changed, Find(reader, 3, k: 30).Select(found => found.ItemId));
        Assert.DoesNotContain(gone, Find(reader, 4, k: 30).Select(found => found.ItemId));
        Assert.Equal(ItemOf(reader, 5), Find(reader, 5)[0].ItemId);
        // The places of those that are passed over go to others.
        Assert.Equal(3, Find(reader, 3, k: 3).Count);

        Assert.Equal(3, Build());
        Thread.Sleep(600);      // a store looks for what others built twice a second
        Assert.Equal(31, reader.RegionPictures);
        Assert.Equal(changed, Find(reader, 1003)[0].ItemId);
        Assert.Equal(ItemOf(reader, 31), Find(reader, 31)[0].ItemId);
    }

    [Fact]
    public void A_build_that_was_killed_goes_on_where_it_was()
    {
        Filled(folder["c"], 30).Dispose();
        using (RegionBuild build = RegionBuild.Begin(folder["c"]))
        {
            Write(build, build.Missing().Take(12));
            CopyAsIfKilled(folder["c"], folder["killed"]);
        }

        using (RegionBuild again = RegionBuild.Begin(folder["killed"]))
        {
            Assert.Equal((12, 18), (again.Count, again.Missing().Count));
            Write(again, again.Missing());
            // Killed once more, after all was written and before it was indexed.
            CopyAsIfKilled(folder["killed"], folder["twice"]);
        }

        using (RegionBuild last = RegionBuild.Begin(folder["twice"]))
        {
            Assert.Empty(last.Missing());
            Assert.Equal(0, last.Finish());
        }

        using EmbeddedStore reader = EmbeddedStore.Open(folder["twice"], StoreAccess.Read);
        for (int number = 0; number < 30; number++)
            Assert.Equal(ItemOf(reader, number), Find(reader, number)[0].ItemId);
    }

    [Fact]
    public void One_build_at_a_time_and_damaged_or_dropped_files_are_as_if_there_were_none()
    {
        Filled(folder["data", "collections", "c"], 10).Dispose();
        var directory = new CollectionDirectory(folder["data"]);
        using (directory.BeginRegions("c"))
            Assert.Throws<WriterBusyException>(() => directory.BeginRegions("c"));
        using (RegionBuild build = directory.BeginRegions("c"))
        {
            Write(build, build.Missing());
            build.Finish();
        }

        string index = folder["data", "collections", "c", "regions-1.hnsw"];
        byte[] bytes = File.ReadAllBytes(index);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(index, bytes);
        using (EmbeddedStore reader = directory.Open("c", StoreAccess.Read))
            Assert.Equal(0, reader.RegionPictures);
        using (RegionBuild build = directory.BeginRegions("c"))
        {
            Assert.Empty(build.Missing());
            build.Finish();
        }

        using (EmbeddedStore reader = directory.Open("c", StoreAccess.Read))
            Assert.Equal(10, reader.RegionPictures);
        Assert.True(directory.DropRegions("c") > 0);
        Assert.Equal(0, directory.DropRegions("c"));
        using EmbeddedStore dropped = directory.Open("c", StoreAccess.Read);
        Assert.Throws<RegionsMissingException>(() => Find(dropped, 1));
    }

    private static List<FoundRegion> Find(EmbeddedStore store, int number, RegionWindow? window = null, int k = 3, IdSet? filter = null)
    {
        var sums = new RegionSums();
        sums.Take(Grid(number));
        float[] query = new float[Dimension];
        sums.Sum(window ?? new RegionWindow(2, 4, 4, 4), query);
        return [.. store.SearchRegions(new RegionQuery(query, EfSearch: 200), k, filter)];
    }

    private static long ItemOf(EmbeddedStore store, int number) => store.ItemsOf(store.FindAssetByPath($"/pictures/{number:D6}.jpg")!.Id)[0].Id;

    private static PatchGrid Grid(int number) => new(8, 8, Dimension, [.. Enumerable.Range(0, 64).SelectMany(patch => Vector((number * 64) + patch))]);

    private static void Write(RegionBuild build, IEnumerable<RegionPicture> pictures) =>
        build.Write([.. pictures.Select(picture => (picture, Grid(NumberOf(picture))))]);

    // A changed picture has another grid.
    private static int NumberOf(RegionPicture picture) =>
        int.Parse(Path.GetFileNameWithoutExtension(picture.Path)) + (picture.ContentHash.StartsWith("changed", StringComparison.Ordinal) ? 1000 : 0);

    private int Build()
    {
        using RegionBuild build = RegionBuild.Begin(folder["c"]);
        IReadOnlyList<RegionPicture> missing = build.Missing();
        Write(build, missing);
        build.Finish();
        return missing.Count;
    }
}
