namespace VisualSearch.Search.Rag;

/// <summary>Puts an answer into words, from a question and numbered sources. May be called from any number of threads.</summary>
public interface IAnswerer
{
    /// <summary>What people are told who answered: "extractive", or the name of a language model.</summary>
    string Name { get; }

    /// <summary>The server that questions and sources are sent to; null where nothing leaves this machine.</summary>
    string? RemoteHost => null;

    /// <summary>Answers. Each sentence ends with the numbers of its sources, such as "[2]" or "[1][3]".</summary>
    /// <param name="question">The question and its sources.</param>
    /// <param name="cancellation">Ends the answer, and whatever makes it.</param>
    /// <returns>Pieces of the answer, as they come.</returns>
    IAsyncEnumerable<AnswerPiece> AnswerAsync(GroundedQuestion question, CancellationToken cancellation = default);
}

/// <summary>A piece of an answer.</summary>
/// <param name="Text">Words that follow on those before; may be empty.</param>
public sealed record AnswerPiece(string Text)
{
    /// <summary>The words that are the answer itself, where they are known.</summary>
    public string? Short { get; init; }

    /// <summary>Numbers of the sources whose pictures the answerer looks at, on a piece before the first words: what it sees there no text can confirm.</summary>
    public IReadOnlyList<int> LooksAt { get; init; } = [];

    /// <summary>True on a piece that says that the sources don't answer the question, or one of several. It claims nothing, and needs no source.</summary>
    public bool NotFound { get; init; }

    /// <summary>What was considered and why this was said, for whoever asks for an explanation; a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Tokens read and written, on the last piece of an answer by a language model.</summary>
    public TokenUsage? Usage { get; init; }
}
