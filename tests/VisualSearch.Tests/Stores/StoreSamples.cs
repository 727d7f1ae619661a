using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Tests.Stores;

/// <summary>Assets and vectors for tests of stores: small, made from seeds.</summary>
internal static class StoreSamples
{
    public const int Dimension = 12;

    public static readonly ModelIdentity Model = new("test@1", "test@1+abc", Dimension);

    public static float[] Vector(int seed, int dimension = Dimension)
    {
        var random = new Random(seed);
        var vector = new float[dimension];
        for (int i = 0; i < dimension; i++)
            vector[i] = (float)((random.NextDouble() * 2) - 1);
        return vector;
    }

    public static float[] Unit(float[] vector)
    {
        double norm = Math.Sqrt(vector.Sum(x => (double)x * x));
        return [.. vector.Select(x => (float)(x / norm))];
    }

    public static Asset Picture(string relativePath, string? title = null, params string[] tags) => new()
    {
        Path = "/pictures/" + relativePath,
        Root = "/pictures",
        RelativePath = relativePath,
        SizeBytes = 1000 + relativePath.Length,
        ModifiedTicks = 638_000_000_000_000_000 + relativePath.Length,
        ContentHash = "00ff" + relativePath.Length,
        Title = title,
        Tags = tags,
        Format = "jpeg",
        Width = 640,
        Height = 480,
    };

    /// <summary>Pictures numbered from <paramref name="first"/>; the vector of number n is <c>Vector(n)</c>.</summary>
    public static AssetWrite[] Batch(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(n => new AssetWrite(Picture($"{n:D6}.jpg", $"picture number {n}"), Vector(n)))];

    public static int NumberOf(ItemRecord record) => int.Parse(Path.GetFileNameWithoutExtension(record.Asset.RelativePath));

    public static EmbeddedStore Filled(string folder, int count, EmbeddedStoreOptions? options = null)
    {
        EmbeddedStore store = EmbeddedStore.Create(folder, Model, options);
        if (count > 0)
            store.Write(Batch(0, count));
        store.Flush();
        return store;
    }

    /// <summary>What the files look like to the next process when this one is killed now.</summary>
    public static void CopyAsIfKilled(string folder, string destination)
    {
        Directory.CreateDirectory(destination);
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            string copy = Path.Combine(destination, Path.GetFileName(file));
            // A lock file can't be read while it is held, and is empty.
            if (Path.GetExtension(file) == ".lock")
                File.WriteAllBytes(copy, []);
            else
                File.Copy(file, copy, overwrite: true);
        }
    }

    public const int WideDimension = 2048;
    public const int WideCount = 300;

    /// <summary>A collection with more than a mebibyte of vectors: fewer are copied, and so checked, when their file is opened.</summary>
    public static EmbeddedStore FilledWide(string folder)
    {
        EmbeddedStore store = EmbeddedStore.Create(folder, Model with { Dimension = WideDimension });
        store.Write([.. Enumerable.Range(0, WideCount).Select(n => new AssetWrite(Picture($"{n:D6}.jpg"), Vector(n, WideDimension)))]);
        store.Flush();
        return store;
    }

    /// <summary>Flips a bit of a vector that opening an index file does not read.</summary>
    public static void DamageVector(string file)
    {
        byte[] bytes = File.ReadAllBytes(file);
        // The vectors end the file, but for the checksums of its blocks.
        bytes[bytes.Length - (WideCount * WideDimension * sizeof(float) * 3 / 4)] ^= 0x10;
        File.WriteAllBytes(file, bytes);
        HnswIndex.Open(file).Dispose();
    }

    /// <summary>Every number's vector is found first by itself, and nothing else is there.</summary>
    public static void AssertHolds(IStore store, IReadOnlyCollection<int> numbers)
    {
        Assert.Equal(numbers.Count, store.Info.Items);
        foreach (int number in numbers)
        {
            ScoredItem best = Assert.Single(store.SearchVisual(Vector(number), 1));
            Assert.Equal(number, NumberOf(Assert.Single(store.Load([best.ItemId]))));
            Assert.Equal(1, best.Score, 1e-4);
        }
        VerifyReport report = store.Verify();
        Assert.Empty(report.Problems);
        Assert.Equal(numbers.Count, report.Indexed);
    }
}
