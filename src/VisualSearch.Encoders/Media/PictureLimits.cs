namespace VisualSearch.Encoders.Media;

/// <summary>Bounds on what one picture may cost. The defaults suit folders of photographs and uploads of strangers.</summary>
public sealed record PictureLimits
{
    /// <summary>Largest file in bytes (default 200 MiB); files are read whole, so this bounds memory for the encoded picture.</summary>
    public long MaxBytes
    {
        get;
        init => field = value is > 0 and <= int.MaxValue
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxBytes), value, "MaxBytes must be between 1 and 2147483647.");
    } = 200L * 1024 * 1024;

    /// <summary>
    /// Largest width × height (default 200 million), checked from the header before any pixel is decoded. It stops
    /// decompression bombs: a few kilobytes may claim 30,000 × 30,000 pixels, which take 2.7 GB.
    /// </summary>
    public long MaxPixels
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxPixels), value, "MaxPixels must be at least 1.");
    } = 200_000_000;

    /// <summary>Longest time for one picture (default 30 s), so that one hostile file can't hold up a worker.</summary>
    public TimeSpan DecodeTimeout
    {
        get;
        init => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(DecodeTimeout), value, "DecodeTimeout must be longer than zero.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Pictures decoded at the same time by one reader (default: the number of processors). Bounds memory, since each
    /// decode of the largest allowed picture may hold all its pixels; further callers wait.
    /// </summary>
    public int MaxThreads
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxThreads), value, "MaxThreads must be at least 1.");
    } = Environment.ProcessorCount;
}
