using System.Globalization;
using System.Text;

namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// Splits a lower-case text into CLIP's words, one at a time and without allocating: the marks <c>&lt;|startoftext|&gt;</c> and
/// <c>&lt;|endoftext|&gt;</c>, the English endings after an apostrophe, a run of letters, one digit, or a run of anything else
/// that is no white space.
/// </summary>
/// <remarks>
/// The same as the pattern <c>&lt;\|startoftext\|&gt;|&lt;\|endoftext\|&gt;|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+</c>
/// over code points. Written by hand because .NET's expressions see UTF-16 units, to which the letters and digits beyond
/// U+FFFF (CJK extension B, mathematical alphabets) are surrogates and so neither letter nor digit.
/// </remarks>
internal ref struct WordSplitter(ReadOnlySpan<char> text)
{
    private static readonly string[] Endings = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

    private ReadOnlySpan<char> _rest = text;

    private enum Kind
    {
        Space,
        Letter,
        Number,
        Other,
    }

    /// <summary>Takes the next word.</summary>
    /// <param name="word">The word, a part of the text; empty at the end.</param>
    /// <returns>Whether there was one.</returns>
    public bool TryNext(out ReadOnlySpan<char> word)
    {
        while (!_rest.IsEmpty)
        {
            Kind kind = Classify(_rest, out int length);
            if (kind != Kind.Space)
            {
                word = _rest[..WordLength(kind, length)];
                _rest = _rest[word.Length..];
                return true;
            }

            _rest = _rest[length..];
        }

        word = default;
        return false;
    }

    private readonly int WordLength(Kind kind, int first)
    {
        if (_rest[0] == '<')
        {
            foreach (string mark in (ReadOnlySpan<string>)[ClipTokenizer.Start, ClipTokenizer.End])
            {
                if (_rest.StartsWith(mark, StringComparison.Ordinal))
                {
                    return mark.Length;
                }
            }
        }
        else if (_rest[0] == '\'')
        {
            foreach (string ending in Endings)
            {
                if (_rest.StartsWith(ending, StringComparison.Ordinal))
                {
                    return ending.Length;
                }
            }
        }

        int end = first;
        while (kind != Kind.Number && end < _rest.Length && Classify(_rest[end..], out int length) == kind)
        {
            end += length;
        }

        return end;
    }

    private static Kind Classify(ReadOnlySpan<char> text, out int length)
    {
        char c = text[0];
        if (char.IsAscii(c))
        {
            length = 1;
            return char.IsAsciiLetter(c) ? Kind.Letter
                : char.IsAsciiDigit(c) ? Kind.Number
                : char.IsWhiteSpace(c) ? Kind.Space
                : Kind.Other;
        }

        // A lone surrogate decodes to U+FFFD, of the category OtherSymbol, and counts as one unit.
        Rune.DecodeFromUtf16(text, out Rune rune, out length);
        return Rune.GetUnicodeCategory(rune) switch
        {
            <= UnicodeCategory.OtherLetter => Kind.Letter,
            UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Number,
            _ => Rune.IsWhiteSpace(rune) ? Kind.Space : Kind.Other,
        };
    }
}
