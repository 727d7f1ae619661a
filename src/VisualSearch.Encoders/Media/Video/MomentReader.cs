namespace VisualSearch.Encoders.Media.Video;

/// <summary>Reads single pictures out of videos.</summary>
public static class MomentReader
{
    /// <summary>Reads the frame at a time, upright: for a thumbnail, or to search with this frame.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="seconds">The time from the video's start; at or after the end, the last frames are looked through.</param>
    /// <param name="size">How large it is at most; null for the default of <see cref="FrameRequest"/>.</param>
    /// <param name="limits">Bounds; null for the defaults.</param>
    /// <param name="tools">Where ffmpeg is; null for the PATH.</param>
    /// <param name="cancellation">Ends ffmpeg.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative or no number.</exception>
    /// <exception cref="VideoException">The file is no video that can be read, is beyond the limits, or has no frame there.</exception>
    /// <exception cref="FfmpegMissingException">ffmpeg isn't installed.</exception>
    public static RgbPicture ReadFrame(
        string path, double seconds, FrameRequest? size = null, VideoLimits? limits = null, FfmpegTools? tools = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seconds);
        if (!double.IsFinite(seconds))
            throw new ArgumentOutOfRangeException(nameof(seconds), seconds, "The time must be a number of seconds.");
        limits ??= new VideoLimits();
        tools ??= FfmpegTools.Default;
        size ??= new FrameRequest();
        var file = VideoFile.Open(path, limits);
        VideoInfo info = VideoProbe.Probe(file, limits, tools, cancellation);

        // A stated duration is the longest stream's, often the sound's, and the last frame starts before it: so steps back.
        double[] attempts = [seconds, Math.Min(seconds, info.DurationSeconds ?? seconds) - 0.2, Math.Min(seconds, info.DurationSeconds ?? seconds) - 2, 0];
        string complaints = "";
        foreach (double attempt in attempts)
        {
            if (attempt >= 0 && Decode(file, info, size, limits, tools, attempt, cancellation, out complaints) is { } picture)
                return picture;
        }

        throw new VideoException(
            VideoFault.Truncated, $"\"{file.Name}\" has no frame at {seconds:0.###} s{complaints}; copy it again from where it came.");
    }

    /// <summary>The frame at a time as a WebP picture, to show or to search with.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="seconds">The time from the video's start.</param>
    /// <param name="maxSide">Longest side in pixels; smaller videos keep their size.</param>
    /// <param name="quality">WebP quality, 1 to 100.</param>
    /// <param name="cancellation">Ends ffmpeg.</param>
    /// <exception cref="VideoException">The file is no video that can be read, is beyond the limits, or has no frame there.</exception>
    /// <exception cref="FfmpegMissingException">ffmpeg isn't installed.</exception>
    public static byte[] ReadWebp(string path, double seconds, int maxSide, int quality = 80, CancellationToken cancellation = default) =>
        WebpEncoder.Encode(ReadFrame(path, seconds, new FrameRequest { ShortSide = maxSide, LongSide = maxSide }, cancellation: cancellation), quality);

    private static RgbPicture? Decode(
        VideoFile file, VideoInfo info, FrameRequest size, VideoLimits limits, FfmpegTools tools, double seconds, CancellationToken cancellation, out string complaints)
    {
        (int width, int height) = size.SizeFor(info);
        byte[] pixels = new byte[width * height * 3];
        List<string> arguments = FfmpegArguments.Moment(file, info, size, limits, seconds, tools.FrameTimesOption);
        using var process = new FfmpegProcess(
            tools.Ffmpeg, arguments, file.Name, new FfmpegLog(null), limits, FrameReader.Patience(info, limits), cancellation);
        int read = process.Read(pixels);
        process.Finish();
        complaints = process.Complaints();
        return read == pixels.Length ? new RgbPicture(width, height, pixels) : null;
    }
}
