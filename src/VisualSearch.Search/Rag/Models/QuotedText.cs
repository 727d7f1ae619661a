using System.Buffers;
using System.Globalization;
using System.Text;

namespace VisualSearch.Search.Rag.Models;

/// <summary>
/// Makes text that others wrote safe to quote to a language model: it can neither leave its block nor look like the model's own marks.
/// Words stay as they are.
/// </summary>
/// <remarks>
/// Why each: &lt; and &gt; are in the special tokens of most models' templates (<c>&lt;|im_start|&gt;</c>, <c>&lt;start_of_turn&gt;</c>), and many
/// servers read those anywhere in a request as the start of a new turn; [ and ] are in Mistral's (<c>[INST]</c>), in our citations, and in
/// Markdown's links and pictures; three backticks open a block of code. Characters that can't be seen (control, zero-width, direction, tags)
/// carry text that people don't notice.
/// </remarks>
internal static class QuotedText
{
    /// <summary>What begins each line of a quotation. Since every line of it does, no line of it can be the line that closes it.</summary>
    public const string LineStart = "| ";

    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\n\r\u000B\u000C\u0085\u2028\u2029");

    /// <summary>On one line, at most <paramref name="most"/> characters, with "…" where it was longer.</summary>
    public static string OneLine(string text, int most = int.MaxValue)
    {
        var line = new StringBuilder(Math.Min(text.Length, most));
        bool gap = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value is ' ' or '\t' || Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator || (rune.IsBmp && LineEnds.Contains((char)rune.Value)))
            {
                gap = line.Length > 0;
                continue;
            }

            if (IsUnseen(rune))
                continue;
            if (line.Length >= most)
                return line.Append('…').ToString();
            if (gap)
                line.Append(' ');
            gap = false;
            line.Append(Harmless(rune).ToString());
        }

        return line.Replace("```", "'''").ToString();
    }

    /// <summary>Line by line, each with <see cref="LineStart"/> before it; empty lines are left out.</summary>
    public static string Block(string text)
    {
        var block = new StringBuilder(text.Length + 16);
        foreach (Range range in text.AsSpan().SplitAny(LineEnds))
        {
            string line = OneLine(text[range]);
            if (line.Length == 0)
                continue;
            if (block.Length > 0)
                block.Append('\n');
            block.Append(LineStart).Append(line);
        }

        return block.ToString();
    }

    private static bool IsUnseen(Rune rune) => Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        // Variation selectors, and fillers that are letters by category and yet blank.
        || rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF) or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x034F or 0x2800;

    private static Rune Harmless(Rune rune) => rune.Value switch
    {
        '<' or 0xFF1C or 0xFE64 => new Rune('‹'),
        '>' or 0xFF1E or 0xFE65 => new Rune('›'),
        '[' or 0xFF3B => new Rune('('),
        ']' or 0xFF3D => new Rune(')'),
        // DeepSeek's tokens are written with the wide bar.
        0xFF5C => new Rune('|'),
        _ => rune,
    };
}
