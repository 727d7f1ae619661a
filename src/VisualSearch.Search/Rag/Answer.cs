namespace VisualSearch.Search.Rag;

/// <summary>A whole answer.</summary>
public sealed record Answer
{
    /// <summary>The answer with its citations, such as "It was completed in 1953. [2]"; what to say instead where <see cref="Found"/> is false.</summary>
    public required string Text { get; init; }

    /// <summary>The words of <see cref="Text"/> that are the answer itself, such as "1953", of each question whose answer has such words, in order.</summary>
    public IReadOnlyList<string> Shorts { get; init; } = [];

    /// <summary>What the answer could rest on, in order of their numbers.</summary>
    public required IReadOnlyList<Source> Sources { get; init; }

    /// <summary>Numbers of the sources that the answer does cite, in order of first citation.</summary>
    public required IReadOnlyList<int> Cited { get; init; }

    /// <summary>False when the collection does not say: evidence was weak, and nothing is claimed.</summary>
    public required bool Found { get; init; }

    /// <summary>Who put it into words: "extractive", or the name of a language model.</summary>
    public required string Model { get; init; }

    /// <summary>Citations that were taken away because their source does not support the sentence, or does not exist.</summary>
    public int DroppedCitations { get; init; }

    /// <summary>Citations of sources whose text does not say that, and whose picture the model looked at: what it saw there is taken on trust.</summary>
    public int CitationsOnTrust { get; init; }

    /// <summary>Sentences that no source supports, and that therefore carry no citation.</summary>
    public int UnsupportedSentences { get; init; }

    /// <summary>Tokens that a language model read and wrote; null for the extractive answerer.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Where the time went.</summary>
    public required RagTimings Timings { get; init; }

    /// <summary>How it came about, where the query asked.</summary>
    public AnswerExplanation? Explanation { get; init; }
}

/// <summary>Tokens of one answer.</summary>
/// <param name="Input">Tokens the model read.</param>
/// <param name="Output">Tokens the model wrote.</param>
public sealed record TokenUsage(long Input, long Output);

/// <summary>Milliseconds in each stage of one answer.</summary>
/// <param name="Understand">Question to what is looked for.</param>
/// <param name="Retrieve">Searches.</param>
/// <param name="Rank">Ranking evidence, packing it into the budget and looking at its pictures.</param>
/// <param name="FirstText">From the question to the first words of the answer.</param>
/// <param name="Total">From the question to the end.</param>
public sealed record RagTimings(double Understand, double Retrieve, double Rank, double FirstText, double Total);
