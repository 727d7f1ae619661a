using System.IO.Compression;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Search.Evaluation;

/// <summary>A zip archive of pictures in folders named by class.</summary>
internal sealed class LabelledArchive : IDisposable
{
    private const int Batch = 256;

    private readonly string path;
    private readonly ZipArchive zip;
    private readonly (ZipArchiveEntry Entry, LabelledClass Class)[] pictures;

    private LabelledArchive(string path, ZipArchive zip, LabelledClasses classes)
    {
        this.path = path;
        this.zip = zip;
        pictures = [.. zip.Entries.Where(entry => !entry.FullName.EndsWith('/')).Select(entry => (entry, ClassOf(entry, classes)))];
        if (pictures.Length == 0)
            throw new EvaluationException(path, 0, "has no pictures");
        HashSet<string> sources = [.. pictures.Select(picture => picture.Class.Source)];
        Choices = [.. classes.All.Where(one => sources.Contains(one.Source))];
    }

    internal int Count => pictures.Length;

    /// <summary>The classes of the data sets that the pictures come from: what there is to choose from.</summary>
    internal IReadOnlyList<LabelledClass> Choices { get; }

    internal static LabelledArchive Open(string path, LabelledClasses classes)
    {
        ZipArchive zip = EvaluationFile.Read(path, ZipFile.OpenRead);
        try
        {
            return new LabelledArchive(path, zip, classes);
        }
        catch
        {
            zip.Dispose();
            throw;
        }
    }

    internal string NameOf(int picture) => pictures[picture].Entry.FullName;

    internal LabelledClass ClassOf(int picture) => pictures[picture].Class;

    internal long SizeOf(int picture) => pictures[picture].Entry.Length;

    /// <summary>The vectors of some pictures, one after the other.</summary>
    internal float[] Embed(IReadOnlyList<int> chosen, DualEncoder encoder, PictureReader reader, CropBox? crop = null)
    {
        float[] vectors = new float[chosen.Count * encoder.Dimension];
        int done = 0;
        foreach (int[] batch in chosen.Chunk(Batch))
        {
            encoder.EncodePictures(Decode(batch, encoder, reader, crop), vectors.AsSpan(done * encoder.Dimension, batch.Length * encoder.Dimension));
            done += batch.Length;
        }

        return vectors;
    }

    public void Dispose() => zip.Dispose();

    private RgbPicture[] Decode(int[] batch, DualEncoder encoder, PictureReader reader, CropBox? crop)
    {
        // One archive can't be read by two threads; decoding can.
        byte[][] files = [.. batch.Select(i => EvaluationFile.Read(path, _ => Bytes(pictures[i].Entry)))];
        RgbPicture[] decoded = new RgbPicture[batch.Length];
        try
        {
            Parallel.For(0, batch.Length, i => decoded[i] = reader.Read(PictureSource.FromMemory(files[i], NameOf(batch[i])), encoder.Manifest.Fit, crop));
        }
        catch (AggregateException failures) when (failures.InnerException is PictureException failure)
        {
            throw new EvaluationException(path, 0, failure.Message, failure);
        }

        return decoded;
    }

    private LabelledClass ClassOf(ZipArchiveEntry entry, LabelledClasses classes)
    {
        string folder = entry.FullName[..Math.Max(0, entry.FullName.LastIndexOf('/'))];
        return classes.Find(folder) ??
            throw new EvaluationException(path, 0, $"'{entry.FullName}' is in no folder of a known class; classes.json must have '{folder}'");
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
