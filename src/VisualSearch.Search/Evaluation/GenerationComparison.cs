using System.Diagnostics;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Evaluation;

/// <summary>
/// Two generations of one collection side by side, each asked with the encoder of its own model:
/// <code>
/// overlap10     neighbours that both have among the ten nearest of a picture: how much users will see change
/// self1         a picture's file, read and embedded now, finds itself first: vectors and encoder belong together
/// crop1         so does the middle of it, half as wide and half as high
/// labelP10      of the ten nearest, how many have the picture's label                  (where a label field is given)
/// ndcg10 …      judged queries, as vsearch eval --queries                               (where judged queries are given)
/// </code>
/// </summary>
/// <param name="before">The generation that runs.</param>
/// <param name="beforeEncoder">The encoder of its model; null when that is not at hand.</param>
/// <param name="after">The generation to switch to.</param>
/// <param name="afterEncoder">The encoder of its model.</param>
/// <param name="reader">Reads pictures.</param>
public sealed class GenerationComparison(IStore before, DualEncoder? beforeEncoder, IStore after, DualEncoder afterEncoder, PictureReader reader)
{
    private const int Depth = 10;

    // Below this the new vectors are not those of the pictures: a model of the wrong sort, or pictures made ready in another way.
    private const double LeastSelf = 0.9;

    // Four sets of 120 judged sample queries read 0.70 to 0.75 with one and the same model: less says nothing.
    private const double MostLoss = 0.02;

    // Copies of a picture come in any order; their similarities differ by rounding.
    private const float Tie = 1e-4f;

    private static readonly CropBox Middle = CropBox.Create(0.25, 0.25, 0.5, 0.5);

    private readonly Dictionary<string, (string Meaning, MeanValues Before, MeanValues After)> means = [];

    /// <summary>Compares.</summary>
    /// <param name="options">What with.</param>
    /// <param name="progress">Told what is going on, in plain English.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="EvaluationException">The judged queries can't be used.</exception>
    public ComparisonReport Run(ComparisonOptions options, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<ItemRecord> sample = before.Load(before.SpreadItems(options.Sample));
        progress?.Report("comparing neighbours");
        foreach (ItemRecord record in sample)
        {
            cancellation.ThrowIfCancellationRequested();
            CompareNeighbours(record, options.LabelField);
        }

        progress?.Report("comparing what pictures find");
        int unread = CompareFiles(sample, options.MostEmbedding, cancellation);
        if (options.QueriesFolder is { } folder)
        {
            if (beforeEncoder is not null)
                AddJudged(new EvaluationRunner(beforeEncoder, reader).RunSamples(folder, before, progress, cancellation), ofAfter: false);
            AddJudged(new EvaluationRunner(afterEncoder, reader).RunSamples(folder, after, progress, cancellation), ofAfter: true);
        }

        ComparedMeasure[] measures = [.. means.Select(pair => new ComparedMeasure(
            pair.Key, pair.Value.Meaning, Value(pair.Value.Before, pair.Key), Value(pair.Value.After, pair.Key)))];
        return new ComparisonReport(measures, Objection(measures), Remark(unread));
    }

    private static double? Value(MeanValues values, string name) => values.ToDictionary().TryGetValue(name, out double value) ? value : null;

    private static string? Objection(ComparedMeasure[] measures)
    {
        foreach (ComparedMeasure measure in measures)
        {
            if (measure is { Name: "self1", After: < LeastSelf })
                return $"only {measure.After:P0} of the pictures find themselves in the new generation; the model does not read pictures the way it was used here";
            if (measure is { Name: "ndcg10", Before: { } old, After: { } now } && now < old - MostLoss)
                return $"nDCG@10 of the judged queries falls from {old:0.000} to {now:0.000}";
        }
        return null;
    }

    private string? Remark(int unread)
    {
        List<string> remarks = [];
        if (beforeEncoder is null)
            remarks.Add("the old model is not at hand, so the old generation was compared by its stored vectors only");
        if (unread > 0)
            remarks.Add($"{unread} pictures of the sample could not be read");
        return remarks.Count == 0 ? null : string.Join("; ", remarks);
    }

