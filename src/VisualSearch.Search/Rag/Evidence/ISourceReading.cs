namespace VisualSearch.Search.Rag.Evidence;

/// <summary>The stage "see": looks closer at the few sources that were chosen.</summary>
public interface ISourceReading
{
    /// <summary>Fills in what the sources show.</summary>
    /// <param name="question">What is looked for.</param>
    /// <param name="sources">What was chosen.</param>
    /// <returns>The same sources, in the same order.</returns>
    IReadOnlyList<Source> Read(UnderstoodQuestion question, IReadOnlyList<Source> sources);
}
