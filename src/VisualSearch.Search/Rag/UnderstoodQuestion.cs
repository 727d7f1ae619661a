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
/// <param name="Words">The words that say what it is about, in order, each once.</param>
/// <param name="Expects">What an answer to it looks like.</param>
/// <param name="Counted">The stem of what is counted in "how many …", the unit of time in "which year …"; null otherwise.</param>
public sealed record QuestionPart(string Text, IReadOnlyList<QuestionWord> Words, AnswerKind Expects, string? Counted);

/// <summary>A word that a question is about.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Stem">What words are compared by.</param>
/// <param name="Rarity">How much it tells: its inverse document frequency in the collection, above 0.</param>
/// <param name="IsName">Whether it is a name: a text without it is about something else.</param>
public sealed record QuestionWord(string Text, string Stem, double Rarity, bool IsName);

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
