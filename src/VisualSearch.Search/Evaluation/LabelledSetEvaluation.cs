using System.IO.Compression;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Evaluation;

/// <summary>
/// Measures a model on pictures whose class is known: a zip archive with one folder a class. All pictures are embedded and written
/// to a store, and every query goes through <see cref="SearchPipeline"/>, in visual mode. The definitions are those of the
/// training script's <c>evaluate</c>, so that figures can be compared.
/// </summary>
/// <remarks>
/// Pictures are centre-cropped to a square before they are resized, whatever the model's own rule: the training script does, and
/// Tiny-ImageNet's are square anyway.
/// </remarks>
public sealed class LabelledSetEvaluation
{
    private const int Depth = 10;
    private const int Batch = 256;

    private static readonly string[] Templates = ["{0}", "a photo of a {0}", "a picture of a {0}", "a {0}"];

    private readonly DualEncoder encoder;
    private readonly PictureReader reader;
    private readonly IStore store;

    /// <summary>Prepares an evaluation.</summary>
    /// <param name="encoder">The model to judge.</param>
    /// <param name="reader">Reads the pictures.</param>
    /// <param name="store">An empty store of the model, open to write; holds the pictures afterwards.</param>
    public LabelledSetEvaluation(DualEncoder encoder, PictureReader reader, IStore store)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(store);
        this.encoder = encoder;
        this.reader = reader;
        this.store = store;
    }

    /// <summary>Indexes an archive and measures.</summary>
    /// <param name="archive">The zip archive; pictures in folders named by class.</param>
    /// <param name="classes">The classes. Those of the archive's pictures' sources are the ones to choose from.</param>
    /// <param name="progress">Told what is going on, in plain English.</param>
    /// <param name="cancellation">Ends the run between batches and queries.</param>
    /// <returns>
    /// <c>zeroShotTop1</c>: share of pictures nearest to the mean of four phrases with their own class's first name;
    /// <c>textToPictureP10</c>: precision at 10 of "a photo of a NAME" over classes; <c>pictureToPictureP10</c>: of each picture as the
    /// query, itself left out; <c>hypernymTextToPictureP10</c>: of "a photo of a HYPERNYM" over concepts with classes in the archive.
    /// </returns>
    /// <exception cref="EvaluationException">The archive can't be used.</exception>
    public IReadOnlyDictionary<string, double> Run(
        string archive, LabelledClasses classes, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(classes);
        Dictionary<string, LabelledClass> labels = new(StringComparer.Ordinal);
        double zeroShot = Index(archive, classes, labels, progress, cancellation);
        SearchPipeline pipeline = new(store, encoder);
        HashSet<string> sources = [.. labels.Values.Select(c => c.Source)];
        LabelledClass[] choices = [.. classes.All.Where(c => sources.Contains(c.Source))];
        Dictionary<string, double> metrics = new() { ["zeroShotTop1"] = zeroShot };

        progress?.Report($"{choices.Length} names");
        metrics["textToPictureP10"] = choices.Average(one => PrecisionOf(Named(one.Names[0]), label => label == one));

        progress?.Report($"{labels.Count} pictures as queries");
        metrics["pictureToPictureP10"] = PictureToPicture();

        (string Name, IReadOnlySet<string> Classes)[] concepts =
            [.. classes.Concepts().Where(concept => choices.Any(one => concept.Classes.Contains(one.Id)))];
        progress?.Report($"{concepts.Length} hypernyms");
        if (concepts.Length > 0)
            metrics["hypernymTextToPictureP10"] = concepts.Average(concept => PrecisionOf(Named(concept.Name), label => concept.Classes.Contains(label.Id)));
        return metrics;

        double PrecisionOf(SearchQuery query, Func<LabelledClass, bool> isRelevant) => RankingMetrics.Precision(
            [.. pipeline.Search(query, cancellation).Results.Select(result => isRelevant(labels[result.Asset.RelativePath]) ? 1 : 0)], Depth);

        double PictureToPicture()
        {
            (long Id, LabelledClass Label)[] items = [.. labels.Select(pair => (store.ItemsOf(store.FindAssetByPath(PathOf(archive, pair.Key))!.Id)[0].Id, pair.Value))];
            double sum = 0;
            Lock gate = new();
            ParallelOptions parallel = new() { CancellationToken = cancellation };
            Parallel.ForEach(items, parallel, () => 0.0, (item, _, local) =>
                local + PrecisionOf(new SearchQuery { ImageItemId = item.Id, Mode = SearchMode.Visual, K = Depth }, label => label == item.Label),
                local =>
                {
                    lock (gate)
                        sum += local;
                });
            return sum / items.Length;
        }
    }

    private static SearchQuery Named(string name) => new() { Text = $"a photo of a {name}", Mode = SearchMode.Visual, K = Depth };

    /// <summary>Writes all pictures to the store; on the way counts those that their own class's name is nearest to.</summary>
    private double Index(
        string archive, LabelledClasses classes, Dictionary<string, LabelledClass> labels, IProgress<string>? progress, CancellationToken cancellation)
    {
        using ZipArchive zip = EvaluationFile.Read(archive, ZipFile.OpenRead);
        ZipArchiveEntry[] entries = [.. zip.Entries.Where(entry => !entry.FullName.EndsWith('/'))];
        foreach (ZipArchiveEntry entry in entries)
        {
            string folder = entry.FullName[..Math.Max(0, entry.FullName.LastIndexOf('/'))];
            labels[entry.FullName] = classes.Find(folder) ??
                throw new EvaluationException(archive, 0, $"'{entry.FullName}' is in no folder of a known class; classes.json must have '{folder}'");
        }

        if (entries.Length == 0)
            throw new EvaluationException(archive, 0, "has no pictures");
        HashSet<string> sources = [.. labels.Values.Select(c => c.Source)];
        LabelledClass[] choices = [.. classes.All.Where(c => sources.Contains(c.Source))];
        float[][] names = [.. choices.Select(ClassVector)];
        int right = 0, done = 0;
        foreach (ZipArchiveEntry[] batch in entries.Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            float[] vectors = Write(archive, batch);
            for (int i = 0; i < batch.Length; i++)
            {
                if (choices[Nearest(names, vectors.AsSpan(i * encoder.Dimension, encoder.Dimension))] == labels[batch[i].FullName])
                    right++;
            }

            done += batch.Length;
            progress?.Report($"{done} of {entries.Length} pictures embedded");
        }

        return (double)right / entries.Length;
    }

    private float[] Write(string archive, ZipArchiveEntry[] batch)
    {
        // One archive can't be read by two threads; decoding can.
        byte[][] files = [.. batch.Select(entry => EvaluationFile.Read(archive, _ => Bytes(entry)))];
        RgbPicture[] pictures = new RgbPicture[batch.Length];
        PictureFit fit = encoder.Manifest.Fit with { Rule = ResizeRule.CenterCrop };
        try
        {
            Parallel.For(0, batch.Length, i => pictures[i] = reader.Read(PictureSource.FromMemory(files[i], batch[i].FullName), fit));
        }
        catch (AggregateException failures) when (failures.InnerException is PictureException failure)
        {
            throw new EvaluationException(archive, 0, failure.Message, failure);
        }

        float[] vectors = new float[batch.Length * encoder.Dimension];
        encoder.EncodePictures(pictures, vectors);
        store.Write([.. batch.Select((entry, i) => new AssetWrite(
            new Asset { Path = PathOf(archive, entry.FullName), Root = archive, RelativePath = entry.FullName, SizeBytes = files[i].Length },
            vectors.AsMemory(i * encoder.Dimension, encoder.Dimension)))]);
        return vectors;
    }

    private float[] ClassVector(LabelledClass one)
    {
        float[] sum = new float[encoder.Dimension];
        foreach (string template in Templates)
            VectorArithmetic.Add(sum, encoder.EncodeText(string.Format(null, template, one.Names[0])), 1);
        return VectorArithmetic.TryNormalize(sum) ? sum : throw new InvalidOperationException($"The vectors of the phrases for '{one.Names[0]}' cancel out; the model is broken.");
    }

    private static int Nearest(float[][] names, ReadOnlySpan<float> picture)
    {
        int best = 0;
        float bestCosine = float.NegativeInfinity;
        for (int i = 0; i < names.Length; i++)
        {
            float cosine = VectorArithmetic.Dot(names[i], picture);
            if (cosine > bestCosine)
                (best, bestCosine) = (i, cosine);
        }

        return best;
    }

    private static string PathOf(string archive, string entry) => $"{archive}!/{entry}";

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
