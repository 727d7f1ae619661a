using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>The index on disk may be missing, old, damaged or somebody else's: a search never shows it.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Snapshot => Path.Combine(folder["c"], "visual.hnsw");

    [Fact]
    public void A_snapshot_that_is_up_to_date_is_taken_as_it_is()
    {
        Filled(folder["c"], 40).Dispose();
        AssertOpens(IndexOrigin.Snapshot, 0, 0..40);
    }

    [Fact]
    public void A_kill_before_the_first_snapshot_loses_nothing()
    {
        using EmbeddedStore living = EmbeddedStore.Create(folder["living"], Model);
        living.Write(Batch(0, 40));
        CopyAsIfKilled(folder["living"], folder["c"]);
        Assert.False(File.Exists(Snapshot));
        AssertOpens(IndexOrigin.Rebuilt, 40, 0..40);
    }

    [Fact]
    public void A_kill_between_commit_and_snapshot_loses_nothing()
    {
        using EmbeddedStore living = Filled(folder["living"], 40);
        living.Flush();
        living.Write(Batch(40, 10));
        living.Write([new AssetWrite(Picture("000003.jpg"), Vector(1003))]);
        living.Remove([living.FindAssetByPath("/pictures/000005.jpg")!.Id, living.FindAssetByPath("/pictures/000045.jpg")!.Id]);
        CopyAsIfKilled(folder["living"], folder["c"]);

        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Write);
        // Ten added of which one is gone again and was never in the snapshot, one replaced, one removed from it.
        Assert.Equal(IndexOrigin.Replayed, store.IndexStart.Origin);
        Assert.Equal(11, store.IndexStart.Changes);
        Assert.Equal(3, NumberOf(store.Load([store.SearchVisual(Vector(1003), 1)[0].ItemId])[0]));
        store.Write([new AssetWrite(Picture("000003.jpg"), Vector(3))]);
        AssertHolds(store, [.. Enumerable.Range(0, 50).Where(n => n is not (5 or 45))]);
        store.Flush();
        using EmbeddedStore reader = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Equal(IndexOrigin.Snapshot, reader.IndexStart.Origin);
        AssertHolds(reader, [.. Enumerable.Range(0, 50).Where(n => n is not (5 or 45))]);
    }

    [Fact]
    public void A_deleted_snapshot_is_built_anew()
    {
        Filled(folder["c"], 40).Dispose();
        File.Delete(Snapshot);
        AssertOpens(IndexOrigin.Rebuilt, 40, 0..40);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("cut")]
    [InlineData("bit")]
    [InlineData("text")]
    public void A_damaged_snapshot_is_built_anew(string damage)
    {
        Filled(folder["c"], 40).Dispose();
        byte[] bytes = File.ReadAllBytes(Snapshot);
        switch (damage)
        {
            case "empty":
                bytes = [];
                break;
            case "cut":
                bytes = bytes[..(bytes.Length / 2)];
                break;
            case "bit":
                bytes[bytes.Length / 2] ^= 0x10;
                break;
            default:
                bytes = "this is no index"u8.ToArray();
                break;
        }
        File.WriteAllBytes(Snapshot, bytes);
        AssertOpens(IndexOrigin.Rebuilt, 40, 0..40);
        using (EmbeddedStore writer = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
            writer.Write(Batch(40, 1));
        AssertOpens(IndexOrigin.Replayed, 1, 0..41);
    }

    [Fact]
    public void A_snapshot_with_a_damaged_vector_is_built_anew()
    {
        FilledWide(folder["c"]).Dispose();
        DamageVector(Snapshot);
        using (EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read))
        {
            Assert.Equal(IndexOrigin.Rebuilt, store.IndexStart.Origin);
            Assert.Contains("of its vectors has CRC-32C", store.IndexStart.Reason, StringComparison.Ordinal);
            for (int number = 0; number < WideCount; number++)
                Assert.Equal(number, NumberOf(Assert.Single(store.Load([store.SearchVisual(Vector(number, WideDimension), 1)[0].ItemId]))));
        }
        // And the reader has put a sound one in its place.
        using EmbeddedStore again = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Equal(IndexOrigin.Snapshot, again.IndexStart.Origin);
    }

    [Fact]
    public void A_snapshot_of_another_collection_is_not_taken()
    {
        Filled(folder["c"], 40).Dispose();
        using (EmbeddedStore other = EmbeddedStore.Create(folder["other"], Model))
        {
            other.Write(Batch(500, 40));
            other.Flush();
        }
        File.Copy(Path.Combine(folder["other"], "visual.hnsw"), Snapshot, overwrite: true);
        AssertOpens(IndexOrigin.Rebuilt, 40, 0..40);
    }

    [Fact]
    public void A_snapshot_from_after_a_restored_backup_is_not_taken_even_when_the_history_has_caught_up()
    {
        Filled(folder["c"], 40).Dispose();
        CopyAsIfKilled(folder["c"], folder["backup"]);
        using (EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
        {
            store.Write(Batch(500, 5));
            store.Flush();
        }
        File.Copy(Snapshot, folder["later.hnsw"]);
        CopyAsIfKilled(folder["backup"], folder["c"]);
        // The catalog is from before the batch, the index from after it.
        File.Copy(folder["later.hnsw"], Snapshot, overwrite: true);
        AssertOpens(IndexOrigin.Rebuilt, 40, 0..40);
        // The restored catalog reaches the same revision number by another way.
        using (EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
            store.Write(Batch(40, 5));
        File.Copy(folder["later.hnsw"], Snapshot, overwrite: true);
        AssertOpens(IndexOrigin.Rebuilt, 45, 0..45);
    }

    [Fact]
    public void An_older_snapshot_of_the_same_history_is_brought_up_to_date()
    {
        Filled(folder["c"], 40).Dispose();
        File.Copy(Snapshot, folder["older.hnsw"]);
        using (EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
        {
            store.Write(Batch(40, 20));
            store.Remove([1]);
        }
        File.Copy(folder["older.hnsw"], Snapshot, overwrite: true);
        AssertOpens(IndexOrigin.Replayed, 21, 1..60);
    }

    [Fact]
    public void A_writer_of_a_few_pictures_leaves_the_snapshot_alone_and_one_of_many_renews_it()
    {
        Filled(folder["c"], 40).Dispose();
        DateTime before = File.GetLastWriteTimeUtc(Snapshot);
        var vector = new float[Dimension];
        using (EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
        {
            store.Write(Batch(40, 5));
            Assert.True(store.TryGetVector(45, vector));
            Assert.False(store.TryGetVector(46, vector));
            Assert.Equal(1, store.Similarity(Vector(44), 45)!.Value, 1e-5);
        }
        Assert.Equal(before, File.GetLastWriteTimeUtc(Snapshot));
        AssertOpens(IndexOrigin.Replayed, 5, 0..45);
        using (EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
            for (int first = 45; first < 745; first += 70)
                store.Write(Batch(first, 70));
        AssertOpens(IndexOrigin.Snapshot, 0, 0..745);
    }

    [Fact]
    public void What_a_reader_had_to_rebuild_at_length_it_saves_for_the_next()
    {
        Filled(folder["c"], 600).Dispose();
        File.Delete(Snapshot);
        EmbeddedStore.Open(folder["c"], StoreAccess.Read).Dispose();
        Assert.True(File.Exists(Snapshot));
        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Equal(IndexOrigin.Snapshot, store.IndexStart.Origin);
        AssertHolds(store, [.. Enumerable.Range(0, 600)]);
    }

    [Fact]
    public void Killed_at_any_moment_of_a_long_history_the_next_open_has_all_that_was_acknowledged()
    {
        var random = new Random(7);
        var expected = new SortedSet<int>();
        using EmbeddedStore living = EmbeddedStore.Create(folder["living"], Model);
        for (int round = 0; round < 20; round++)
        {
            int first = random.Next(300), count = random.Next(1, 15);
            living.Write(Batch(first, count));
            expected.UnionWith(Enumerable.Range(first, count));
            if (random.Next(2) == 0)
            {
                int gone = expected.ElementAt(random.Next(expected.Count));
                living.Remove([living.FindAssetByPath($"/pictures/{gone:D6}.jpg")!.Id]);
                expected.Remove(gone);
            }
            if (random.Next(3) == 0)
                living.Flush();
            string image = folder[$"image{round}"];
            CopyAsIfKilled(folder["living"], image);
            using EmbeddedStore store = EmbeddedStore.Open(image, round % 2 == 0 ? StoreAccess.Read : StoreAccess.Write);
            AssertHolds(store, expected);
        }
    }

    private void AssertOpens(IndexOrigin origin, long changes, Range numbers)
    {
        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Equal(origin, store.IndexStart.Origin);
        Assert.Equal(changes, store.IndexStart.Changes);
        Assert.Equal(origin == IndexOrigin.Snapshot, store.IndexStart.Reason.Length == 0);
        AssertHolds(store, [.. Enumerable.Range(numbers.Start.Value, numbers.End.Value - numbers.Start.Value)]);
    }
}
