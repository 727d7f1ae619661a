namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>Finds where sentences end, by punctuation alone: for English and its like, and for Chinese, Japanese and Korean.</summary>
public static class Sentences
{
    private static readonly HashSet<string> Abbreviations = new(StringComparer.OrdinalIgnoreCase)
    {
        // Not those that as often end a sentence as not: etc., p.m., Inc., no.
        "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "capt", "col", "gen", "lt", "sgt", "rev", "hon", "mt", "vs", "vol", "fig", "approx", "dept",
        "e.g", "i.e", "jan", "feb", "apr", "aug", "sept", "oct", "nov", "dec",
    };

    /// <summary>The parts of a text that are sentences, in order and without gaps: each takes the blanks behind it along. Empty for empty text.</summary>
    public static IReadOnlyList<Range> Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = new List<Range>();
        int from = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (!IsEnd(text, i)) continue;
            int end = i + 1;
            while (end < text.Length && (IsTerminator(text[end]) || IsCloser(text[end]))) end++;
            while (end < text.Length && char.IsWhiteSpace(text[end])) end++;
            parts.Add(from..end);
            (from, i) = (end, end - 1);
        }

        if (from < text.Length) parts.Add(from..text.Length);
        return parts;
    }

    /// <summary>Whether a letter belongs to a script without blanks between words.</summary>
    internal static bool IsUnspaced(char letter) => letter is
        (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u4DBF') or (>= '\u4E00' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF') or (>= '\u3000' and <= '\u303F')
        or (>= '\uFF01' and <= '\uFF9F');

    private static bool IsEnd(string text, int at)
    {
        char mark = text[at];
        if (mark is '。' or '！' or '？' or '．' or '｡' or '।' or '؟' or '۔') return true;
        if (mark is not ('.' or '!' or '?' or '…')) return false;
        int after = at + 1;
        while (after < text.Length && (IsTerminator(text[after]) || IsCloser(text[after]))) after++;
        if (after == text.Length) return true;
        if (!char.IsWhiteSpace(text[after])) return IsUnspaced(text[after]) && mark is '!' or '?' or '…';
        while (after < text.Length && (char.IsWhiteSpace(text[after]) || IsOpener(text[after]))) after++;
        if (after == text.Length || mark is '!' or '?') return true;
        // "Well… maybe" and "approx. five" go on; a sentence begins with a capital, a digit or a letter without case.
        if (char.IsLower(text[after])) return false;
        return mark == '…' || !IsAbbreviation(text, at);
    }

    private static bool IsAbbreviation(string text, int dot)
    {
        int from = dot;
        while (from > 0 && (char.IsLetter(text[from - 1]) || (text[from - 1] == '.' && from - 1 > 0 && char.IsLetter(text[from - 2])))) from--;
        string word = text[from..dot];
        if (word.Length == 1 && char.IsUpper(word[0]) && word != "I") return true;
        return Abbreviations.Contains(word);
    }

    private static bool IsTerminator(char letter) => letter is '.' or '!' or '?' or '…' or '。' or '！' or '？' or '．' or '｡';

    private static bool IsCloser(char letter) => letter is '"' or '\'' or ')' or ']' or '”' or '’' or '»' or '」' or '』' or '）' or '】' or '》';

    private static bool IsOpener(char letter) => letter is '"' or '\'' or '(' or '[' or '“' or '‘' or '«' or '「' or '『' or '（' or '¿' or '¡' or '-' or '–' or '—';
}
