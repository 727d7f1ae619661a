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
/// the scale of the scores (any a·x + b with a &gt; 0 gives the same result). A candidate that a list lacks gets 0 from it. A list that
/// knows what a sure score would be (<see cref="FusionLists.BestText"/>) does not make a 1 of the best of poor ones: of "a red boat passing
/// from left to right" some text has "right", and without this it was ahead of every boat.
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
    public double[] Scores(FusionLists lists)
    {
        (IReadOnlyList<double?> Scores, double Weight, double Sure)[] weighted = weights.Of(lists);
        double[] scores = new double[lists.Visual.Count];
        foreach ((IReadOnlyList<double?> column, double weight, double sure) in weighted)
            AddNormalized(column, weight / weighted.Sum(list => list.Weight), sure, scores);
        return scores;
    }

    private void AddNormalized(IReadOnlyList<double?> column, double share, double sure, double[] scores)
    {
        double[] present = [.. column.Where(x => x is not null).Select(x => x!.Value)];
        if (present.Length == 0)
            return;
        (double low, double high) = normalization == ScoreNormalization.MinMax ? (present.Min(), present.Max()) : ThreeDeviations(present);
        if (sure > 0)
        {
            // Equal scores are then measured from nothing.
            low = high > low ? low : Math.Min(0, low);
            high = Math.Max(high, sure);
        }

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
