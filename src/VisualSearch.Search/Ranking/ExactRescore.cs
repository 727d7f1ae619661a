using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Ranking;

/// <summary>
/// The stage "rescore": the cosine of the query with every candidate's float32 vector. It corrects what the index's compact
/// codes blurred, and gives candidates that only words found a visual score too, so that all can be compared. A candidate that
/// was found by a part of it keeps that part's score, which was exact already.
/// </summary>
public sealed class ExactRescore(IStore store, int dimension)
{
    /// <summary>Writes <see cref="Candidate.ExactScore"/>, and the vectors where later stages need them.</summary>
    /// <param name="candidates">The candidates; their order stays.</param>
    /// <param name="query">The query's unit vector, or empty when the query has none.</param>
    /// <param name="keepVectors">Whether collapse or diversity will compare candidates with each other.</param>
    public void Apply(IReadOnlyList<Candidate> candidates, ReadOnlySpan<float> query, bool keepVectors)
    {
        if (query.IsEmpty && !keepVectors)
            return;
        float[] scratch = new float[dimension];
        foreach (Candidate candidate in candidates)
        {
            float[] vector = keepVectors ? new float[dimension] : scratch;
            if (!store.TryGetVector(candidate.ItemId, vector))
                continue;
            if (keepVectors)
                candidate.Vector = vector;
            if (!query.IsEmpty)
                candidate.ExactScore = candidate.Region is { } region ? region.Similarity : UnitVector.Dot(query, vector);
            if (candidate.Explanation is { } explanation && candidate.ExactScore is { } exact)
            {
                explanation.ExactSimilarity = exact;
                explanation.Add("rescore", candidate.Region is null ? $"Similarity from the full vectors is {exact:0.000}." : $"Similarity of its best part is {exact:0.000}.");
            }
        }
    }
}
