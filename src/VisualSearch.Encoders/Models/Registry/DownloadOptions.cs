namespace VisualSearch.Encoders.Models.Registry;

/// <summary>How patient a download is.</summary>
public sealed record DownloadOptions
{
    /// <summary>How long a server may send nothing before the connection is given up; above 0.</summary>
    public TimeSpan StallTimeout
    {
        get;
        init => field = value > TimeSpan.Zero
            ? value
            : throw new ArgumentOutOfRangeException(nameof(StallTimeout), value, "StallTimeout must be above 0.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>How often a file is tried while nothing more of it arrives, 2 to 20. An attempt that brought bytes begins the count anew.</summary>
    public int Attempts
    {
        get;
        init => field = value is >= 2 and <= 20
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Attempts), value, "Attempts must be 2 to 20.");
    } = 5;

    /// <summary>Pause before the second attempt; each further one is about twice as long, up to half a minute.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What must stay free on the disk, in bytes.</summary>
    public long ReserveBytes { get; init; } = 64L << 20;
}

/// <summary>How far a pull is.</summary>
/// <param name="File">The file that is being fetched.</param>
/// <param name="Done">Bytes of all files that are there, also those from an earlier run.</param>
/// <param name="Total">Bytes of all files, as far as they are known.</param>
/// <param name="BytesPerSecond">Rate of this run, over about the last ten seconds.</param>
/// <param name="Note">What went wrong and will be tried again; null where all goes well.</param>
public sealed record PullProgress(string File, long Done, long Total, double BytesPerSecond, string? Note = null)
{
    /// <summary>How long the rest takes at this rate; null where that can't be told.</summary>
    public TimeSpan? TimeLeft => BytesPerSecond > 0 && Total >= Done ? TimeSpan.FromSeconds((Total - Done) / BytesPerSecond) : null;
}

/// <summary>What a pull came to.</summary>
/// <param name="Name">The model.</param>
/// <param name="Folder">Where it is installed.</param>
/// <param name="WasInstalled">Whether it already was, and nothing was fetched.</param>
/// <param name="Remarks">What the user should know: digests that could not be checked against a published one, and the like.</param>
public sealed record PullResult(string Name, string Folder, bool WasInstalled, IReadOnlyList<string> Remarks);
