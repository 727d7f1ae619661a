namespace VisualSearch.Encoders.Media.Subtitles;

/// <summary>One thing said or shown: its time span and its words.</summary>
/// <param name="Start">Seconds from the start of the video, 0 or more.</param>
/// <param name="End">Seconds, not before <paramref name="Start"/>.</param>
/// <param name="Text">Plain text without markup; lines that were broken on screen are still separated by a line feed.</param>
public sealed record SubtitleCue(double Start, double End, string Text);

/// <summary>How a subtitle file is written.</summary>
public enum SubtitleFormat
{
    /// <summary>No subtitles were recognized.</summary>
    None,

    /// <summary>SubRip, <c>.srt</c>: numbered cues with times like <c>00:01:02,345 --&gt; 00:01:04,000</c>.</summary>
    SubRip,

    /// <summary>WebVTT, <c>.vtt</c>.</summary>
    WebVtt,

    /// <summary>SubStation Alpha, <c>.ass</c> or <c>.ssa</c>.</summary>
    SubStation,
}

/// <summary>What a subtitle file says, and what was wrong with it.</summary>
/// <param name="Format">Which format its content was.</param>
/// <param name="Cues">Cues in order of their start; cues that start together keep the order of the file. None has empty text.</param>
/// <param name="Warnings">What was repaired or left out, each with the line it is about where there is one; empty for a clean file.</param>
public sealed record SubtitleTrack(SubtitleFormat Format, IReadOnlyList<SubtitleCue> Cues, IReadOnlyList<string> Warnings)
{
    /// <summary>Whether its captions rolled up the screen, each repeating the line before; the repeats are left out of <see cref="Cues"/>.</summary>
    public bool Rolling { get; init; }
}
