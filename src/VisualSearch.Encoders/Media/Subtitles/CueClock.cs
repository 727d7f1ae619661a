using System.Globalization;
using System.Text.RegularExpressions;

namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>Reads the times of cues: <c>1:02:03,456</c>, <c>02:03.4</c>, and the lines with an arrow between two of them.</summary>
internal static partial class CueClock
{
    internal static bool HasArrow(ReadOnlySpan<char> line) => line.Contains('>') && TimingLine().IsMatch(line);

    /// <summary>Whether a line means to give times: it has an arrow and digits, readable or not.</summary>
    internal static bool IsTiming(string line) =>
        TimingLine().IsMatch(line) || (line.Contains("-->", StringComparison.Ordinal) && char.IsAsciiDigit(line.AsSpan().TrimStart()[0]));

    /// <summary>Both times of a timing line in seconds, or false where they can't be read.</summary>
    internal static bool TryReadLine(string line, out double start, out double end)
    {
        (start, end) = (0, 0);
        Match match = TimingLine().Match(line);
        return match.Success && TryRead(match.Groups[1].ValueSpan, out start) && TryRead(match.Groups[2].ValueSpan, out end);
    }

    /// <summary>Seconds of <c>[h:]m:s[.fraction]</c>, with a comma, a point or a colon before the fraction of three digits.</summary>
    internal static bool TryRead(ReadOnlySpan<char> text, out double seconds)
    {
        seconds = 0;
        Match match = Clock().Match(text.Trim().ToString());
        if (!match.Success) return false;
        double Number(int group) => match.Groups[group].Success ? double.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
        double fraction = match.Groups[5].Success ? Number(5) / Math.Pow(10, match.Groups[5].Length) : 0;
        seconds = (Number(2) * 3600) + (Number(3) * 60) + Number(4) + fraction;
        if (match.Groups[1].Length > 0) seconds = -seconds;
        return true;
    }

    // Spaces around colons and a missing fraction are common; up to four digits of hours bound the number.
    private const string Time = @"-?(?:\d{1,4}\s?:\s?)?\d{1,3}\s?:\s?\d{1,3}(?:\s?[.,:]\s?\d{1,9})?";

    [GeneratedRegex(@"^\s*(" + Time + @")\s*-{1,3}\s?>\s*(" + Time + @")(?=$|[^\d])")]
    private static partial Regex TimingLine();

    [GeneratedRegex(@"^(-?)(?:(\d{1,4})\s?:\s?)?(\d{1,3})\s?:\s?(\d{1,3})(?:\s?[.,:]\s?(\d{1,9}))?$")]
    private static partial Regex Clock();
}
