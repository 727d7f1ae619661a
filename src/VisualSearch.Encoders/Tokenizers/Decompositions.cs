using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// Takes accents off: Unicode's canonical decomposition (NFD) without the nonspacing marks (category Mn), as BERT's uncased
/// tokenizer does it. <c>é</c> becomes <c>e</c>, <c>й</c> becomes <c>и</c>, <c>각</c> its three jamo.
/// </summary>
/// <remarks>
/// The product runs without ICU (<c>InvariantGlobalization</c>), where <c>string.Normalize</c> returns its input. The table beside
/// this file is written by <c>make_decompositions.py</c>; Hangul follows the formula of the Unicode standard, section 3.12.
/// Marks that are kept (Mc) stay in the order of the text: canonical ordering would exchange some of them in scripts of Bali and Java.
/// </remarks>
public static partial class Decompositions
{
    private const int FirstHangul = 0xAC00;
    private const int LastHangul = 0xD7A3;
    private const int Vowels = 21;
    private const int Trailers = 28;

    private static readonly FrozenDictionary<int, string> Table = Read();

    /// <summary>Writes a text without its accents.</summary>
    /// <param name="text">Any text; a lone surrogate is read as U+FFFD.</param>
    /// <param name="to">Takes the result at its end.</param>
    public static void AppendWithoutMarks(ReadOnlySpan<char> text, StringBuilder to)
    {
        int plain = text.IndexOfAnyExceptInRange('\0', '\x7F');
        if (plain < 0)
        {
            to.Append(text);
            return;
        }

        to.Append(text[..plain]);
        Span<char> units = stackalloc char[2];
        foreach (Rune rune in text[plain..].EnumerateRunes())
        {
            if (rune.IsAscii)
                to.Append((char)rune.Value);
            else if (rune.Value is >= FirstHangul and <= LastHangul)
                AppendJamo(rune.Value - FirstHangul, to);
            else if (Table.TryGetValue(rune.Value, out string? parts))
                to.Append(parts);
            else if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
                to.Append(units[..rune.EncodeToUtf16(units)]);
        }
    }

    private static void AppendJamo(int syllable, StringBuilder to)
    {
        to.Append((char)(0x1100 + (syllable / (Vowels * Trailers)))).Append((char)(0x1161 + (syllable / Trailers % Vowels)));
        if (syllable % Trailers > 0)
            to.Append((char)(0x11A7 + (syllable % Trailers)));
    }

    private static FrozenDictionary<int, string> Read()
    {
        var table = Several.ToDictionary(s => s.Letter, s => s.Parts);
        foreach ((int first, string bases) in Runs)
        {
            int letter = first;
            foreach (Rune rune in bases.EnumerateRunes())
            {
                if (rune.Value != ' ')
                    table.Add(letter, rune.ToString());
                letter++;
            }
        }

        return table.ToFrozenDictionary();
    }
}
