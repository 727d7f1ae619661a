namespace VisualSearch.Encoders.Media.Video;

/// <summary>Bounds on what one video may cost. The defaults suit folders of one's own videos.</summary>
public sealed record VideoLimits
{
    /// <summary>Longest video in seconds (default 12 hours). A container that claims less than it holds is read up to here.</summary>
    public double MaxDurationSeconds
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxDurationSeconds), value, "MaxDurationSeconds must be above zero.");
    } = 12 * 3600;

    /// <summary>Largest file in bytes (default 256 GiB). Files are streamed, so this bounds reading time and not memory.</summary>
    public long MaxBytes
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxBytes), value, "MaxBytes must be at least 1.");
    } = 256L * 1024 * 1024 * 1024;

    /// <summary>
    /// Largest width × height of a stored frame (default 40 million, above 8K's 33.2 million). It bounds memory: a decoder holds about
    /// 20 frames of 1.5 to 3 bytes a pixel. The decoder checks it too, for streams that grow on their way.
    /// </summary>
    public long MaxPixels
    {
        get;
        init => field = value is > 0 and <= int.MaxValue
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxPixels), value, "MaxPixels must be between 1 and 2147483647.");
    } = 40_000_000;

    /// <summary>Longest wait for the next frame or the next answer (default 60 s) before ffmpeg counts as hung and is ended.</summary>
    public TimeSpan MaxSilence
    {
        get;
        init => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxSilence), value, "MaxSilence must be longer than zero.");
    } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Seconds of waiting for ffmpeg that a second of video may cost (default 4, one core decoding 8K HEVC takes about 3), besides
    /// <see cref="MaxSilence"/> once. Time that the caller spends on frames doesn't count.
    /// </summary>
    public double MaxWaitPerSecond
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxWaitPerSecond), value, "MaxWaitPerSecond must be above zero.");
    } = 4;

    /// <summary>Bytes of decoded frames that wait for the caller (default 16 MiB; at least two frames).</summary>
    public int ReadAheadBytes
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(ReadAheadBytes), value, "ReadAheadBytes must be at least 1.");
    } = 16 * 1024 * 1024;
}
