using System.Globalization;
using System.Text;

namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// What BERT's uncased tokenizer does to a text before it looks words up (Google's <c>BasicTokenizer</c>): control characters out,
/// Chinese characters apart, lower-case, accents off; then <see cref="WordsOf"/> splits at white space and around punctuation.
/// </summary>
internal static class BertText
{
    /// <summary>The text as the splitter reads it.</summary>
    public static string Clean(ReadOnlySpan<char> text)
    {
        var clean = new StringBuilder(text.Length + 16);
        Span<char> units = stackalloc char[2];
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsSpace(rune))
                clean.Append(' ');
            else if (IsChinese(rune.Value))
                clean.Append(' ').Append(units[..rune.EncodeToUtf16(units)]).Append(' ');
            else if (!IsDropped(rune))
                clean.Append(units[..rune.EncodeToUtf16(units)]);
        }

        string lower = TextCleaning.Lower(clean.ToString());
        clean.Clear();
        Decompositions.AppendWithoutMarks(lower, clean);
        return clean.ToString();
    }

    /// <summary>The words of a cleaned text: runs between white space, each punctuation character alone.</summary>
    public static WordEnumerator WordsOf(ReadOnlySpan<char> clean) => new(clean);

    // The tab and the line ends are control characters to Unicode and white space to BERT.
    private static bool IsSpace(Rune rune) => rune.Value is ' ' or '\t' or '\n' or '\r' || IsSeparator(rune);

    private static bool IsSeparator(Rune rune) => !rune.IsAscii
        && Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static bool IsDropped(Rune rune) => rune.Value is 0 or 0xFFFD
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format;

    // Signs such as $ and ^ count as punctuation in ASCII although Unicode calls them symbols.
    private static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value is > ' ' and < 0x7F && !char.IsAsciiLetterOrDigit((char)rune.Value)
        : Rune.GetUnicodeCategory(rune) is UnicodeCategory.ConnectorPunctuation or UnicodeCategory.DashPunctuation
            or UnicodeCategory.OpenPunctuation or UnicodeCategory.ClosePunctuation or UnicodeCategory.InitialQuotePunctuation
            or UnicodeCategory.FinalQuotePunctuation or UnicodeCategory.OtherPunctuation;

    private static bool IsChinese(int code) => code
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0xF900 and <= 0xFAFF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2CEAF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>Walks over the words of a cleaned text without allocating.</summary>
    internal ref struct WordEnumerator(ReadOnlySpan<char> clean)
    {
        private ReadOnlySpan<char> _rest = clean;

        /// <summary>Takes the next word.</summary>
        /// <param name="word">The word, a part of the text; empty at the end.</param>
        /// <returns>Whether there was one.</returns>
        public bool TryNext(out ReadOnlySpan<char> word)
        {
            int end = 0;
            while (end < _rest.Length)
            {
                Rune.DecodeFromUtf16(_rest[end..], out Rune rune, out int length);
                if (rune.Value != ' ' && !IsPunctuation(rune))
                {
                    end += length;
                }
                else if (end > 0)
                {
                    break;
                }
                else if (rune.Value == ' ')
                {
                    _rest = _rest[length..];
                }
                else
                {
                    end = length;
                    break;
                }
            }

            word = _rest[..end];
            _rest = _rest[end..];
            return end > 0;
        }
    }
}
