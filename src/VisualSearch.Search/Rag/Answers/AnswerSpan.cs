using System.Text.RegularExpressions;
using VisualSearch.Search.Rag.Words;

namespace VisualSearch.Search.Rag.Answers;

/// <summary>Finds the words of a sentence that are the answer itself: the year to "when", the name to "who".</summary>
internal static partial class AnswerSpan
{
    private static readonly HashSet<string> NumberWords =
    [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
        "eighteen", "nineteen", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "dozen", "half",
    ];

    private static readonly HashSet<string> PlaceWords = ["from", "in", "at", "to", "near", "of", "off", "around"];
    private static readonly HashSet<string> NameWords = ["called", "named", "name", "names"];

    /// <summary>The answer in a sentence; null where it has none of the kind, or the kind is a statement.</summary>
    /// <param name="part">The question.</param>
    /// <param name="sentence">The sentence.</param>
    public static string? Find(QuestionPart part, string sentence) => part.Expects switch
    {
        AnswerKind.Time => Matched(part.Counted is "year" ? Year() : Time(), sentence),
        AnswerKind.Measure => Matched(Measure(), sentence),
        AnswerKind.Number => Number(part, sentence),
        AnswerKind.Person => Names(part, sentence).OrderByDescending(static name => name.Words).Select(static name => name.Text).FirstOrDefault(),
        AnswerKind.Place => Behind(part, sentence, PlaceWords),
        AnswerKind.Name => Behind(part, sentence, NameWords),
        _ => null,
    };

    private static string? Matched(Regex pattern, string sentence) => pattern.Match(sentence) is { Success: true } match ? match.Value : null;

    // "Thirteen pears": the number before what is counted; else the first that is no year.
    private static string? Number(QuestionPart part, string sentence)
    {
        List<Word> words = Word.In(sentence);
        List<int> numbers = [.. Enumerable.Range(0, words.Count).Where(i => IsNumber(words[i].Text))];
        if (numbers.Count == 0)
            return null;
        if (part.Counted is { } counted)
        {
            int at = words.FindIndex(word => word.Stem == counted);
            numbers.RemoveAll(i => at < 0 || i > at || at - i > 3);
        }

        return numbers.Count > 0 ? words[numbers[^1]].Text : null;
    }

    private static bool IsNumber(string word) =>
        word.All(char.IsAsciiDigit) || word.ToLowerInvariant().Split('-').All(part => NumberWords.Contains(part));

    // A name behind such a word first; else any name.
    private static string? Behind(QuestionPart part, string sentence, HashSet<string> openers)
    {
        List<Name> names = Names(part, sentence);
        return (names.Find(name => openers.Contains(name.Before)) ?? names.FirstOrDefault())?.Text;
    }

    // Runs of capitalised words that the question does not have itself. One capital at the beginning of a sentence says nothing.
    private static List<Name> Names(QuestionPart part, string sentence)
    {
        List<Word> words = Word.In(sentence);
        List<Name> names = [];
        for (int i = 0; i < words.Count;)
        {
            int to = i;
            while (to < words.Count && words[to].IsCapitalised && words[to].Text != "I" && (to == i || IsBlank(sentence, words[to - 1].End, words[to].Start))) to++;
            int from = i;
            i = Math.Max(to, i + 1);
            if (from == 0 && to > from && FunctionWords.Has(words[from].Text))
                from++;
            if (to == from || (from == 0 && to == 1) || words[from..to].TrueForAll(word => part.Words.Any(asked => asked.Stem == word.Stem)))
                continue;
            names.Add(new Name(sentence[words[from].Start..words[to - 1].End], to - from, from == 0 ? "" : words[from - 1].Text.ToLowerInvariant()));
        }

        return names;
    }

    private static bool IsBlank(string text, int from, int to) => text.AsSpan(from, to - from).IsWhiteSpace();

    private sealed record Name(string Text, int Words, string Before);

    [GeneratedRegex(@"\b(?:1\d{3}|20\d\d)\b", RegexOptions.CultureInvariant)]
    private static partial Regex Year();

    [GeneratedRegex(
        """
        \b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?
          |(?:(?:\d{1,2}\s+)?(?:january|february|march|april|june|july|august|september|october|november|december)\b(?:\s+\d{1,2}\b)?(?:,?\s+\d{4})?)
          |1\d{3}|20\d\d|\d{1,2}[:.]\d\d(?:\s*[ap]m)?|\d{1,2}\s*(?:am|pm|o['’]clock)|(?:spring|summer|autumn|winter|noon|midnight|yesterday|today|tomorrow))\b
        """, RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Time();

    [GeneratedRegex(
        """
        [$€£¥]\s?\d[\d.,]*(?:\s*(?:million|billion|thousand))?
        |\b(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|a\s+hundred|a\s+thousand|half\s+an?)(?:-\w+)?(?:\s+(?:hundred|thousand|million))?
          [\s-]*(?:%|percent|per\s+cent|dollars?|euros?|pounds?|crowns?|cents?|coins|kg|kilo(?:gram)?s?|grams?|g|tons?|tonnes?|ounces?|km|kilomet(?:er|re)s?|m|met(?:er|re)s?|cm|mm|miles?|feet|foot|inch(?:es)?
          |seconds?|minutes?|hours?|days?|weeks?|months?|years?|lit(?:er|re)s?|gallons?|degrees?|knots|mph|km/h)\b
        """, RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Measure();
}
