using System.Globalization;
using System.Text;

namespace VisualSearch.Search.Catalog;

/// <summary>
/// Turns what people type into an FTS5 expression that is never a syntax error: only runs of letters and digits are kept, each
/// in quotes, joined by OR. BM25 then ranks what has more of the words, and rarer ones, first.
/// </summary>
internal static class TextQuery
{
    /// <summary>Each word costs a look-up and a merge; nobody types more, but a pasted page would.</summary>
    public const int MaxWords = 64;

    // Words that say nothing about a picture and match nearly every caption; scoring all those rows took most of the time of a
    // query. They still count when nothing else is asked for.
    private static readonly HashSet<string> StopWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "its", "of", "on", "or", "that", "the",
        "their", "there", "this", "to", "was", "were", "with",
    };

    /// <summary>The words worth looking for, each once; none when the text has no word in it.</summary>
    /// <param name="text">Any text.</param>
    public static IReadOnlyList<string> Words(string text)
    {
        List<string> terms = Terms(text);
        if (terms.Exists(term => !StopWords.Contains(term)))
            terms.RemoveAll(StopWords.Contains);
        return terms;
    }

    /// <summary>The FTS5 expression for words of <see cref="Words"/>, of which there is at least one.</summary>
    /// <param name="words">The words.</param>
    /// <param name="join">OR or AND.</param>
    /// <param name="prefixes">True to accept words that only begin alike.</param>
    public static string Expression(IEnumerable<string> words, string join = "OR", bool prefixes = false) =>
        string.Join($" {join} ", words.Select(word => prefixes ? $"\"{Separate(word)}\"*" : $"\"{Separate(word)}\""));

    /// <summary>
    /// The text with a space around each ideograph, kana and Hangul syllable: these scripts do not separate words, and the
    /// tokenizer would take a whole sentence for one. A query's run becomes a phrase, so the characters must still be neighbours.
    /// </summary>
    public static string Separate(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\u2E80', '\uFFFF'))
            return text;
        var separated = new StringBuilder(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsUnspaced(rune.Value))
                separated.Append(' ').Append(rune).Append(' ');
            else
                separated.Append(rune);
        }
        return separated.ToString().Trim();
    }

    /// <summary>The runs of letters and digits of a text, as often as they come.</summary>
    /// <param name="text">Any text.</param>
    public static IEnumerable<string> Runs(string text)
    {
        var run = new StringBuilder();
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsWordPart(rune))
            {
                run.Append(rune);
            }
            else if (run.Length > 0)
            {
                yield return run.ToString();
                run.Clear();
            }
        }

        if (run.Length > 0)
            yield return run.ToString();
    }

    private static List<string> Terms(string text) => [.. Runs(text).Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxWords)];

    // As the unicode61 tokenizer: letters, numbers, marks (diacritics follow their letter) and private use.
    private static bool IsWordPart(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or
        UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or
        UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark or UnicodeCategory.DecimalDigitNumber or
        UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.PrivateUse;

    /// <summary>Whether a character belongs to a script without blanks between words.</summary>
    internal static bool IsUnspaced(int codePoint) => codePoint is
        (>= 0x2E80 and <= 0x2FDF) or    // radicals
        (>= 0x3040 and <= 0x30FF) or    // hiragana, katakana
        (>= 0x3400 and <= 0x4DBF) or    // ideographs, extension A
        (>= 0x4E00 and <= 0x9FFF) or    // ideographs
        (>= 0xAC00 and <= 0xD7A3) or    // Hangul syllables
        (>= 0xF900 and <= 0xFAFF) or    // compatibility ideographs
        (>= 0x20000 and <= 0x3FFFF);    // ideographs, further extensions
}
