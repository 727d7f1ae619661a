using VisualSearch.Encoders.Media.Subtitles;

namespace VisualSearch.Encoders.Media.Transcription;

/// <summary>
/// Makes text with times for a video that has none: what is spoken (speech recognition) or what is written in its frames (OCR).
/// </summary>
public interface ITranscriber
{
    /// <summary>The cues of a media file.</summary>
    /// <param name="path">Path of a video or audio file.</param>
    /// <param name="cancellation">Ends the work, and all processes that do it.</param>
    /// <returns>Cues, which may be none: a film can be silent.</returns>
    /// <exception cref="TranscriptionException">It couldn't be done; the message says why and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<SubtitleTrack> TranscribeAsync(string path, CancellationToken cancellation = default);
}

/// <summary>A transcriber failed. The message names the command, what went wrong, and what to do.</summary>
public sealed class TranscriptionException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was wrong, with which value, and what to do.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public TranscriptionException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
