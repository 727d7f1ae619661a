using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Ranking;

/// <summary>
/// The stage "diversity" (Carbonell and Goldstein, SIGIR 1998): the next result is the one with the greatest
/// (1 - diversity) · relevance - diversity · (similarity to the most similar one above). Relevance is mapped to 0..1 over the
/// list first, because fused scores and cosines have different ranges.
/// </summary>
public sealed class MaximalMarginalRelevance(int depth)
{
    /// <summary>Reorders the best candidates.</summary>
    /// <param name="candidates">Best first, with vectors.</param>
    /// <param name="diversity">0 changes nothing, 1 looks at difference alone.</param>
    /// <returns>The same candidates. Those below the depth follow as they were.</returns>
    public List<Candidate> Reorder(IReadOnlyList<Candidate> candidates, double diversity)
    {
        if (!(diversity is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(diversity), diversity, "Diversity must be 0..1.");
        if (diversity == 0 || candidates.Count < 2)
            return [.. candidates];
        int count = Math.Min(depth, candidates.Count);
        double high = candidates.Take(count).Max(c => c.Relevance), low = candidates.Take(count).Min(c => c.Relevance);
        double range = high > low ? high - low : 1;

        double[] nearest = new double[count];
        bool[] taken = new bool[count];
        List<Candidate> order = new(candidates.Count);
        while (order.Count < count)
        {
            int best = -1;
            double bestValue = double.NegativeInfinity;
            for (int i = 0; i < count; i++)
            {
                double value = ((1 - diversity) * (candidates[i].Relevance - low) / range) - (diversity * nearest[i]);
                if (!taken[i] && value > bestValue)
                    (best, bestValue) = (i, value);
            }

            Candidate next = candidates[best];
            taken[best] = true;
            Explain(next, diversity * nearest[best], best + 1, order.Count + 1);
            for (int i = 0; i < count; i++)
            {
                if (!taken[i] && next.Vector is { } a && candidates[i].Vector is { } b)
                    nearest[i] = order.Count == 0 ? UnitVector.Dot(a, b) : Math.Max(nearest[i], UnitVector.Dot(a, b));
            }

            order.Add(next);
        }

        order.AddRange(candidates.Skip(count));
        return order;
    }

    private static void Explain(Candidate candidate, double penalty, int before, int after)
    {
        if (candidate.Explanation is not { } explanation)
            return;
        explanation.DiversityPenalty = penalty;
        string move = after == before ? $"stays at place {after}" : $"goes from place {before} to {after}";
        explanation.Add("diversity", $"Loses {penalty:0.000} for resembling results above; {move}.");
    }
}
