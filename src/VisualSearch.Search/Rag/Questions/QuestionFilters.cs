using System.Globalization;
using System.Text.RegularExpressions;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Rag.Questions;

/// <summary>
/// Finds filters in the words of a question: "show me videos from 2024 about boats" asks for videos, of that year. A kind counts only where
/// something is asked of it ("in the videos", "find pictures"), and a year only behind a kind: "who won the race in 1989?" has none.
/// </summary>
internal static partial class QuestionFilters
{
    /// <summary>What a question filters by.</summary>
    /// <param name="question">The question.</param>
    /// <returns>The question without those words, the filter or null, and what it says for people.</returns>
    public static (string About, Filter? Filter, IReadOnlyList<string> Phrases) Read(string question)
    {
        if (Asked().Match(question) is not { Success: true } match)
            return (question, null, []);
        List<Filter> filters = [];
        List<string> phrases = [];
        bool video = match.Groups["video"].Success;
        Filter picture = new Filter.Compare("kind", FilterOperator.Equal, FieldValue.From("picture"));
        filters.Add(video ? new Filter.Not(picture) : picture);
        phrases.Add(video ? "only videos" : "only pictures");
        if (match.Groups["year"].Success)
            AddYear(match, filters, phrases);
        if (match.Groups["tag"].Success)
        {
            string tag = match.Groups["tag"].Value;
            filters.Add(new Filter.Compare("tags", FilterOperator.Equal, FieldValue.From(tag)));
            phrases.Add($"tagged {tag}");
        }

        // "Show me videos" alone asks for no more: then the words themselves are what to look for.
        string rest = string.Concat(question.AsSpan(0, match.Index), match.Groups["keep"].ValueSpan, question.AsSpan(match.Index + match.Length)).Trim();
        return (rest.Any(char.IsLetter) ? rest : question, filters.Count == 1 ? filters[0] : new Filter.All(filters), phrases);
    }

    private static void AddYear(Match match, List<Filter> filters, List<string> phrases)
    {
        double year = Number(match.Groups["year"]);
        string when = match.Groups["when"].Value.ToLowerInvariant();
        if (match.Groups["to"].Success)
        {
            double last = Number(match.Groups["to"]);
            filters.Add(Year(FilterOperator.GreaterOrEqual, Math.Min(year, last)));
            filters.Add(Year(FilterOperator.LessOrEqual, Math.Max(year, last)));
            phrases.Add($"from {Math.Min(year, last)} to {Math.Max(year, last)}");
            return;
        }

        (FilterOperator compare, string word) = when switch
        {
            "since" => (FilterOperator.GreaterOrEqual, "since"),
            "after" => (FilterOperator.Greater, "after"),
            "before" => (FilterOperator.Less, "before"),
            "until" => (FilterOperator.LessOrEqual, "until"),
            _ => (FilterOperator.Equal, "from"),
        };
        filters.Add(Year(compare, year));
        phrases.Add($"{word} {year}");
    }

    private static Filter.Compare Year(FilterOperator compare, double year) => new("year", compare, FieldValue.From(year));

    private static double Number(Group digits) => double.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """
        \b(?<keep>show\s+me|find(?:\s+me)?|list|which|what|any|are\s+there|in|only|from)\s+
        (?:(?:the|all|any|some|my|of)\s+)*
        (?:(?<video>videos?|films?|clips?|movies?)|(?:pictures?|photos?|photographs?|images?))\b
        (?:\s+(?:that\s+(?:are|were)\s+)?(?:(?:taken|made|recorded|shot)\s+)?(?<when>from|of|in|since|after|before|until|between)\s+(?:the\s+year\s+)?(?<year>(?:19|20)\d\d)\b
          (?:\s*(?:and|to|-|–)\s*(?<to>(?:19|20)\d\d)\b)?)?
        (?:\s+tagged\s+(?:with\s+|as\s+)?["“']?(?<tag>[\p{L}\p{Nd}-]+)["”']?)?
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Asked();
}
