namespace VisualSearch.Encoders.Media.Video;

/// <summary>ffmpeg or ffprobe isn't installed or doesn't start. The message ends with the command that installs it.</summary>
public sealed class FfmpegMissingException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is missing and the command that installs it.</param>
    /// <param name="innerException">The operating system's own error, if there is one.</param>
    public FfmpegMissingException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
