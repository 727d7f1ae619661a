using VisualSearch.Search.Rag.Words;

namespace VisualSearch.Search.Rag.Questions;

/// <summary>Which words of a question ask, and for what (the "answer type" of question answering, Li and Roth 2002, in a few rules).</summary>
internal static class AnswerKinds
{
    private static readonly HashSet<string> Times = ["year", "day", "month", "date", "time", "hour", "week", "decade", "century", "season"];
    private static readonly HashSet<string> Places = ["town", "city", "place", "village", "country", "street", "island", "harbour", "harbor", "region"];
    private static readonly HashSet<string> People = ["person", "man", "woman", "people", "artist", "author", "composer", "host", "owner"];
    private static readonly HashSet<string> Measures = ["heavy", "far", "tall", "long", "deep", "wide", "high", "fast", "big", "large", "much", "expensive", "hot", "cold"];

    /// <summary>What a question expects.</summary>
    /// <param name="words">All of its words.</param>
    /// <returns>The kind, the range of words that only ask for it, and what is counted, or the unit of time asked for.</returns>
    public static (AnswerKind Kind, Span Asking, string? Counted) Of(List<Word> words)
    {
        int at = words.FindIndex(static word => word.Stem is "who" or "whom" or "whose" or "when" or "where" or "which" or "what" or "how");
        if (at < 0)
            return (AnswerKind.Statement, default, null);
        string next = at + 1 < words.Count ? words[at + 1].Text.ToLowerInvariant() : "";
        return words[at].Stem switch
        {
            "who" or "whom" => (AnswerKind.Person, new Span(at, at + 1), null),
            "whose" => (AnswerKind.Person, new Span(at, at + 1), null),
            "when" => (AnswerKind.Time, new Span(at, at + 1), null),
            "where" => (AnswerKind.Place, new Span(at, at + 1), null),
            "how" when next is "many" => (AnswerKind.Number, new Span(at, at + 2), at + 2 < words.Count ? Counted(words[at + 2]) : null),
            "how" when next is "old" => (AnswerKind.Number, new Span(at, at + 2), null),
            "how" when next is "often" => (AnswerKind.Statement, new Span(at, at + 2), null),
            "how" when Measures.Contains(next) => (AnswerKind.Measure, new Span(at, at + 1), null),
            "which" or "what" when Times.Contains(next) => (AnswerKind.Time, new Span(at, at + 2), next),
            "which" or "what" when Places.Contains(next) => (AnswerKind.Place, new Span(at, at + 2), null),
            "which" or "what" when People.Contains(next) => (AnswerKind.Person, new Span(at, at + 2), null),
            "which" or "what" when next is "name" => (AnswerKind.Name, new Span(at, at + 2), null),
            "what" when words[^1].Stem is "call" or "name" => (AnswerKind.Name, new Span(at, at + 1), null),
            _ => (AnswerKind.Statement, new Span(at, at + 1), null),
        };
    }

    /// <summary>The kind for people.</summary>
    public static string Name(AnswerKind kind) => kind switch
    {
        AnswerKind.Person => "a person",
        AnswerKind.Place => "a place",
        AnswerKind.Time => "a time",
        AnswerKind.Number => "a number",
        AnswerKind.Measure => "a number with a unit",
        AnswerKind.Name => "a name",
        _ => "a statement",
    };

    private static string? Counted(Word word) => FunctionWords.Has(word.Text) ? null : word.Stem;

    /// <summary>Words from one up to, but not with, another.</summary>
    internal readonly record struct Span(int From, int To);
}
