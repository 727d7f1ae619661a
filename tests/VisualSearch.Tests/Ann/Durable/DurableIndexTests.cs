using VisualSearch.Ann;
using VisualSearch.Ann.Storage.Durable;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>What one caller sees: writes that last, clear refusals, folders that are put in order.</summary>
public sealed class DurableIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Index => _folder.File("index");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Durability.Disk)]
    [InlineData(Durability.Process)]
    public void What_was_written_is_there_after_opening_again(Durability durability)
    {
        var options = new DurableIndexOptions { Durability = durability };
        Dictionary<ulong, int> model = [];
        using (DurableIndex index = Written.Open(Index, options))
        {
            for (ulong id = 0; id < 40; id++)
                index.Add(id, Written.Vector(id, 1));
            index.AddRange([5, 6, 5, 90], [.. Written.Vector(5, 0), .. Written.Vector(6, 2), .. Written.Vector(5, 2), .. Written.Vector(90, 2)]);
            Assert.True(index.Remove(7));
            Assert.False(index.Remove(7));
            index.AddRange([], []);
            for (ulong id = 0; id < 40; id++)
                model[id] = 1;
            (model[5], model[6], model[90]) = (2, 2, 2);
            model.Remove(7);
            Written.AssertHolds(index, model);
            Assert.Equal((0, 0L), (index.Recovery.FromSnapshot, index.Recovery.Replayed));
        }

        using (var opened = DurableIndex.Open(Index, options))
        {
            Written.AssertHolds(opened, model);
            Assert.Equal((0, 45L, 0L), (opened.Recovery.FromSnapshot, opened.Recovery.Replayed, opened.Recovery.CutBytes));
            Assert.Equal((Written.Graph, Written.Dimension, Metric.L2), (opened.Options, opened.Dimension, opened.Metric));
            opened.Checkpoint();
            Assert.Equal(0, opened.LogBytes);
        }

        Assert.Equal(["LOCK", "MANIFEST", "snapshot-2.hnsw", "wal-2.log"], Names());
        Assert.Empty(DurableIndex.Verify(Index));
        using var last = DurableIndex.Open(Index, options);
        Written.AssertHolds(last, model);
        Assert.Equal((40, 0L), (last.Recovery.FromSnapshot, last.Recovery.Replayed));
        last.Checkpoint();
        Assert.Equal(["LOCK", "MANIFEST", "snapshot-2.hnsw", "wal-2.log"], Names());
    }

    [Fact]
    public void A_cosine_index_comes_back_with_the_same_bits()
    {
        float[] before = new float[Written.Dimension], after = new float[Written.Dimension];
        using (var index = DurableIndex.OpenOrCreate(Index, Written.Dimension, Metric.Cosine))
        {
            for (ulong id = 1; id < 20; id++)
                index.Add(id, Written.Vector(id, 3));
            index.AddRange([50], Written.Vector(50, 1));
        }

        using var opened = DurableIndex.Open(Index);
        using var direct = new HnswIndex(Written.Dimension, Metric.Cosine);
        for (ulong id = 1; id < 20; id++)
        {
            direct.Add(id, Written.Vector(id, 3));
            Assert.True(direct.TryGetVector(id, before) && opened.TryGetVector(id, after));
            Assert.Equal(before, after);
        }
    }

    [Fact]
    public void A_batch_of_many_records_is_one_in_the_log()
    {
        // 5,000 vectors of 120 numbers are 2.4 MB, three records.
        const int Dimension = 120, Count = 5000;
        float[] vectors = VectorIndexTests.Random(Count, Dimension, seed: 8);
        ulong[] ids = [.. Enumerable.Range(0, Count).Select(i => (ulong)i)];
        var graph = new HnswOptions { M = 4, EfConstruction = 8 };
        using (var index = DurableIndex.OpenOrCreate(Index, Dimension, Metric.L2, graph))
            index.AddRange(ids, vectors);
        string log = Path.Combine(Index, "wal-1.log");
        List<long> starts = Written.RecordStarts(log);
        Assert.Equal(4, starts.Count);

        using (DurableIndex whole = DurableIndex.Open(Index))
        {
            float[] found = new float[Dimension];
            Assert.Equal(Count, whole.Count);
            for (int i = 0; i < Count; i += 97)
            {
                Assert.True(whole.TryGetVector((ulong)i, found));
                Assert.Equal(vectors[(i * Dimension)..((i + 1) * Dimension)], found);
            }
        }

        // As if the power had gone before the last record and the mark: the whole batch was never acknowledged, and is not there.
        byte[] bytes = File.ReadAllBytes(log);
        LogDamageTests.SetMark(bytes, LogFormat.PageBytes);
        File.WriteAllBytes(log, bytes[..(int)starts[2]]);
        using DurableIndex cut = DurableIndex.Open(Index);
        Assert.Equal(0, cut.Count);
        Assert.Equal(starts[2] - LogFormat.PageBytes, cut.Recovery.CutBytes);
    }

    [Fact]
    public void Bad_input_is_refused_and_leaves_no_trace()
    {
        using (DurableIndex index = Written.Open(Index))
        {
            index.Add(1, Written.Vector(1, 1));
            long bytes = index.LogBytes;
            Assert.Throws<ArgumentException>(() => index.Add(2, [1, 2, 3]));
            Assert.Throws<ArgumentException>(() => index.Add(2, [1, 2, float.PositiveInfinity, 4, 5, 6, 7, 8]));
            Assert.Throws<ArgumentException>(() => index.AddRange([3, 4], [.. Written.Vector(3, 1), .. Enumerable.Repeat(float.NaN, 8)]));
            Assert.Throws<ArgumentException>(() => index.AddRange([3, 4], Written.Vector(3, 1)));
            Assert.False(index.Remove(77));
            Assert.Equal(bytes, index.LogBytes);
            Assert.Equal(1, index.Count);
        }

        Assert.Throws<ArgumentException>(() => DurableIndex.OpenOrCreate(Index, 9, Metric.L2));
        Assert.Throws<ArgumentException>(() => DurableIndex.OpenOrCreate(Index, Written.Dimension, Metric.Dot));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DurableIndexOptions { CheckpointLogBytes = 100 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DurableIndexOptions { Durability = (Durability)7 });
        Assert.Throws<DirectoryNotFoundException>(() => DurableIndex.Open(_folder.File("nowhere")));
        Directory.CreateDirectory(_folder.File("empty"));
        Assert.Contains("OpenOrCreate", Assert.Throws<FileNotFoundException>(() => DurableIndex.Open(_folder.File("empty"))).Message, StringComparison.Ordinal);
        using DurableIndex opened = Written.Open(Index);
        Written.AssertHolds(opened, new Dictionary<ulong, int> { [1] = 1 });
    }

    [Fact]
    public void After_disposal_calls_are_refused_and_the_folder_is_free()
    {
        DurableIndex index = Written.Open(Index);
        index.Add(1, Written.Vector(1, 1));
        string refusal = Assert.Throws<IOException>(() => Written.Open(Index)).Message;
        Assert.Contains("open already", refusal, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => DurableIndex.Verify(Index));
        index.Dispose();
        index.Dispose();
        Assert.Throws<ObjectDisposedException>(() => index.Add(2, Written.Vector(2, 1)));
        Assert.Throws<ObjectDisposedException>(() => index.Remove(1));
        Assert.Throws<ObjectDisposedException>(() => index.Remove(2));
        Assert.Throws<ObjectDisposedException>(() => index.AddRange([], []));
        Assert.Throws<ObjectDisposedException>(index.Checkpoint);
        Assert.Throws<ObjectDisposedException>(index.Flush);
        Assert.Throws<ObjectDisposedException>(() => index.Search(Written.Vector(1, 1), new Neighbor[1]));
        Assert.Empty(DurableIndex.Verify(Index));
        Written.Open(Index).Dispose();
    }

    [Fact]
    public void Replaying_writes_that_the_snapshot_holds_already_changes_nothing()
    {
        // The state after a checkpoint whose snapshot was late: it holds writes of the log behind it.
        var model = new Dictionary<ulong, int>();
        using (DurableIndex index = Written.Open(Index))
        {
            for (int i = 0; i < 200; i++)
            {
                ulong id = (ulong)(i * 7 % 31);
                if (i % 4 == 3)
                {
                    index.Remove(id);
                    model.Remove(id);
                }
                else
                {
                    index.Add(id, Written.Vector(id, i));
                    model[id] = i;
                }
            }
        }

        Manifest old = Manifest.Read(Index);
        using (var folder = IndexFolder.Lock(Index, create: true))
        {
            HnswIndex index = Recovery.Open(folder, new DurableIndexOptions()) is var recovered ? recovered.Index : null!;
            recovered.Log.Dispose();
            folder.SaveSnapshot(index, old.Index, old.Number, old.Covers).Write(Index);
        }

        using DurableIndex opened = Written.Open(Index);
        Assert.Equal(model.Count, opened.Recovery.FromSnapshot);
        Written.AssertHolds(opened, model);
    }

    [Fact]
    public void What_an_interrupted_checkpoint_left_behind_goes_at_the_next_opening()
    {
        using (DurableIndex index = Written.Open(Index))
        {
            index.Add(1, Written.Vector(1, 1));
            index.Checkpoint();
            index.Add(2, Written.Vector(2, 1));
        }

        string[] leftovers = ["snapshot-1.hnsw", "snapshot-3.hnsw", "snapshot-3.hnsw.tmp", "wal-1.log", "wal-3.log.tmp", "MANIFEST.tmp"];
        foreach (string name in leftovers)
            File.WriteAllText(Path.Combine(Index, name), "half of a file");
        File.WriteAllText(Path.Combine(Index, "notes.txt"), "the user's own");
        IReadOnlyList<IndexFinding> findings = DurableIndex.Verify(Index);
        Assert.Equal([.. leftovers.Append("notes.txt").Order(StringComparer.Ordinal)], findings.Select(finding => finding.File));
        Assert.All(findings, finding => Assert.Equal(FindingKind.Leftover, finding.Kind));
        using DurableIndex opened = Written.Open(Index);
        Assert.Equal(leftovers.Length, opened.Recovery.LeftoversDeleted);
        Assert.Equal(["LOCK", "MANIFEST", "notes.txt", "snapshot-2.hnsw", "wal-2.log"], Names());
        Written.AssertHolds(opened, new Dictionary<ulong, int> { [1] = 1, [2] = 1 });
    }

    [Fact]
    public void A_crash_while_a_folder_is_made_leaves_none_and_a_lost_manifest_is_told_from_that()
    {
        Written.Open(Index).Dispose();
        File.Delete(Path.Combine(Index, "MANIFEST"));
        using (DurableIndex again = Written.Open(Index))
            again.Add(1, Written.Vector(1, 1));
        File.Delete(Path.Combine(Index, "MANIFEST"));
        Assert.Contains("has records", Assert.Throws<CorruptIndexException>(() => Written.Open(Index)).Message, StringComparison.Ordinal);
        Assert.Equal(("MANIFEST", FindingKind.Damage), Assert.Single(DurableIndex.Verify(Index)) is var finding ? (finding.File, finding.Kind) : default);
    }

    [Fact]
    public void Files_of_another_index_are_not_taken()
    {
        string other = _folder.File("other");
        foreach (string path in (string[])[Index, other])
        {
            using DurableIndex index = Written.Open(path);
            index.Add(1, Written.Vector(1, 1));
        }

        foreach (string name in (string[])["wal-1.log", "snapshot-1.hnsw"])
        {
            Written.Copy(Index, _folder.File("mixed"));
            File.Copy(Path.Combine(other, name), Path.Combine(_folder.File("mixed"), name), overwrite: true);
            Assert.Contains(name, Assert.Throws<CorruptIndexException>(() => Written.Open(_folder.File("mixed"))).Message, StringComparison.Ordinal);
        }
    }

    private string[] Names() => [.. Directory.GetFiles(Index).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
}
