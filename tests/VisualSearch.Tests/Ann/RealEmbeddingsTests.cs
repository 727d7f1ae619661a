using System.IO.Compression;
using VisualSearch.Ann;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using Xunit.Abstractions;

namespace VisualSearch.Tests.Ann;

/// <summary>The default model's vectors of 10,000 photographs: what the index meets in use, unlike numbers by lot.</summary>
public sealed class RealEmbeddingsTests(ITestOutputHelper output)
{
    private const int Queries = 500;
    private const int Nearest = 10;

    [SharedDataFact("data", "train", "tiny-imagenet-val.zip")]
    public void Default_settings_find_95_percent_of_the_exact_ten_nearest()
    {
        var (vectors, dimension) = Embed(SharedData.Path("data", "train", "tiny-imagenet-val.zip")!);
        var count = vectors.Length / dimension;
        Assert.Equal(10_000, count);
        ulong[] ids = [.. Enumerable.Range(0, count).Select(static id => (ulong)id)];
        using var exact = new FlatIndex(dimension, Metric.Cosine, count);
        using var approximate = new HnswIndex(dimension, Metric.Cosine);
        for (var i = 0; i < count; i++) exact.Add(ids[i], vectors.AsSpan(i * dimension, dimension));
        approximate.AddRange(ids, vectors);

        var found = 0;
        Span<Neighbor> expected = new Neighbor[Nearest], actual = new Neighbor[Nearest];
        for (var q = 0; q < Queries; q++)
        {
            var query = vectors.AsSpan(q * (count / Queries) * dimension, dimension);
            Assert.Equal((Nearest, Nearest), (exact.Search(query, expected), approximate.Search(query, actual)));
            foreach (var neighbor in expected) found += Contains(actual, neighbor.Id) ? 1 : 0;
        }

        var recall = (double)found / (Queries * Nearest);
        output.WriteLine($"recall@10 {recall:0.0000}");
        Assert.True(recall >= 0.95, $"recall@10 is {recall}");
    }

    private static bool Contains(ReadOnlySpan<Neighbor> neighbors, ulong id)
    {
        foreach (var neighbor in neighbors)
        {
            if (neighbor.Id == id) return true;
        }

        return false;
    }

    private static (float[] Vectors, int Dimension) Embed(string archive)
    {
        var pictures = new List<byte[]>();
        using (var zip = ZipFile.OpenRead(archive))
        {
            foreach (var entry in zip.Entries.Where(static entry => entry.Length > 0))
            {
                using var stream = entry.Open();
                using var copy = new MemoryStream();
                stream.CopyTo(copy);
                pictures.Add(copy.ToArray());
            }
        }

        using var encoder = DualEncoder.Open(DefaultModel.Locate(), EncoderOptions.ForIndexing);
        var reader = new PictureReader();
        var vectors = new float[pictures.Count * encoder.Dimension];
        Parallel.ForEach(Enumerable.Range(0, pictures.Count).Chunk(32), batch =>
        {
            RgbPicture[] inputs = [.. batch.Select(i => reader.Read(PictureSource.FromMemory(pictures[i], "entry"), encoder.Manifest.Fit))];
            encoder.EncodePictures(inputs, vectors.AsSpan(batch[0] * encoder.Dimension, batch.Length * encoder.Dimension));
        });
        return (vectors, encoder.Dimension);
    }
}
