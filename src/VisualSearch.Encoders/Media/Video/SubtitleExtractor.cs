using System.Text;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>Takes subtitles out of videos.</summary>
public static class SubtitleExtractor
{
    /// <summary>Longest track that is read; two hours of dialogue are about 100 KB.</summary>
    private const int MaxTextBytes = 32 * 1024 * 1024;

    /// <summary>Extracts one embedded track of text as WebVTT.</summary>
    /// <param name="path">Path of the video.</param>
    /// <param name="stream">A text track, one of <see cref="VideoInfo.Subtitles"/>.</param>
    /// <param name="limits">Bounds; null for the defaults.</param>
    /// <param name="tools">Where ffmpeg is; null for the PATH.</param>
    /// <param name="cancellation">Ends ffmpeg.</param>
    /// <returns>A WebVTT document; of a damaged track as much as could be read.</returns>
    /// <exception cref="ArgumentException">The track holds pictures.</exception>
    /// <exception cref="VideoException">The file or its track can't be read.</exception>
    /// <exception cref="FfmpegMissingException">ffmpeg isn't installed.</exception>
    public static string Extract(
        string path, SubtitleStream stream, VideoLimits? limits = null, FfmpegTools? tools = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.IsText)
            throw new ArgumentException($"Track {stream.Index} is {stream.Codec}, which holds pictures of text; choose a text track.", nameof(stream));
        limits ??= new VideoLimits();
        var file = VideoFile.Open(path, limits);
        // The whole file is read for it, since subtitles lie between the pictures; a disk gives at least 10 MB a second.
        TimeSpan patience = limits.MaxSilence + TimeSpan.FromSeconds(file.Bytes / 10e6);
        VideoLimits patient = limits with { MaxSilence = patience };
        using var process = new FfmpegProcess(
            (tools ?? FfmpegTools.Default).Ffmpeg, FfmpegArguments.Subtitles(file, stream.Index, limits), file.Name, new FfmpegLog(null), patient, patience, cancellation);
        using var text = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        int read;
        do
        {
            read = process.Read(buffer);
            text.Write(buffer, 0, read);
        }
        while (read == buffer.Length && text.Length < MaxTextBytes);

        if (text.Length >= MaxTextBytes)
        {
            throw new VideoException(
                VideoFault.TooManyBytes, $"Track {stream.Index} of \"{file.Name}\" has more than {MaxTextBytes} bytes of text; remove it from the video.");
        }

        process.Finish();
        if (text.Length == 0)
        {
            throw new VideoException(
                VideoFault.Truncated, $"Track {stream.Index} of \"{file.Name}\" can't be read{process.Complaints()}; copy the video again from where it came.");
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
