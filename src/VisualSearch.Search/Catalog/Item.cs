namespace VisualSearch.Search.Catalog;

/// <summary>What a search returns: a picture, a shot of a video or a passage of text. A picture asset has one item.</summary>
public sealed record Item
{
    /// <summary>The catalog's number, from 1 up and never used twice; the id in the vector index.</summary>
    public long Id { get; init; }

    /// <summary>The asset it belongs to.</summary>
    public long AssetId { get; init; }

    /// <summary>What it is.</summary>
    public ItemKind Kind { get; init; }

    /// <summary>Where a shot or passage begins, in seconds from the start of the video.</summary>
    public double? Start { get; init; }

    /// <summary>Where a shot or passage ends, in seconds from the start of the video.</summary>
    public double? End { get; init; }

    /// <summary>What is said or written in a passage; null for all else, and for the passage about a video as a whole.</summary>
    public string? Text { get; init; }
}

/// <summary>An item together with its asset: all that is needed to show a result.</summary>
/// <param name="Item">The item.</param>
/// <param name="Asset">The asset it belongs to.</param>
public sealed record ItemRecord(Item Item, Asset Asset);

/// <summary>What a scan compares with the disk to find new and changed files.</summary>
/// <param name="Id">The asset's id.</param>
/// <param name="Path">The absolute path on disk.</param>
/// <param name="SizeBytes">The length in bytes when it was indexed.</param>
/// <param name="ModifiedTicks">The time of last change when it was indexed, in UTC ticks.</param>
/// <param name="ContentHash">The digest of the bytes that were indexed, as hexadecimal text.</param>
/// <param name="MetadataDigest">The digest of the sidecar that was read with it; empty without one.</param>
public sealed record AssetFileState(long Id, string Path, long SizeBytes, long ModifiedTicks, string ContentHash, string MetadataDigest = "");
