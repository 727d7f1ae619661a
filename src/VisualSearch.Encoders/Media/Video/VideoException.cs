namespace VisualSearch.Encoders.Media.Video;

/// <summary>Why a video couldn't be read.</summary>
public enum VideoFault
{
    /// <summary>There is no such file.</summary>
    NotFound,

    /// <summary>The file or its folder may not be read by this user.</summary>
    AccessDenied,

    /// <summary>The file has no content.</summary>
    Empty,

    /// <summary>The content is no video, or a kind of video that isn't read.</summary>
    NotVideo,

    /// <summary>The container holds no moving picture, only sound, text or cover art.</summary>
    NoVideoStream,

    /// <summary>The content is a video, but cut off or damaged before anything of it can be shown.</summary>
    Truncated,

    /// <summary>The file is larger than <see cref="VideoLimits.MaxBytes"/>.</summary>
    TooManyBytes,

    /// <summary>The picture has more pixels than <see cref="VideoLimits.MaxPixels"/>.</summary>
    TooManyPixels,

    /// <summary>The video is longer than <see cref="VideoLimits.MaxDurationSeconds"/>.</summary>
    TooLong,

    /// <summary>ffmpeg made no progress for <see cref="VideoLimits.MaxSilence"/> and was ended.</summary>
    Hung,

    /// <summary>Reading took longer than the limits allow for a video of its length, and ffmpeg was ended.</summary>
    TimedOut,

    /// <summary>ffmpeg itself crashed or was killed from outside.</summary>
    Crashed,
}

/// <summary>A video couldn't be read. The message names the video, the value that was wrong, and what to do.</summary>
public sealed class VideoException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What kind of failure it was; decides the HTTP status and the indexer's summary.</param>
    /// <param name="message">What was wrong, with which value, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public VideoException(VideoFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>What kind of failure it was.</summary>
    public VideoFault Fault { get; }
}