    private void CompareNeighbours(ItemRecord record, string? labelField)
    {
        if (Neighbours(before, record.Item.Id) is not { } old || Neighbours(after, record.Item.Id) is not { } now)
            return;
        int most = Math.Min(Depth, Math.Max(old.Count, now.Count));
        if (most > 0)
            Add("overlap10", "neighbours that are the same", null, old.Intersect(now).Count() / (double)most);
        if (labelField is not null && LabelOf(record.Asset, labelField) is { } label)
            Add("labelP10", $"neighbours with the same {labelField}", ShareOf(old, labelField, label), ShareOf(now, labelField, label));
    }

    private static List<long>? Neighbours(IStore store, long itemId)
    {
        float[] vector = new float[store.Info.Dimension];
        if (!store.TryGetVector(itemId, vector))
            return null;
        return [.. store.SearchVisual(vector, Depth + 1).Select(found => found.ItemId).Where(id => id != itemId).Take(Depth)];
    }

    private double? ShareOf(List<long> neighbours, string field, string label) => neighbours.Count == 0
        ? null
        : before.Load(neighbours).Count(record => LabelOf(record.Asset, field) == label) / (double)neighbours.Count;

    private static string? LabelOf(Asset asset, string field)
    {
        if (field.Equals("tags", StringComparison.OrdinalIgnoreCase))
            return asset.Tags.Count > 0 ? asset.Tags[0] : null;
        return asset.Fields.FirstOrDefault(pair => pair.Key.Equals(field, StringComparison.OrdinalIgnoreCase)) is { Key: not null } found ? found.Value.ToString() : null;
    }

    private int CompareFiles(IReadOnlyList<ItemRecord> sample, TimeSpan most, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        int unread = 0;
        // Every seventh of the list, then the next of each seven: whenever time is up, what was looked at is from all over the collection.
        foreach (ItemRecord record in sample.Select((record, i) => (record, i)).OrderBy(pair => pair.i % 7).Select(pair => pair.record))
        {
            cancellation.ThrowIfCancellationRequested();
            if (clock.Elapsed > most)
                break;
            try
            {
                Add("self1", "pictures that find themselves", Finds(before, beforeEncoder, record, null), Finds(after, afterEncoder, record, null));
                Add("crop1", "pictures found by their middle", Finds(before, beforeEncoder, record, Middle), Finds(after, afterEncoder, record, Middle));
            }
            catch (PictureException)
            {
                // Counted and said below. That it has no vector was said when it was to be embedded.
                unread++;
            }
        }
        return unread;
    }

    /// <summary>1 when nothing is nearer to the picture than its own item, 0 when something is; null when it has no vector there.</summary>
    private double? Finds(IStore store, DualEncoder? encoder, ItemRecord record, CropBox? crop)
    {
        if (encoder is null)
            return null;
        float[] query = encoder.EncodePicture(reader.Read(PictureSource.FromFile(record.Asset.Path), encoder.Manifest.Fit, crop));
        if (store.Similarity(query, record.Item.Id) is not { } own)
            return null;
        return store.SearchVisual(query, 1)[0].Score <= own + Tie ? 1 : 0;
    }

    private void AddJudged(IReadOnlyDictionary<string, double> metrics, bool ofAfter)
    {
        foreach ((string name, double value) in metrics)
            Add(name, "judged queries", ofAfter ? null : value, ofAfter ? value : null);
    }

    private void Add(string name, string meaning, double? old, double? now)
    {
        if (!means.TryGetValue(name, out (string Meaning, MeanValues Before, MeanValues After) mean))
            means.Add(name, mean = (meaning, new MeanValues(), new MeanValues()));
        if (old is { } first)
            mean.Before.Add(name, first);
        if (now is { } second)
            mean.After.Add(name, second);
    }
}
