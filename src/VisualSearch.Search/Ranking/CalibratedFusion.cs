namespace VisualSearch.Search.Ranking;

/// <summary>
/// Each list's score becomes the chance that it is right, by the list's curve, and a candidate's score is the chance that any of them is:
/// 1 - Π (1 - weight · chance), the noisy or (Pearl, Probabilistic Reasoning in Intelligent Systems, 1988).
/// </summary>
/// <remarks>
/// Sums and ranks make something of the best of every list, also of one that has nothing to say: asked for what somebody tells in a
/// video, some five pictures were always nearest, and ahead of the passage that tells it. Here a picture with a poor cosine stays poor.
/// What is sure in one list and absent in the others is still sure, which a mean would halve. The price is that curves must fit the model
/// (<c>vsearch eval --calibrate</c>), where ranks need none.
/// </remarks>
public sealed class CalibratedFusion : IFusion
{
    private readonly FusionWeights weights;

    /// <summary>Sets the weights; they count relative to the largest, which becomes 1.</summary>
    /// <param name="visualWeight">Weight of the vector search's list, ≥ 0.</param>
    /// <param name="textWeight">Weight of the words' list, ≥ 0; not both 0.</param>
    /// <param name="passageWeight">Weight of the passages' list, ≥ 0.</param>
    public CalibratedFusion(double visualWeight = 1, double textWeight = 1, double passageWeight = 1) =>
        weights = new FusionWeights(visualWeight, textWeight, passageWeight).Validate();

    /// <inheritdoc/>
    public double[] Scores(FusionLists lists)
    {
        FusionWeights.Check(lists);
        double[] misses = new double[lists.Visual.Count];
        Array.Fill(misses, 1);
        double most = Math.Max(weights.Visual, Math.Max(weights.Text, weights.Passages));
        Miss(lists.Visual, lists.Curves.Visual, weights.Visual / most, misses);
        // BM25 has no scale of its own: what counts is how much of the query, by rarity, a text answers. Titles weigh more than that, and
        // then the best is the measure: else all captions with every word would be equally sure (hybrid nDCG@10 of samples 0.86, not 0.94).
        double all = Math.Max(lists.BestText, lists.Text.Max() ?? 1);
        Miss([.. lists.Text.Select(score => score / all)], lists.Curves.Text, weights.Text / most, misses);
        Miss(lists.Passages, lists.Curves.Passages, weights.Passages / most, misses);
        return [.. misses.Select(miss => 1 - miss)];
    }

    private static void Miss(IReadOnlyList<double?> column, MatchCurve curve, double weight, double[] misses)
    {
        for (int i = 0; i < column.Count; i++)
        {
            if (column[i] is { } score)
                misses[i] *= 1 - (weight * curve.At(score));
        }
    }
}
