namespace VisualSearch.Search.Rag.Evidence;

/// <summary>The stage "re-rank": which evidence is looked at first.</summary>
public interface IEvidenceRanking
{
    /// <summary>Scores evidence anew.</summary>
    /// <param name="question">What is looked for.</param>
    /// <param name="found">What was found.</param>
    /// <returns>The same evidence with scores, the best first.</returns>
    IReadOnlyList<FoundEvidence> Rank(UnderstoodQuestion question, IReadOnlyList<FoundEvidence> found);
}
