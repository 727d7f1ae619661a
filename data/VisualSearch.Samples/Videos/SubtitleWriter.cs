using System.Globalization;
using System.Text;

namespace VisualSearch.Samples.Videos;

/// <summary>Writes what a narrator says in the formats that subtitles come in.</summary>
internal static class SubtitleWriter
{
    private const int LineLength = 42;

    internal static string SubRip(VideoPlan plan)
    {
        var text = new StringBuilder();
        int number = 0;
        foreach (SpokenLine line in plan.Lines) text.Append($"{++number}\n{Clock(line.Start, ',')} --> {Clock(line.End, ',')}\n{Broken(line.Text, "\n")}\n\n");
        return text.ToString();
    }

    internal static string WebVtt(VideoPlan plan)
    {
        var text = new StringBuilder($"WEBVTT - {plan.Title}\n\nNOTE What {plan.Host} says.\n\n");
        foreach (SpokenLine line in plan.Lines) text.Append($"{Clock(line.Start, '.')} --> {Clock(line.End, '.')} line:85%\n<v {plan.Host}>{Broken(line.Text, "\n")}\n\n");
        return text.ToString();
    }

    internal static string SubStation(VideoPlan plan)
    {
        var text = new StringBuilder("[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize\nStyle: Default,Sans,20\n\n[Events]\n");
        text.Append("Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n");
        foreach (SpokenLine line in plan.Lines)
        {
            text.Append($"Dialogue: 0,{Clock(line.Start, '.')[1..^1]},{Clock(line.End, '.')[1..^1]},Default,{plan.Host},0,0,0,,{{\\i1}}{Broken(line.Text, "\\N")}{{\\i0}}\n");
        }

        return text.ToString();
    }

    private static string Clock(double seconds, char point)
    {
        long milliseconds = (long)Math.Round(seconds * 1000);
        return string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 3_600_000:00}:{milliseconds / 60_000 % 60:00}:{milliseconds / 1000 % 60:00}{point}{milliseconds % 1000:000}");
    }

    /// <summary>Broken into lines of at most 42 letters, as subtitles are.</summary>
    private static string Broken(string text, string lineEnd)
    {
        var broken = new StringBuilder(text.Length + 8);
        int length = 0;
        foreach (string word in text.Split(' '))
        {
            bool fits = length == 0 || length + 1 + word.Length <= LineLength;
            broken.Append(length == 0 ? "" : fits ? " " : lineEnd).Append(word);
            length = fits && length > 0 ? length + 1 + word.Length : word.Length;
        }

        return broken.ToString();
    }
}
