namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>
/// Reads the <c>[Events]</c> of SubStation Alpha files. The <c>Format:</c> line says which field is where; text comes last and may hold commas.
/// </summary>
/// <remarks>
/// Karaoke made by templates has one <c>fx</c> event for each syllable, and keeps the sung line as a comment of effect
/// <c>karaoke</c>: where a file has those, they are read instead of the syllables.
/// </remarks>
internal static class SubStationEvents
{
    private static readonly string[] DefaultFields = ["layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text"];

    internal static List<RawCue> Read(string[] lines, SubtitleWarnings warnings)
    {
        string[] fields = DefaultFields;
        var events = new List<(RawCue Cue, string Effect, bool IsComment)>();
        for (int i = 0; i < lines.Length; i++)
        {
            ReadOnlySpan<char> line = lines[i].AsSpan().Trim();
            if (line.StartsWith("Format:", StringComparison.OrdinalIgnoreCase))
            {
                string[] named = [.. line["Format:".Length..].ToString().Split(',').Select(static field => field.Trim().ToLowerInvariant())];
                // [V4+ Styles] has a Format line as well.
                if (named.Contains("start") && named.Contains("text")) fields = named;
                continue;
            }

            bool isComment = line.StartsWith("Comment:", StringComparison.OrdinalIgnoreCase);
            if (!isComment && !line.StartsWith("Dialogue:", StringComparison.OrdinalIgnoreCase)) continue;
            string[] values = line[(line.IndexOf(':') + 1)..].ToString().Split(',', fields.Length);
            string Value(string name) => Array.IndexOf(fields, name) is var at and >= 0 && at < values.Length ? values[at].Trim() : "";
            if (isComment && Value("effect") != "karaoke") continue;
            if (values.Length < fields.Length || !CueClock.TryRead(Value("start"), out double start) || !CueClock.TryRead(Value("end"), out double end))
            {
                warnings.AddAt(i + 1, "the event has no readable times or too few fields; it is left out");
                continue;
            }

            string text = CueMarkup.PlainSubStation(Value("text"));
            if (text.Length > 0) events.Add((new RawCue(i + 1, start, end, text), Value("effect"), isComment));
        }

        bool templated = events.Exists(static item => item.IsComment);
        return [.. events.Where(item => !(templated && item.Effect == "fx")).Select(static item => item.Cue)];
    }
}
