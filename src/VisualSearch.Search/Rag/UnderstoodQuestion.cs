using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Rag;

/// <summary>A question, read: what is looked for, and what an answer would look like.</summary>
public sealed record UnderstoodQuestion
{
    /// <summary>The question as it was asked.</summary>
    public required string Asked { get; init; }

    /// <summary>The question as it stands alone: with names of the conversation in place of "it" and "there".</summary>
    public required string Standalone { get; init; }

    /// <summary>The questions in it, one or more; each is looked for and answered by itself.</summary>
    public required IReadOnlyList<QuestionPart> Parts { get; init; }

    /// <summary>Only items that match may be a source: the query's own filter and what the words say; null for none.</summary>
    public Filter? Filter { get; init; }

    /// <summary>What was understood, for people: "balloon, Karlsvik; a number; only videos".</summary>
    public required string Phrase { get; init; }
}

/// <summary>One question of what was asked.</summary>
/// <param name="Text">The question.</param>
/// <param name="Words">The words that say something, in order, each once.</param>
/// <param name="Names">Those of <paramref name="Words"/> that are names: without them a text is about something else.</param>
/// <param name="Expects">What an answer to it looks like.</param>
/// <param name="Counted">What is counted in "how many …", or the kind of thing asked for in "which …"; null otherwise.</param>
public sealed record QuestionPart(string Text, IReadOnlyList<string> Words, IReadOnlyList<string> Names, AnswerKind Expects, string? Counted);

/// <summary>What an answer looks like.</summary>
public enum AnswerKind
{
    /// <summary>Anything.</summary>
    Statement,

    /// <summary>A person: "who".</summary>
    Person,

    /// <summary>A place: "where", "which town".</summary>
    Place,

    /// <summary>A time: "when", "which year", "on which day".</summary>
    Time,

    /// <summary>A count: "how many", "how old".</summary>
    Number,

    /// <summary>A number with a unit: "how heavy", "how far", "how much".</summary>
    Measure,

    /// <summary>A name: "what is it called".</summary>
    Name,
}
