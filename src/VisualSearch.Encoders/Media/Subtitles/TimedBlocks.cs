using System.Text;

namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>Reads SubRip and WebVTT: a line of times, then lines of text.</summary>
/// <remarks>
/// A SubRip cue's text runs up to the next line of times, whatever stands between, because files have empty lines within cues and
/// none between them; the number above a line of times is not text. A WebVTT cue ends at the first empty line, as its specification says,
/// so the blocks between (<c>NOTE</c>, <c>STYLE</c>, <c>REGION</c>, identifiers) are never text.
/// </remarks>
internal static class TimedBlocks
{
    internal static List<RawCue> Read(string[] lines, bool isWebVtt, SubtitleWarnings warnings)
    {
        var cues = new List<RawCue>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (isWebVtt && IsComment(lines, i))
            {
                while (i < lines.Length && !string.IsNullOrWhiteSpace(lines[i])) i++;
                continue;
            }

            if (string.IsNullOrWhiteSpace(lines[i]) || !CueClock.IsTiming(lines[i])) continue;
            int end = isWebVtt ? EndOfBlock(lines, i + 1) : EndOfText(lines, i + 1);
            string text = CueMarkup.Plain(Join(lines, i + 1, end));
            if (!CueClock.TryReadLine(lines[i], out double start, out double stop))
            {
                warnings.AddAt(i + 1, $"\"{Shortened(lines[i])}\" gives no times; the cue is left out");
            }
            else if (text.Length > 0)
            {
                cues.Add(new RawCue(i + 1, start, stop, text));
            }

            i = end - 1;
        }

        return cues;
    }

    private static bool IsComment(string[] lines, int index)
    {
        if (index > 0 && !string.IsNullOrWhiteSpace(lines[index - 1])) return false;
        string line = lines[index].TrimEnd();
        if (line is "NOTE" || line.StartsWith("NOTE ", StringComparison.Ordinal) || line.StartsWith("NOTE\t", StringComparison.Ordinal)) return true;
        // An identifier may be called so, too: then the line of times follows.
        return line is "STYLE" or "REGION" && !(index + 1 < lines.Length && CueClock.HasArrow(lines[index + 1]));
    }

    private static int EndOfBlock(string[] lines, int from)
    {
        // Automatic captions begin with a line of one blank where the line before has left the screen.
        int end = from < lines.Length && lines[from].Length > 0 && string.IsNullOrWhiteSpace(lines[from]) ? from + 1 : from;
        while (end < lines.Length && !string.IsNullOrWhiteSpace(lines[end]) && !CueClock.HasArrow(lines[end])) end++;
        return end;
    }

    private static int EndOfText(string[] lines, int from)
    {
        int next = from;
        while (next < lines.Length && (string.IsNullOrWhiteSpace(lines[next]) || !CueClock.IsTiming(lines[next]))) next++;
        bool numbered = next < lines.Length && next > from && int.TryParse(lines[next - 1].AsSpan().Trim(), out _);
        return numbered ? next - 1 : next;
    }

    private static string Join(string[] lines, int from, int to)
    {
        var text = new StringBuilder();
        for (int i = from; i < to; i++) text.Append(lines[i]).Append('\n');
        return text.ToString();
    }

    private static string Shortened(string line) => line.Length <= 60 ? line.Trim() : line.AsSpan(0, 60).Trim().ToString() + "…";
}
