namespace VisualSearch.Search;

/// <summary>
/// A failure that the caller can understand and act on: what was wrong, with which value, and what to do next.
/// The boundary (API, command line) maps every subtype once, by <see cref="Code"/>.
/// </summary>
public abstract class SearchException : Exception
{
    /// <summary>Creates the failure.</summary>
    /// <param name="code">A stable kebab-case word, such as <c>model-mismatch</c>.</param>
    /// <param name="message">What was wrong, with which value, and what to do.</param>
    /// <param name="inner">The cause, where another library reported it.</param>
    protected SearchException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>A stable kebab-case word for programs, such as <c>model-mismatch</c>.</summary>
    public string Code { get; }
}
