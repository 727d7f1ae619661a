namespace VisualSearch.Search.Stores.Qdrant.Backup;

/// <summary>How far a backup or its restoration is.</summary>
/// <param name="Step">What is being done, such as "fetching".</param>
/// <param name="Done">How much of it is done: bytes, or shards where <paramref name="IsBytes"/> is false.</param>
/// <param name="Total">How much there is.</param>
/// <param name="IsBytes">Whether bytes are counted.</param>
public readonly record struct BackupProgress(string Step, long Done, long Total, bool IsBytes);

/// <summary>What a backup or its restoration came to.</summary>
public sealed record BackupReport
{
    /// <summary>The collection.</summary>
    public required string Collection { get; init; }

    /// <summary>The backup's folder.</summary>
    public required string Folder { get; init; }

    /// <summary>Its files, pictures and videos.</summary>
    public required long Assets { get; init; }

    /// <summary>Its items.</summary>
    public required long Items { get; init; }

    /// <summary>Which build of the vectors it is.</summary>
    public required int Generation { get; init; }

    /// <summary>Snapshots in the backup, one a shard.</summary>
    public required int Snapshots { get; init; }

    /// <summary>Their bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>When the backup was made.</summary>
    public required DateTimeOffset Made { get; init; }

    /// <summary>What is worth knowing and no fault.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    internal static BackupReport Of(BackupManifest manifest, string collection, string folder, IReadOnlyList<string> remarks) => new()
    {
        Collection = collection,
        Folder = folder,
        Assets = manifest.Parts.Single(static part => part.Name == QdrantLayout.AssetsPart).Points,
        Items = manifest.Parts.Single(static part => part.Name == QdrantLayout.ItemsPart).Points,
        Generation = manifest.Entry.Generation,
        Snapshots = manifest.Files.Count(),
        Bytes = manifest.Files.Sum(static file => file.Bytes),
        Made = manifest.Made,
        Remarks = remarks,
    };
}

/// <summary>A backup could not be made or restored: what was wrong and what to do.</summary>
public sealed class BackupException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="message">What was wrong and what to do.</param>
    /// <param name="inner">The cause, where something else reported it.</param>
    public BackupException(string message, Exception? inner = null)
        : base("backup", message, inner)
    {
    }
}
