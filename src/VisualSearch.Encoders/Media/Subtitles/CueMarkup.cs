using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>
/// Leaves of a cue what is said: tags, override codes, karaoke times, positions, dashes and arrows before speakers go; entities become
/// letters. Names in capitals before a colon stay, for "WARNING: ice" looks the same as "ANNA: ice".
/// </summary>
internal static partial class CueMarkup
{
    /// <summary>Of SubRip or WebVTT text.</summary>
    internal static string Plain(string text)
    {
        string bare = Override().Replace(text, "");
        bare = LineTag().Replace(bare, "\n");
        bare = Tag().Replace(bare, "");
        return Tidy(WebUtility.HtmlDecode(bare));
    }

    /// <summary>Of the text field of a SubStation event: a block in braces is an override or a remark, <c>\N</c> a line end; drawings are no text.</summary>
    internal static string PlainSubStation(string text)
    {
        var plain = new StringBuilder(text.Length);
        bool drawing = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '{' && text.IndexOf('}', i) is var close and > 0)
            {
                string block = text[i..close];
                // The last \p of a block counts: \p0 ends a drawing, \pos is a place.
                foreach (Match match in DrawingMode().Matches(block)) drawing = match.Groups[1].Value.AsSpan().TrimStart('0').Length > 0;
                i = close;
            }
            else if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is 'N' or 'n' or 'h')
            {
                if (!drawing) plain.Append(text[i + 1] == 'N' ? '\n' : ' ');
                i++;
            }
            else if (!drawing)
            {
                plain.Append(text[i]);
            }
        }

        return Tidy(plain.ToString());
    }

    /// <summary>Lines trimmed, runs of blanks made one, empty lines and invisible marks left out.</summary>
    private static string Tidy(string text)
    {
        var tidy = new StringBuilder(text.Length);
        foreach (string line in text.Split('\n'))
        {
            int from = tidy.Length;
            bool blank = false;
            foreach (char letter in line)
            {
                if (IsBlank(letter))
                {
                    blank = tidy.Length > from;
                    continue;
                }

                if (IsInvisible(letter)) continue;
                if (blank) tidy.Append(' ');
                blank = false;
                tidy.Append(letter);
            }

            int speaker = SpeakerLength(tidy, from);
            tidy.Remove(from, speaker);
            if (tidy.Length > from) tidy.Append('\n');
        }

        if (tidy.Length > 0 && tidy[^1] == '\n') tidy.Length--;
        return tidy.ToString();
    }

    /// <summary>The marks that say "another person speaks": a dash or arrows before the first word.</summary>
    private static int SpeakerLength(StringBuilder text, int from)
    {
        int at = from;
        while (at < text.Length && text[at] is '-' or '–' or '—' or '>') at++;
        bool arrows = at - from >= 2 && text[from] == '>';
        bool dash = at - from == 1 && text[from] != '>';
        if (!arrows && !dash) return at == text.Length ? at - from : 0;
        // "-5 degrees" is a number and "--" a pause: a dash for a speaker has a blank or a letter behind it.
        if (dash && at < text.Length && char.IsDigit(text[at])) return 0;
        while (at < text.Length && text[at] == ' ') at++;
        return at - from;
    }

    private static bool IsBlank(char letter) => char.IsWhiteSpace(letter) || letter is '\u200B' or '\u2060';

    // Notes around songs, direction marks, soft hyphens and control characters carry no words; joiners (200C, 200D) do and stay.
    private static bool IsInvisible(char letter) => char.IsControl(letter)
        || letter is '\u00AD' or '\u200E' or '\u200F' or '\uFEFF' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '♪' or '♫' or '♬' or '♩';

    // {\an8}, {\i1} as SubStation has them in other formats, and MicroDVD's {y:i}.
    [GeneratedRegex(@"\{(?:\\|[A-Za-z]:)[^{}]*\}")]
    private static partial Regex Override();

    [GeneratedRegex(@"<\s*(?:br|p|div)\b[^<>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex LineTag();

    // Only names that subtitles use and WebVTT's times: "3 < 5 and 6 > 4" and "<3" are text.
    [GeneratedRegex(@"<\s*(?:/\s*)?(?:b|i|u|s|c|v|lang|ruby|rt|rp|font|span|em|strong|small|big|a|p|div)(?:[\s.][^<>]*)?/?>|<\d+:[\d:.]+>|<!--.*?-->", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\\p(\d+)")]
    private static partial Regex DrawingMode();
}
