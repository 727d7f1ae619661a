namespace VisualSearch.Search.Rag.Evidence;

/// <summary>The stage "retrieve": what there is to rest an answer on.</summary>
public interface IEvidenceRetrieval
{
    /// <summary>Finds evidence for every part of a question.</summary>
    /// <param name="question">What is looked for.</param>
    /// <param name="picture">The picture that the question is about, as vector of the collection's model; null for none.</param>
    /// <param name="cancellation">Ends the search between stages.</param>
    /// <returns>Part by part, the best first.</returns>
    IReadOnlyList<FoundEvidence> Retrieve(UnderstoodQuestion question, float[]? picture, CancellationToken cancellation);
}
