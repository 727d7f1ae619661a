namespace VisualSearch.Encoders.Media.Video;

/// <summary>A named part of a video.</summary>
/// <param name="Title">Its title; empty when it has none.</param>
/// <param name="Start">Seconds from the video's start.</param>
/// <param name="End">Seconds from the video's start.</param>
public sealed record VideoChapter(string Title, double Start, double End);

/// <summary>An embedded track of subtitles.</summary>
/// <param name="Index">The stream's number in the file, for <see cref="SubtitleExtractor.Extract"/>.</param>
/// <param name="Codec">ffmpeg's name of the coding, such as <c>subrip</c>, <c>mov_text</c> or <c>hdmv_pgs_subtitle</c>.</param>
/// <param name="Language">ISO 639 code as the file states it, or null.</param>
/// <param name="Title">The track's title, or null.</param>
/// <param name="IsText">Whether it is text; the others are pictures of text.</param>
public sealed record SubtitleStream(int Index, string Codec, string? Language, string? Title, bool IsText);

/// <summary>What a video's headers tell.</summary>
public sealed record VideoInfo
{
    /// <summary>Container by content, not by file name: mp4, mov, mkv, webm, avi or gif.</summary>
    public required string Container { get; init; }

    /// <summary>ffmpeg's name of the video's coding, such as <c>h264</c>.</summary>
    public required string Codec { get; init; }

    /// <summary>Width in pixels as shown: upright and with square pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels as shown.</summary>
    public required int Height { get; init; }

    /// <summary>How far stored frames are turned clockwise to be shown: 0, 90, 180 or 270 degrees.</summary>
    public required int Rotation { get; init; }

    /// <summary>Length in seconds as the container or the stream states it, or null when neither does.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>Mean frames a second as stated; 0 when unknown.</summary>
    public double FrameRate { get; init; }

    /// <summary>Whether there is sound.</summary>
    public bool HasAudio { get; init; }

    /// <summary>Length of the file in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>The title that the container names, or null.</summary>
    public string? Title { get; init; }

    /// <summary>The description or synopsis, or null.</summary>
    public string? Description { get; init; }

    /// <summary>The comment, or null.</summary>
    public string? Comment { get; init; }

    /// <summary>Keywords as written, usually separated by commas, or null.</summary>
    public string? Keywords { get; init; }

    /// <summary>The date as written: usually ISO 8601, sometimes only a year; or null.</summary>
    public string? Date { get; init; }

    /// <summary>Chapters in the order of the file.</summary>
    public IReadOnlyList<VideoChapter> Chapters { get; init; } = [];

    /// <summary>Embedded subtitles in the order of the file.</summary>
    public IReadOnlyList<SubtitleStream> Subtitles { get; init; } = [];

    /// <summary>The number of the video stream in the file.</summary>
    internal int StreamIndex { get; init; }

    /// <summary>Length of the video stream itself, which may end before the sound does; null when unknown.</summary>
    internal double? StreamSeconds { get; init; }

    /// <summary>Whether shown frames lie across stored ones.</summary>
    internal bool SwapsSides => Rotation is 90 or 270;
}
