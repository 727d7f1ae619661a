using System.Runtime.InteropServices;
using System.Text;
using VisualSearch.Ann;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Tests.Ann;

/// <summary>What is saved comes back the same, or not at all.</summary>
public sealed class IndexFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Metric.Cosine, CodeKind.Int8)]
    [InlineData(Metric.L2, CodeKind.None)]
    [InlineData(Metric.Dot, CodeKind.Int8)]
    public void An_opened_index_searches_as_the_saved_one_and_saves_the_same_bytes(Metric metric, CodeKind codes)
    {
        const int Dimension = 24, Count = 1200;
        float[] vectors = new EmbeddingLike(Dimension).Make(Count, seed: 3);
        var options = new HnswOptions { M = 8, EfConstruction = 60, EfSearch = 40, Codes = codes, Seed = 5 };
        using var index = new HnswIndex(Dimension, metric, options);
        for (int i = 0; i < Count; i++)
            index.Add((ulong)i * 3, vectors.AsSpan(i * Dimension, Dimension));

        // Every state that a slot can have: removed and repaired, removed only, twins, a twin whose node is removed.
        for (int i = 0; i < 400; i++)
            index.Remove((ulong)i * 3);
        index.Add(5_000, vectors.AsSpan(900 * Dimension, Dimension));
        index.Add(5_001, vectors.AsSpan(900 * Dimension, Dimension));
        index.Remove(2_700);
        HnswStatistics before = index.GetStatistics();
        Assert.True(before is { Free: > 0, Dead: > 0, Twins: 2 }, before.ToString());

        index.Save(_folder.File("one"), "generation 7"u8);
        using HnswIndex opened = HnswIndex.Open(_folder.File("one"));
        Assert.Equal("generation 7", Encoding.UTF8.GetString(opened.Tag.Span));
        Assert.Equal("generation 7", Encoding.UTF8.GetString(index.Tag.Span));
        Assert.Equal(options, opened.Options);
        Assert.Equal((Dimension, metric, index.Count), (opened.Dimension, opened.Metric, opened.Count));
        AssertSameResults(index, opened, vectors);

        opened.Save(_folder.File("two"), "generation 7"u8);
        Assert.Equal(File.ReadAllBytes(_folder.File("one")), File.ReadAllBytes(_folder.File("two")));

        // And it goes on living: repair, reuse of slots, removal of twins.
        for (int i = 400; i < 900; i++)
            Assert.True(opened.Remove((ulong)i * 3));
        for (int i = 0; i < 900; i++)
            opened.Add((ulong)i * 3, vectors.AsSpan(i * Dimension, Dimension));
        Assert.True(opened.Remove(5_000));
        Assert.True(opened.Remove(5_001));
        opened.Add(2_700, vectors.AsSpan(900 * Dimension, Dimension));
        var results = new Neighbor[1];
        for (int i = 0; i < Count; i += 7)
        {
            opened.Search(vectors.AsSpan(i * Dimension, Dimension), results, new SearchParameters { EfSearch = 200 });
            Assert.True(metric == Metric.Dot || results[0].Id == (ulong)i * 3, $"vector {i} is not its own nearest");
        }

        Assert.Equal(["one", "two"], _folder.Names().Order());
    }

    [Fact]
    public void A_flat_index_comes_back_with_its_results()
    {
        using var index = new FlatIndex(16, Metric.L2, capacity: 10);
        float[] vectors = VectorIndexTests.Random(300, 16, seed: 9);
        for (int i = 0; i < 300; i++)
            index.Add((ulong)i, vectors.AsSpan(i * 16, 16));
        for (int i = 0; i < 300; i += 4)
            index.Remove((ulong)i);
        index.Save(_folder.File("flat"));
        using FlatIndex opened = FlatIndex.Open(_folder.File("flat"));
        Assert.Equal(225, opened.Count);
        AssertSameResults(index, opened, vectors);
        opened.Save(_folder.File("flat2"));
        Assert.Equal(File.ReadAllBytes(_folder.File("flat")), File.ReadAllBytes(_folder.File("flat2")));
    }

    [Fact]
    public void Empty_indexes_come_back_empty()
    {
        new HnswIndex(3, Metric.Dot).Save(_folder.File("hnsw"));
        new FlatIndex(3, Metric.Dot).Save(_folder.File("flat"));
        using HnswIndex hnsw = HnswIndex.Open(_folder.File("hnsw"));
        using FlatIndex flat = FlatIndex.Open(_folder.File("flat"));
        Assert.Equal(0, hnsw.Search([1, 2, 3], new Neighbor[3]));
        Assert.Equal(0, flat.Search([1, 2, 3], new Neighbor[3]));
        Assert.True(hnsw.Tag.IsEmpty);
        hnsw.Add(1, [1, 2, 3]);
        Assert.Equal(1, hnsw.Search([1, 2, 3], new Neighbor[3]));
    }

    [Theory]
    [InlineData("hnsw")]
    [InlineData("flat")]
    public void A_flipped_bit_anywhere_is_refused(string kind)
    {
        string path = SaveSmall(kind);
        byte[] bytes = File.ReadAllBytes(path);
        var random = new Random(13);
        int step = Math.Max(1, bytes.Length / 1500);
        for (int at = 0; at < bytes.Length; at += at is < 256 or > 4080 and < 4200 || at > bytes.Length - 64 ? 1 : step)
        {
            byte kept = bytes[at];
            bytes[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bytes);
            CorruptIndexException refused = Assert.Throws<CorruptIndexException>(() => ReadAll(kind, path));
            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
            Assert.Equal(path, refused.Path);
            bytes[at] = kept;
        }

        File.WriteAllBytes(path, bytes);
        Open(kind, path).Dispose();
    }

    [Fact]
    public void A_damaged_block_of_vectors_is_found_when_it_is_first_read()
    {
        // Eight vectors a block of 64 KiB, 128 a mebibyte; those beyond the last whole mebibyte are read at the opening.
        const int Dimension = 2048, Count = 300, Mapped = 256, InBlock = 8;
        float[] vectors = VectorIndexTests.Random(Count, Dimension, seed: 8);
        string path = _folder.File("hnsw");
        using (var index = new HnswIndex(Dimension, Metric.L2, new HnswOptions { M = 8, EfConstruction = 40 }))
        {
            index.AddRange(HnswRecallTests.Ids(Count), vectors, maxDegreeOfParallelism: 1);
            index.Save(path);
        }

        byte[] bytes = File.ReadAllBytes(path);
        int start = bytes.AsSpan().IndexOf(MemoryMarshal.AsBytes(vectors.AsSpan(0, Dimension)));
        var random = new Random(21);
        for (int sample = 0; sample < 40; sample++)
        {
            int slot = random.Next(Mapped);
            int at = start + (((slot * Dimension) + random.Next(Dimension)) * sizeof(float)) + random.Next(sizeof(float));
            byte kept = bytes[at];
            bytes[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(path, bytes);
            bytes[at] = kept;
            Assert.Contains($"block {slot / InBlock} of its vectors", Assert.Throws<CorruptIndexException>(() => HnswIndex.Verify(path)).Message, StringComparison.Ordinal);
            if (!OperatingSystem.IsLinux())
                continue;
            using HnswIndex opened = HnswIndex.Open(path);
            float[] found = new float[Dimension];
            for (int id = 0; id < Count; id++)
            {
                if (id / InBlock == slot / InBlock)
                    Assert.Throws<CorruptIndexException>(() => opened.TryGetVector((ulong)id, found));
                else
                    Assert.True(opened.TryGetVector((ulong)id, found) && found.AsSpan().SequenceEqual(vectors.AsSpan(id * Dimension, Dimension)));
            }

            Assert.Throws<CorruptIndexException>(() => opened.Search(vectors.AsSpan(slot * Dimension, Dimension), new Neighbor[1], new SearchParameters { EfSearch = Count }));
            Assert.Throws<CorruptIndexException>(opened.CheckVectors);
        }

        File.WriteAllBytes(path, bytes);
        HnswIndex.Verify(path);
    }

    [Theory]
    [InlineData("hnsw")]
    [InlineData("flat")]
    public void A_file_cut_short_or_grown_is_refused(string kind)
    {
        string path = SaveSmall(kind);
        byte[] bytes = File.ReadAllBytes(path);
        int[] lengths = [0, 1, 127, 128, 4095, 4096, 4097, 8192, 65535, 65536, 65537, bytes.Length / 2, bytes.Length - 4, bytes.Length - 1];
        foreach (int length in lengths)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<CorruptIndexException>(() => Open(kind, path));
        }

        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Throws<CorruptIndexException>(() => ReadAll(kind, path));
    }

    [Fact]
    public void The_message_says_what_is_wrong_and_what_to_do()
    {
        string path = SaveSmall("hnsw");
        byte[] bytes = File.ReadAllBytes(path);
        bytes[SnapshotHeader.BlockBytes + 100] ^= 1;
        File.WriteAllBytes(path, bytes);
        string damaged = Assert.Throws<CorruptIndexException>(() => HnswIndex.Open(path)).Message;
        Assert.Contains("block 0", damaged, StringComparison.Ordinal);
        Assert.Contains("build the index again", damaged, StringComparison.Ordinal);
        bytes[8] = 9;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("format version 9, and this program reads versions 1 to 2", Assert.Throws<CorruptIndexException>(() => HnswIndex.Open(path)).Message, StringComparison.Ordinal);
        Assert.Contains("Flat index, not a Hnsw index", Assert.Throws<CorruptIndexException>(() => HnswIndex.Open(SaveSmall("flat"))).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => HnswIndex.Open(_folder.File("nothing")));
    }

    [Fact]
    public void Saving_over_a_file_that_cannot_be_written_leaves_it_as_it_was()
    {
        string path = SaveSmall("hnsw");
        byte[] before = File.ReadAllBytes(path);
        using var index = new HnswIndex(2, Metric.L2);
        Assert.Throws<ArgumentException>(() => index.Save(path, new byte[3000]));
        Directory.CreateDirectory(path + ".tmp");
        Assert.ThrowsAny<Exception>(() => index.Save(path));
        Directory.Delete(path + ".tmp");
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Throws<DirectoryNotFoundException>(() => index.Save(_folder.File("no/such/folder")));
    }

    [Fact]
    public void What_has_left_the_index_has_left_the_file()
    {
        using var index = new HnswIndex(4, Metric.L2);
        float[] secret = [1.2345678f, 2.3456789f, 3.4567891f, 4.5678912f];
        index.Add(1, secret);
        index.Remove(1);
        index.Add(2, [1, 2, 3, 4]);
        index.Save(_folder.File("file"));
        byte[] trace = BitConverter.GetBytes(secret[0]);
        Assert.Equal(-1, File.ReadAllBytes(_folder.File("file")).AsSpan().IndexOf(trace));
    }

    private string SaveSmall(string kind)
    {
        string path = _folder.File(kind);
        float[] vectors = VectorIndexTests.Random(70, 12, seed: 4);
        using IVectorIndex index = VectorIndexTests.Create(kind, 12, Metric.Cosine);
        for (int i = 0; i < 70; i++)
            index.Add((ulong)i, vectors.AsSpan(i * 12, 12));
        if (index is HnswIndex hnsw)
            hnsw.Save(path, "tag"u8);
        else
            ((FlatIndex)index).Save(path);
        return path;
    }

    /// <summary>Opens a file and reads all vectors of it: those of an HNSW index are checked when they are read.</summary>
    private static void ReadAll(string kind, string path)
    {
        using IVectorIndex index = Open(kind, path);
        for (ulong id = 0; id < 70; id++)
            index.TryGetVector(id, new float[index.Dimension]);
        HnswIndex.Verify(path);
    }

    private static IVectorIndex Open(string kind, string path) => kind == "flat" ? FlatIndex.Open(path) : HnswIndex.Open(path);

    private static void AssertSameResults(IVectorIndex saved, IVectorIndex opened, float[] vectors)
    {
        var expected = new Neighbor[12];
        var found = new Neighbor[12];
        for (int i = 0; i + saved.Dimension <= vectors.Length; i += 11 * saved.Dimension)
        {
            int count = saved.Search(vectors.AsSpan(i, saved.Dimension), expected);
            Assert.Equal(count, opened.Search(vectors.AsSpan(i, saved.Dimension), found));
            Assert.Equal(expected.Take(count), found.Take(count));
        }
    }
}
