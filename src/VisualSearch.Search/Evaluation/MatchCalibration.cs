using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Evaluation;

/// <summary>
/// Finds the curves of <see cref="MatchCurves"/> for a model, from labelled pictures. Each goes through two cosines: what chance
/// reaches reads as 25, what is clearly right as 90.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>picture → picture</term><description>chance: the 99th percentile between pictures of different classes; clear: the median
/// between a picture and the middle 65 % of each of its sides. Not the class decides here: people call pictures alike that are not of
/// one class.</description></item>
/// <item><term>words → picture</term><description>chance: the 99.9th percentile between a class name and pictures of other classes, which
/// is about what nonsense reaches at the top of a page; clear: the 99th percentile between a name and its own pictures.</description></item>
/// <item><term>composed</term><description>a picture with its class name, against other pictures: the 99th percentiles of other classes and
/// of its own.</description></item>
/// </list>
/// </remarks>
public sealed class MatchCalibration(DualEncoder encoder, PictureReader reader)
{
    // Percentiles of the pairs of 2,000 pictures move by less than 0.01 from draw to draw; more pictures only take longer.
    private const int MaxPictures = 2_000;
    private const int ComposedQueries = 300;

    /// <summary>Embeds pictures of an archive, evenly spread over it, and fits the curves.</summary>
    /// <param name="archive">The zip archive, one folder a class.</param>
    /// <param name="classes">Its classes.</param>
    /// <exception cref="EvaluationException">The archive can't be used, or the model can't tell right from wrong on it.</exception>
    public MatchCurves Fit(string archive, LabelledClasses classes)
    {
        using LabelledArchive pictures = LabelledArchive.Open(archive, classes);
        int step = Math.Max(1, pictures.Count / MaxPictures);
        int[] chosen = [.. Enumerable.Range(0, pictures.Count).Where(i => i % step == 0)];
        LabelledClass[] labels = [.. chosen.Select(i => pictures.ClassOf(i))];
        CropBox middle = CropBox.Create(0.175, 0.175, 0.65, 0.65);
        float[][] whole = Split(pictures.Embed(chosen, encoder, reader)), crops = Split(pictures.Embed(chosen, encoder, reader, middle));
        Dictionary<LabelledClass, float[]> names = labels.Distinct().ToDictionary(one => one, one => encoder.EncodeText($"a photo of a {one.Names[0]}"));

        (List<double> _, List<double> apart) = Pairs(whole, labels, whole, labels);
        (List<double> right, List<double> wrong) = Pairs([.. names.Values], [.. names.Keys], whole, labels);
        int[] queries = [.. Enumerable.Range(0, whole.Length).Where(i => i % Math.Max(1, whole.Length / ComposedQueries) == 0)];
        (List<double> like, List<double> unlike) = Pairs(
            [.. queries.Select(i => Mixed(whole[i], names[labels[i]]))], [.. queries.Select(i => labels[i])], whole, labels, queries);
        try
        {
            return new MatchCurves
            {
                PictureToPicture = MatchCurve.Through(Percentile(apart, 0.99), Percentile([.. whole.Zip(crops, (a, b) => (double)UnitVector.Dot(a, b))], 0.5)),
                TextToPicture = MatchCurve.Through(Percentile(wrong, 0.999), Percentile(right, 0.99)),
                Composed = MatchCurve.Through(Percentile(unlike, 0.99), Percentile(like, 0.99)),
            };
        }
        catch (ArgumentException failure)
        {
            throw new EvaluationException(archive, 0, $"the model can't be calibrated on these pictures: {failure.Message}", failure);
        }
    }

    /// <summary>The value that the given share of the values does not exceed.</summary>
    private static double Percentile(List<double> values, double share)
    {
        if (values.Count == 0)
            return double.NaN;
        values.Sort();
        return values[Math.Clamp((int)Math.Ceiling(share * values.Count) - 1, 0, values.Count - 1)];
    }

    /// <summary>The cosines of all pairs of one class, and of all pairs of two; a query's own picture is left out.</summary>
    private static (List<double> Same, List<double> Different) Pairs(
        float[][] queries, LabelledClass[] queryLabels, float[][] pictures, LabelledClass[] labels, int[]? own = null)
    {
        List<double> same = [], different = [];
        for (int q = 0; q < queries.Length; q++)
        {
            for (int i = 0; i < pictures.Length; i++)
            {
                bool itself = own is null ? ReferenceEquals(queries[q], pictures[i]) : own[q] == i;
                if (!itself)
                    (queryLabels[q] == labels[i] ? same : different).Add(UnitVector.Dot(queries[q], pictures[i]));
            }
        }

        return (same, different);
    }

    private static float[] Mixed(float[] picture, float[] name)
    {
        float[] sum = [.. picture];
        VectorArithmetic.Add(sum, name, 1);
        return VectorArithmetic.TryNormalize(sum) ? sum : picture;
    }

    private float[][] Split(float[] vectors) => [.. vectors.Chunk(encoder.Dimension)];
}
