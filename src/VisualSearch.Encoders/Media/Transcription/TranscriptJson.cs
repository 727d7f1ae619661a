using System.Globalization;
using System.Text;
using System.Text.Json;
using VisualSearch.Encoders.Media.Subtitles;

namespace VisualSearch.Encoders.Media.Transcription;

/// <summary>
/// Reads what speech recognizers write as JSON: whisper.cpp's <c>{"transcription": [{"offsets": {"from": ms, "to": ms}, "text"}]}</c> and
/// <c>{"segments": [{"start": s, "end": s, "text"}]}</c> of Whisper and its like, or such an array alone.
/// </summary>
internal static class TranscriptJson
{
    internal static SubtitleTrack Read(byte[] json, string input)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            JsonElement segments = root.ValueKind == JsonValueKind.Array ? root
                : root.ValueKind == JsonValueKind.Object && root.TryGetProperty("transcription", out JsonElement lines) ? lines
                : root.ValueKind == JsonValueKind.Object && root.TryGetProperty("segments", out lines) ? lines : default;
            if (segments.ValueKind != JsonValueKind.Array) throw new FormatException("it has no array \"transcription\" or \"segments\"");

            // Written as SubRip, so that times and text go the one way that all subtitles go.
            var text = new StringBuilder();
            int number = 0;
            foreach (JsonElement segment in segments.EnumerateArray())
            {
                (double start, double end) = segment.TryGetProperty("offsets", out JsonElement offsets)
                    ? (offsets.GetProperty("from").GetDouble() / 1000, offsets.GetProperty("to").GetDouble() / 1000)
                    : (segment.GetProperty("start").GetDouble(), segment.GetProperty("end").GetDouble());
                string said = (segment.GetProperty("text").GetString() ?? "").ReplaceLineEndings(" ").Trim();
                if (said.Length > 0) text.Append(CultureInfo.InvariantCulture, $"{++number}\n{Clock(start)} --> {Clock(end)}\n{said}\n\n");
            }

            return number == 0 ? new SubtitleTrack(SubtitleFormat.SubRip, [], []) : SubtitleFile.Read(text.ToString(), "transcript.srt");
        }
        catch (Exception exception) when (exception is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            throw new TranscriptionException($"{input} has no transcript: the JSON of the command can't be read: {exception.Message}", exception);
        }
    }

    private static string Clock(double seconds)
    {
        if (double.IsNaN(seconds) || Math.Abs(seconds) > 3_600_000) throw new FormatException($"{seconds} is no time in seconds");
        var time = TimeSpan.FromMilliseconds(Math.Round(Math.Max(0, seconds) * 1000));
        return string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00},{time.Milliseconds:000}");
    }
}
