using System.IO.Compression;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Bench.Ann;

/// <summary>The pictures of the Tiny-ImageNet archives of a folder, as small RGB vectors or as embeddings.</summary>
internal sealed class TinyImageNet(string folder)
{
    private const int Batch = 512, Part = 64;

    public const int PixelDimension = 16 * 16 * 3;

    public IReadOnlyList<string> Training { get; } = [.. Directory.GetFiles(folder, "tiny-imagenet-train-*.zip").Order(StringComparer.Ordinal)];

    public string Validation { get; } = Path.Combine(folder, "tiny-imagenet-val.zip");

    public string Classes { get; } = Path.Combine(folder, "classes.json");

    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, "tiny-imagenet-val.zip"))
        && File.Exists(Path.Combine(folder, "tiny-imagenet-train-0.zip")) && File.Exists(Path.Combine(folder, "classes.json"));

    public static int Count(IEnumerable<string> archives) => archives.Sum(path =>
    {
        using ZipArchive zip = ZipFile.OpenRead(path);
        return zip.Entries.Count(IsPicture);
    });

    /// <summary>Each picture as 768 numbers of 0 to 255: blocks of 4×4 pixels averaged to 16×16, red, green and blue beside each other.</summary>
    public static void WritePixels(IEnumerable<string> archives, Action<ReadOnlySpan<float>> write)
    {
        foreach (RgbPicture[] pictures in Batches(archives, new PictureFit(64, ResizeRule.Squash, ResizeQuality.Reference)))
        {
            var rows = new float[pictures.Length * PixelDimension];
            Parallel.For(0, pictures.Length, i => Average(pictures[i], rows.AsSpan(i * PixelDimension, PixelDimension)));
            write(rows);
        }
    }

    public static void WriteEmbeddings(IEnumerable<string> archives, DualEncoder encoder, Action<ReadOnlySpan<float>> write)
    {
        foreach (RgbPicture[] pictures in Batches(archives, encoder.Manifest.Fit))
        {
            // Parts side by side: one call keeps one core busy (182 pictures a second instead of some 400 on two).
            var rows = new float[pictures.Length * encoder.Dimension];
            RgbPicture[][] parts = [.. pictures.Chunk(Part)];
            Parallel.For(0, parts.Length, i => encoder.EncodePictures(parts[i], rows.AsSpan(i * Part * encoder.Dimension, parts[i].Length * encoder.Dimension)));
            write(rows);
        }
    }

    private static void Average(RgbPicture picture, Span<float> row)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels;
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 64; x++)
            {
                for (int c = 0; c < 3; c++)
                    row[((((y / 4) * 16) + (x / 4)) * 3) + c] += pixels[(((y * 64) + x) * 3) + c] / 16f;
            }
        }
    }

    private static IEnumerable<RgbPicture[]> Batches(IEnumerable<string> archives, PictureFit fit)
    {
        var reader = new PictureReader();
        foreach (string path in archives)
        {
            using ZipArchive zip = ZipFile.OpenRead(path);
            foreach (ZipArchiveEntry[] entries in zip.Entries.Where(IsPicture).Chunk(Batch))
            {
                // A zip archive reads one entry at a time; decoding is what takes long.
                PictureSource[] sources = [.. entries.Select(entry => PictureSource.FromMemory(Bytes(entry), entry.FullName))];
                var pictures = new RgbPicture[sources.Length];
                Parallel.For(0, sources.Length, i => pictures[i] = reader.Read(sources[i], fit));
                yield return pictures;
            }
        }
    }

    private static bool IsPicture(ZipArchiveEntry entry) => PictureReader.IsPictureFile(entry.FullName);

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
