namespace VisualSearch.Search.Ranking;

/// <summary>How scores of one list are mapped before they are added.</summary>
public enum ScoreNormalization
{
    /// <summary>The list's lowest score becomes 0, its highest 1. One outlier squeezes all the others.</summary>
    MinMax,

    /// <summary>Distance from the mean in standard deviations, cut at ±3 and mapped to 0..1. Calmer with outliers.</summary>
    ZScore,
}

/// <summary>
/// A weighted sum of normalised scores. Unlike ranks it keeps how far ahead the leader is; like ranks it does not depend on
/// the scale of the scores (any a·x + b with a &gt; 0 gives the same result). A candidate that a list lacks gets 0 from it.
/// </summary>
public sealed class WeightedFusion : IFusion
{
    private readonly FusionWeights weights;
    private readonly ScoreNormalization normalization;

    /// <summary>Sets weights and normalisation.</summary>
    /// <param name="visualWeight">Weight of the vector search's list, ≥ 0.</param>
    /// <param name="textWeight">Weight of the words' list, ≥ 0; not both 0.</param>
    /// <param name="normalization">How each list is mapped to 0..1.</param>
    /// <param name="passageWeight">Weight of the passages' list, ≥ 0.</param>
    public WeightedFusion(
        double visualWeight = 1, double textWeight = 1, ScoreNormalization normalization = ScoreNormalization.MinMax, double passageWeight = 1)
    {
        weights = new FusionWeights(visualWeight, textWeight, passageWeight).Validate();
        this.normalization = normalization;
    }

    /// <inheritdoc/>
    public double[] Scores(IReadOnlyList<double?> visual, IReadOnlyList<double?> text, IReadOnlyList<double?> passages)
    {
        (IReadOnlyList<double?> Scores, double Weight)[] lists = weights.Of(visual, text, passages);
        double[] scores = new double[visual.Count];
        foreach ((IReadOnlyList<double?> column, double weight) in lists)
            AddNormalized(column, weight / lists.Sum(list => list.Weight), scores);
        return scores;
    }

    private void AddNormalized(IReadOnlyList<double?> column, double share, double[] scores)
    {
        double[] present = [.. column.Where(x => x is not null).Select(x => x!.Value)];
        if (present.Length == 0)
            return;
        (double low, double high) = normalization == ScoreNormalization.MinMax ? (present.Min(), present.Max()) : ThreeDeviations(present);
        for (int i = 0; i < scores.Length; i++)
        {
            if (column[i] is { } score)
            {
                // A list of equal scores says "all of these", so each counts as its best.
                double unit = high > low ? Math.Clamp((score - low) / (high - low), 0, 1) : 1;
                scores[i] += share * unit;
            }
        }
    }

    private static (double Low, double High) ThreeDeviations(double[] values)
    {
        double mean = values.Average();
        double deviation = Math.Sqrt(values.Average(x => (x - mean) * (x - mean)));
        return (mean - (3 * deviation), mean + (3 * deviation));
    }
}
