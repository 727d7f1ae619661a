namespace VisualSearch.Search.Ranking;

/// <summary>
/// Reciprocal rank fusion (Cormack, Clarke, Büttcher, SIGIR 2009): Σ weight / (k + rank) over the lists that have the
/// candidate. Only ranks count, so no score scale can drown the other; equal scores share a rank. The sum is divided by
/// its largest possible value, so that 1 reads as "first in all lists".
/// </summary>
public sealed class ReciprocalRankFusion : IFusion
{
    private readonly int constant;
    private readonly FusionWeights weights;

    /// <summary>Sets the constant and the weights.</summary>
    /// <param name="constant">k, at least 1; the bigger, the less the very first ranks stand out.</param>
    /// <param name="visualWeight">Weight of the vector search's list, ≥ 0.</param>
    /// <param name="textWeight">Weight of the words' list, ≥ 0; not both 0.</param>
    /// <param name="passageWeight">Weight of the passages' list, ≥ 0.</param>
    public ReciprocalRankFusion(int constant = 60, double visualWeight = 1, double textWeight = 1, double passageWeight = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(constant, 1);
        this.constant = constant;
        weights = new FusionWeights(visualWeight, textWeight, passageWeight).Validate();
    }

    /// <inheritdoc/>
    public double[] Scores(FusionLists lists)
    {
        (IReadOnlyList<double?> Scores, double Weight, double)[] weighted = weights.Of(lists);
        double[] scores = new double[lists.Visual.Count];
        foreach ((IReadOnlyList<double?> column, double weight, _) in weighted)
            AddRanks(column, weight, scores);
        double best = weighted.Sum(list => list.Weight) / (constant + 1);
        for (int i = 0; i < scores.Length; i++)
            scores[i] /= best;
        return scores;
    }

    private void AddRanks(IReadOnlyList<double?> column, double weight, double[] scores)
    {
        int[] order = [.. Enumerable.Range(0, column.Count).Where(i => column[i] is not null).OrderByDescending(i => column[i])];
        int rank = 0;
        for (int place = 0; place < order.Length; place++)
        {
            if (place == 0 || column[order[place]] != column[order[place - 1]])
                rank = place + 1;
            scores[order[place]] += weight / (constant + rank);
        }
    }
}
