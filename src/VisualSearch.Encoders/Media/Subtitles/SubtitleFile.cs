namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>Reads subtitle files: SubRip, WebVTT and SubStation Alpha, as people and converters write them.</summary>
/// <remarks>
/// <code>
/// bytes ─► SubtitleEncoding ─► text ─► TimedBlocks (srt, vtt) or SubStationEvents (ass, ssa) ─► raw cues with their line
///          BOM, UTF-8, legacy          each cue through CueMarkup: plain words
///       ─► CueTimes ─► RollingCaptions ─► SubtitleTrack
///          repaired, in order    repeats left out
/// </code>
/// Bad content never throws: what can be read is read, and the rest is said in <see cref="SubtitleTrack.Warnings"/>.
/// </remarks>
public static class SubtitleFile
{
    /// <summary>The longest content that is read: 32 MiB, some hundred times the subtitles of a long film, so that a mis-named file can't fill memory.</summary>
    public const int MaxBytes = 32 << 20;

    /// <summary>Reads the bytes of a file; the encoding is found out (see <see cref="SubtitleEncoding"/>).</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">Its name or path; the extension is a hint where the content leaves a choice.</param>
    /// <param name="legacyCodePage">Windows or ISO code page (as <c>CodePagesEncodingProvider</c> knows it) of bytes that are not UTF-8; default 1252, Western European.</param>
    /// <exception cref="ArgumentException">There is no such code page.</exception>
    public static SubtitleTrack Read(ReadOnlySpan<byte> bytes, string name, int legacyCodePage = SubtitleEncoding.WesternEuropean)
    {
        ArgumentNullException.ThrowIfNull(name);
        var warnings = new SubtitleWarnings();
        if (bytes.Length > MaxBytes)
        {
            warnings.Add($"it has {bytes.Length:N0} bytes, more than the {MaxBytes:N0} allowed; nothing of it is read");
            return new SubtitleTrack(SubtitleFormat.None, [], warnings.ToList());
        }

        return Read(SubtitleEncoding.Decode(bytes, legacyCodePage, warnings), name, warnings);
    }

    /// <summary>Reads text, for example what a program wrote to its standard output.</summary>
    /// <param name="text">The whole content.</param>
    /// <param name="name">A name or path; the extension is a hint where the content leaves a choice.</param>
    public static SubtitleTrack Read(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        return Read(text, name, new SubtitleWarnings());
    }

    private static SubtitleTrack Read(string text, string name, SubtitleWarnings warnings)
    {
        string[] lines = text.TrimStart('\uFEFF').ReplaceLineEndings("\n").Split('\n');
        SubtitleFormat format = FormatOf(lines, name);
        List<RawCue> cues = format switch
        {
            SubtitleFormat.SubStation => SubStationEvents.Read(lines, warnings),
            SubtitleFormat.None => [],
            _ => TimedBlocks.Read(lines, format == SubtitleFormat.WebVtt, warnings),
        };
        if (string.IsNullOrWhiteSpace(text)) warnings.Add("it is empty");
        else if (cues.Count == 0 && warnings.AreNone) warnings.Add("no subtitles were found in it; .srt, .vtt, .ass and .ssa are read");

        // Signs in SubStation files and voices in WebVTT stand beside each other on purpose; SubRip has one cue at a time.
        List<SubtitleCue> timed = CueTimes.Repair(cues, cutOverlaps: format == SubtitleFormat.SubRip && !RollingCaptions.Roll(cues), warnings);
        bool rolling = RollingCaptions.Roll(timed);
        return new SubtitleTrack(format, rolling ? RollingCaptions.Unroll(timed) : RollingCaptions.MergeRepeats(timed), warnings.ToList()) { Rolling = rolling };
    }

    private static SubtitleFormat FormatOf(string[] lines, string name)
    {
        int first = Array.FindIndex(lines, static line => !string.IsNullOrWhiteSpace(line));
        if (first >= 0 && lines[first].TrimStart().StartsWith("WEBVTT", StringComparison.Ordinal)) return SubtitleFormat.WebVtt;
        foreach (string line in lines)
        {
            ReadOnlySpan<char> trimmed = line.AsSpan().Trim();
            if (trimmed.StartsWith("[Script Info]", StringComparison.OrdinalIgnoreCase) || trimmed.Equals("[Events]", StringComparison.OrdinalIgnoreCase)
                || trimmed.StartsWith("Dialogue:", StringComparison.OrdinalIgnoreCase))
            {
                return SubtitleFormat.SubStation;
            }

            if (CueClock.HasArrow(trimmed))
            {
                return Path.GetExtension(name).Equals(".vtt", StringComparison.OrdinalIgnoreCase) ? SubtitleFormat.WebVtt : SubtitleFormat.SubRip;
            }
        }

        // Nothing in it can be read: under its own name the reader tells line by line why.
        return Path.GetExtension(name).ToUpperInvariant() switch
        {
            ".SRT" => SubtitleFormat.SubRip,
            ".VTT" => SubtitleFormat.WebVtt,
            ".ASS" or ".SSA" => SubtitleFormat.SubStation,
            _ => SubtitleFormat.None,
        };
    }
}
