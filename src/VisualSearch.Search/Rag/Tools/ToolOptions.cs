using VisualSearch.Encoders.Media;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>Settings of the tools. The limits keep one reply within what a language model can read.</summary>
public sealed record ToolOptions
{
    /// <summary>The collection that a call works on when it names none.</summary>
    public string Collection { get; init; } = "default";

    /// <summary>Where a server with the page runs, such as <c>http://localhost:5080</c>, so that results carry links to it; null for none.</summary>
    public Uri? PageAddress { get; init; }

    /// <summary>The most results of one call. Fifty are some 10,000 tokens.</summary>
    public int MaxResults { get; init; } = 50;

    /// <summary>The most pictures that come along with one reply.</summary>
    public int MaxPictures { get; init; } = 8;

    /// <summary>Longest side of a picture in a reply, in pixels, 16 to 4096; language models scale larger ones down.</summary>
    public int PictureSide { get; init; } = 640;

    /// <summary>The longest part of a transcript in one reply, in characters.</summary>
    public int MaxTranscriptLength { get; init; } = 6000;

    /// <summary>What is refused of a picture to search with.</summary>
    public PictureLimits PictureLimits { get; init; } = new() { MaxBytes = 24L << 20, MaxPixels = 100_000_000, DecodeTimeout = TimeSpan.FromSeconds(10) };

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public ToolOptions Validate()
    {
        ArgumentException.ThrowIfNullOrEmpty(Collection);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxResults, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxPictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(PictureSide, 16);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PictureSide, 4096);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxTranscriptLength);
        return PageAddress is null or { IsAbsoluteUri: true }
            ? this
            : throw new ArgumentOutOfRangeException(nameof(PageAddress), PageAddress, "PageAddress must be a whole address, such as http://localhost:5080.");
    }
}
