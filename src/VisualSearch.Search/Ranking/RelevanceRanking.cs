namespace VisualSearch.Search.Ranking;

/// <summary>
/// The stage "rank": one relevance for each candidate, and the order by it. Visual search ranks by exact cosine, words by
/// BM25 (and by meaning, where there are passages), hybrid by fusing again, now with exact similarities: a candidate that only the words
/// found takes part in both.
/// A learned ranker replaces this stage later.
/// </summary>
public sealed class RelevanceRanking(IFusion fusion)
{
    /// <summary>Writes <see cref="Candidate.Relevance"/> and orders by it.</summary>
    /// <param name="candidates">The rescored candidates.</param>
    /// <param name="mode">Visual, text or hybrid.</param>
    /// <param name="bestText">About what a text with each of the query's words once would score; 0 where that is not known.</param>
    /// <param name="curves">What a score of each list says of the chance that it is right.</param>
    /// <returns>The same candidates, best first; ties by exact similarity, then by id, so that the order is always the same.</returns>
    public List<Candidate> Rank(IReadOnlyList<Candidate> candidates, SearchMode mode, double bestText = 0, ListCurves curves = default)
    {
        bool spoken = candidates.Any(c => c.PassageScore is not null);
        double[]? fused = mode == SearchMode.Hybrid || spoken
            ? fusion.Scores(new FusionLists(
                [.. candidates.Select(c => mode == SearchMode.Hybrid ? (double?)(c.ExactScore ?? c.VisualScore) : null)],
                [.. candidates.Select(c => (double?)c.TextScore)],
                spoken ? [.. candidates.Select(c => (double?)c.PassageScore)] : [],
                bestText, curves))
            : null;
        for (int i = 0; i < candidates.Count; i++)
        {
            Candidate candidate = candidates[i];
            candidate.Relevance = mode switch
            {
                SearchMode.Visual => candidate.ExactScore ?? candidate.VisualScore ?? -1,
                SearchMode.Text => fused?[i] ?? candidate.TextScore ?? 0,
                SearchMode.Hybrid => fused![i],
                _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Auto must be resolved before ranking."),
            };
            candidate.Explanation?.Add("rank", mode switch
            {
                SearchMode.Visual => $"Ordered by similarity alone: {candidate.Relevance:0.000}.",
                SearchMode.Text => $"Ordered by {(spoken ? "words and their meaning" : "words alone")}: {candidate.Relevance:0.00}.",
                _ => $"Exact similarity and words together give {candidate.Relevance:0.000}.",
            });
        }

        return ByRelevance(candidates);
    }

    /// <summary>The one order that ranking and boosting share.</summary>
    internal static List<Candidate> ByRelevance(IEnumerable<Candidate> candidates) =>
        [.. candidates.OrderByDescending(c => c.Relevance).ThenByDescending(c => c.ExactScore ?? -1).ThenBy(c => c.ItemId)];
}
