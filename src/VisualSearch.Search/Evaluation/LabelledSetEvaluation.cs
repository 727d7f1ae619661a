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
/// <remarks>Pictures are brought to the encoder's size by the model's own rule, as an index run does: what is measured is what is searched.</remarks>
public sealed class LabelledSetEvaluation
{
    private const int Depth = 10;
    private const int Batch = 256;

    // The first four that the model was trained with; their mean is steadier than any one of them.
    private static readonly string[] Phrases = ["{0}", "a photo of a {0}", "a picture of a {0}", "a {0}"];

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
    /// <param name="classes">The classes. Those of the archive's data sets are the ones to choose from.</param>
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
        using LabelledArchive pictures = LabelledArchive.Open(archive, classes);
        Dictionary<string, double> metrics = new() { ["zeroShotTop1"] = Index(pictures, archive, progress, cancellation) };
        Dictionary<string, LabelledClass> labels = Enumerable.Range(0, pictures.Count).ToDictionary(pictures.NameOf, pictures.ClassOf, StringComparer.Ordinal);
        SearchPipeline pipeline = new(store, encoder);

        progress?.Report($"{pictures.Choices.Count} names as queries");
        metrics["textToPictureP10"] = pictures.Choices.Average(one => Precision(Named(one.Names[0]), label => label == one));

        progress?.Report($"{pictures.Count} pictures as queries");
        metrics["pictureToPictureP10"] = PictureToPicture();

        (string Name, IReadOnlySet<string> Classes)[] concepts =
            [.. classes.Concepts().Where(concept => pictures.Choices.Any(one => concept.Classes.Contains(one.Id)))];
        if (concepts.Length > 0)
        {
            progress?.Report($"{concepts.Length} hypernyms as queries");
            metrics["hypernymTextToPictureP10"] = concepts.Average(concept => Precision(Named(concept.Name), label => concept.Classes.Contains(label.Id)));
        }

        return metrics;

        double Precision(SearchQuery query, Func<LabelledClass, bool> isRelevant) => RankingMetrics.Precision(
            [.. pipeline.Search(query, cancellation).Results.Select(result => isRelevant(labels[result.Asset.RelativePath]) ? 1 : 0)], Depth);

        double PictureToPicture()
        {
            double[] precisions = new double[pictures.Count];
            ParallelOptions parallel = new() { CancellationToken = cancellation };
            Parallel.For(0, precisions.Length, parallel, i =>
            {
                long item = store.ItemsOf(store.FindAssetByPath(PathOf(archive, pictures.NameOf(i)))!.Id)[0].Id;
                LabelledClass own = pictures.ClassOf(i);
                precisions[i] = Precision(new SearchQuery { ImageItemId = item, Mode = SearchMode.Visual, K = Depth }, label => label == own);
            });
            return precisions.Average();
        }
    }

    private static SearchQuery Named(string name) => new() { Text = $"a photo of a {name}", Mode = SearchMode.Visual, K = Depth };

    /// <summary>Writes all pictures to the store; gives the share of those that their own class's name is nearest to.</summary>
    private double Index(LabelledArchive pictures, string archive, IProgress<string>? progress, CancellationToken cancellation)
    {
        float[][] names = [.. pictures.Choices.Select(ClassVector)];
        int right = 0;
        foreach (int[] batch in Enumerable.Range(0, pictures.Count).Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            float[] vectors = pictures.Embed(batch, encoder, reader);
            store.Write([.. batch.Select((picture, i) => new AssetWrite(
                new Asset { Path = PathOf(archive, pictures.NameOf(picture)), RelativePath = pictures.NameOf(picture), SizeBytes = pictures.SizeOf(picture) },
                vectors.AsMemory(i * encoder.Dimension, encoder.Dimension)))]);
            right += batch.Where((picture, i) =>
                pictures.Choices[Nearest(names, vectors.AsSpan(i * encoder.Dimension, encoder.Dimension))] == pictures.ClassOf(picture)).Count();
            progress?.Report($"{batch[^1] + 1} of {pictures.Count} pictures embedded");
        }

        return (double)right / pictures.Count;
    }

    private float[] ClassVector(LabelledClass one)
    {
        float[] sum = new float[encoder.Dimension];
        foreach (string phrase in Phrases)
            VectorArithmetic.Add(sum, encoder.EncodeText(phrase.Replace("{0}", one.Names[0], StringComparison.Ordinal)), 1);
        return VectorArithmetic.TryNormalize(sum)
            ? sum
            : throw new InvalidOperationException($"The vectors of the phrases for '{one.Names[0]}' cancel out; the model is broken.");
    }

    private static int Nearest(float[][] names, ReadOnlySpan<float> picture)
    {
        int best = 0;
        float bestCosine = float.NegativeInfinity;
        for (int i = 0; i < names.Length; i++)
        {
            float cosine = UnitVector.Dot(names[i], picture);
            if (cosine > bestCosine)
                (best, bestCosine) = (i, cosine);
        }

        return best;
    }

    private static string PathOf(string archive, string entry) => $"{archive}!/{entry}";
}
