namespace VisualSearch.Encoders.Media;

/// <summary>Why a picture couldn't be read.</summary>
public enum PictureFault
{
    /// <summary>There is no such file.</summary>
    NotFound,

    /// <summary>The file or its folder may not be read by this user.</summary>
    AccessDenied,

    /// <summary>The file has no content.</summary>
    Empty,

    /// <summary>The content is no picture, or a kind of picture that isn't read.</summary>
    Unsupported,

    /// <summary>The content is a picture, but cut off or damaged.</summary>
    Corrupt,

    /// <summary>The file is larger than <see cref="PictureLimits.MaxBytes"/>.</summary>
    TooManyBytes,

    /// <summary>The picture has more pixels than <see cref="PictureLimits.MaxPixels"/>.</summary>
    TooManyPixels,

    /// <summary>Decoding took longer than <see cref="PictureLimits.DecodeTimeout"/>.</summary>
    TimedOut,
}

/// <summary>A picture couldn't be read. The message names the picture, the value that was wrong, and what to do.</summary>
public sealed class PictureException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What kind of failure it was; decides the HTTP status and the indexer's summary.</param>
    /// <param name="message">What was wrong, with which value, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public PictureException(PictureFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>What kind of failure it was.</summary>
    public PictureFault Fault { get; }
}
