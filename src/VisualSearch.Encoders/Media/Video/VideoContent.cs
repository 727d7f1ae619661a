namespace VisualSearch.Encoders.Media.Video;

/// <summary>A frame that stands for a part of a shot.</summary>
/// <param name="Seconds">When it appears, in seconds from the video's start.</param>
/// <param name="Picture">The frame, upright, of the size that was asked for.</param>
public sealed record Keyframe(double Seconds, RgbPicture Picture);

/// <summary>A part of a video between two borders.</summary>
/// <param name="Index">Its number in the video, from 0.</param>
/// <param name="Start">Its first moment, in seconds from the video's start.</param>
/// <param name="End">Where the next shot begins, or the video ends.</param>
/// <param name="Keyframes">One to <see cref="ShotOptions.MaxKeyframes"/> frames in the order of time.</param>
public sealed record Shot(int Index, double Start, double End, IReadOnlyList<Keyframe> Keyframes);

/// <summary>Small pictures of a video at even distances on one sheet, for scrubbing.</summary>
/// <param name="Webp">The sheet as a WebP picture: tiles row by row, in the order of time.</param>
/// <param name="TileWidth">Width of a tile in pixels.</param>
/// <param name="TileHeight">Height of a tile in pixels.</param>
/// <param name="Columns">Tiles in a row.</param>
/// <param name="Tiles">How many there are, 1 to 100.</param>
/// <param name="SecondsPerTile">Tile <c>i</c> shows the video at <c>i × SecondsPerTile</c>.</param>
public sealed record Storyboard(byte[] Webp, int TileWidth, int TileHeight, int Columns, int Tiles, double SecondsPerTile);

/// <summary>What is known of a video once all of it has been read.</summary>
public sealed record VideoSummary
{
    /// <summary>Length in seconds: as stated where that fits what was read, else up to the last frame.</summary>
    public required double DurationSeconds { get; init; }

    /// <summary>The small pictures for scrubbing.</summary>
    public required Storyboard Storyboard { get; init; }

    /// <summary>The keyframe that stands for the whole video: sharp, rich in contrast, and early.</summary>
    public required Keyframe Poster { get; init; }

    /// <summary>Fingerprint of the poster (see <see cref="PerceptualHash"/>).</summary>
    public required ulong PosterHash { get; init; }

    /// <summary>Mean colour of the poster as <c>0xRRGGBB</c>.</summary>
    public required uint PosterColor { get; init; }

    /// <summary>How many frames were looked at.</summary>
    public required long FramesRead { get; init; }

    /// <summary>What had to be left out or may be wrong, in sentences.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>All of a video at once; long ones are better read shot by shot (see <see cref="VideoShots"/>).</summary>
/// <param name="Info">What its headers tell.</param>
/// <param name="Shots">Its shots in the order of time; they touch and cover all of it.</param>
/// <param name="Summary">What is known of the whole.</param>
public sealed record VideoContent(VideoInfo Info, IReadOnlyList<Shot> Shots, VideoSummary Summary);

/// <summary>How a video is read.</summary>
public sealed record VideoReadOptions
{
    /// <summary>Which frames are decoded and how large; their size is that of keyframes.</summary>
    public FrameRequest Frames { get; init; } = new();

    /// <summary>How shots are found.</summary>
    public ShotOptions Shots { get; init; } = new();

    /// <summary>Bounds on what it may cost.</summary>
    public VideoLimits Limits { get; init; } = new();

    /// <summary>Where ffmpeg is.</summary>
    public FfmpegTools Tools { get; init; } = FfmpegTools.Default;

    /// <summary>Reads key frames alone: many times faster, with borders as exact as key frames are dense.</summary>
    public bool Fast
    {
        get => Frames.KeyFramesOnly;
        init => Frames = Frames with { KeyFramesOnly = value };
    }
}
