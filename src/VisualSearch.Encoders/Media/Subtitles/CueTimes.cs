namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>Makes usable times of what files give: none negative, none reversed, in order, and no cue without end.</summary>
internal static class CueTimes
{
    // Nobody reads one cue for ten minutes: such an end is a slip, like 99:59:59 for "until the next".
    private const double LongestCue = 600;

    // A common rule for subtitles is at most 15 to 17 letters a second, shown for one to seven seconds.
    private const double LettersPerSecond = 15, ShortestReading = 1, LongestReading = 7;

    internal static List<SubtitleCue> Repair(List<RawCue> cues, bool cutOverlaps, SubtitleWarnings warnings)
    {
        var repaired = new List<RawCue>(cues.Count);
        double last = double.NegativeInfinity;
        foreach (RawCue cue in cues)
        {
            RawCue good = RepairOne(cue, warnings);
            if (good.Start < last) warnings.AddAt(cue.Line, $"starts at {good.Start:0.###} s, before the cue above it; cues are put in order of time");
            last = Math.Max(last, good.Start);
            repaired.Add(good);
        }

        // OrderBy is stable: what starts together keeps the order of the file.
        RawCue[] ordered = [.. repaired.OrderBy(static cue => cue.Start)];
        var result = new List<SubtitleCue>(ordered.Length);
        for (int i = 0; i < ordered.Length; i++)
        {
            RawCue cue = ordered[i];
            double end = cue.End;
            if (cutOverlaps && i + 1 < ordered.Length && ordered[i + 1].Start is var next && next < end && next > cue.Start)
            {
                // Converters leave frames of overlap; only more than that is worth telling.
                if (end - next > 0.1) warnings.AddAt(cue.Line, $"lasts until {end:0.###} s, when the next cue has been there since {next:0.###} s; it ends there");
                end = next;
            }

            result.Add(new SubtitleCue(cue.Start, end, cue.Text));
        }

        return result;
    }

    private static RawCue RepairOne(RawCue cue, SubtitleWarnings warnings)
    {
        double start = cue.Start, end = cue.End;
        if (start < 0 || end < 0)
        {
            warnings.AddAt(cue.Line, "a time is below zero; zero is taken");
            (start, end) = (Math.Max(0, start), Math.Max(0, end));
        }

        double reading = Math.Clamp(cue.Text.Length / LettersPerSecond, ShortestReading, LongestReading);
        if (end < start)
        {
            // A few seconds back: the two were swapped. Further: the end is a slip, and the start is what the order of cues confirms.
            bool swapped = start - end <= LongestReading;
            warnings.AddAt(cue.Line, $"ends at {end:0.###} s, before it starts at {start:0.###} s; {(swapped ? "the two are swapped" : "it is given the time to read it")}");
            (start, end) = swapped ? (end, start) : (start, start + reading);
        }
        else if (end == start)
        {
            warnings.AddAt(cue.Line, "ends when it starts; it is given the time to read it");
            end = start + reading;
        }
        else if (end - start > LongestCue)
        {
            warnings.AddAt(cue.Line, $"lasts {end - start:0} s; it is given the time to read it");
            end = start + reading;
        }

        return cue with { Start = start, End = end };
    }
}
