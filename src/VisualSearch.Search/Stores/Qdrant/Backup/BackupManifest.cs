using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Search.Stores.Qdrant.Backup;

/// <summary>What a backup consists of: <c>manifest.json</c> in its folder, written last, so that a folder without it is no backup.</summary>
internal sealed partial record BackupManifest
{
    /// <summary>The only version so far.</summary>
    public const int Newest = 1;

    /// <summary>The file's name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The version of this form.</summary>
    public int Format { get; init; } = Newest;

    /// <summary>The collection's name.</summary>
    public required string Collection { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset Made { get; init; }

    /// <summary>The version of the server; Qdrant reads the snapshots of its own version and of somewhat older ones.</summary>
    public required string Server { get; init; }

    /// <summary>The collection's entry: its model, generation, and which ids come next.</summary>
    public required CollectionEntry Entry { get; init; }

    /// <summary>Qdrant's collections that it consists of.</summary>
    public required IReadOnlyList<BackupPart> Parts { get; init; }

    /// <summary>All files.</summary>
    [JsonIgnore]
    public IEnumerable<BackupFile> Files => Parts.SelectMany(static part => part.Shards);

    /// <summary>Reads the manifest of a backup.</summary>
    /// <exception cref="BackupException">There is none, or none that this program reads.</exception>
    public static BackupManifest Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new BackupException($"'{folder}' has no {FileName}: it is no backup, or one that broke off before its end. Name the folder of a whole one.");
        try
        {
            BackupManifest manifest = JsonSerializer.Deserialize(File.ReadAllBytes(path), ManifestJson.Default.BackupManifest) ?? throw new JsonException("it is null");
            if (manifest.Format != Newest)
                throw new BackupException($"'{path}' has format {manifest.Format}; this program reads {Newest}. Use the version of vsearch that made it, or a newer one.");
            // Names go into paths.
            return manifest.Files.All(static file => Path.GetFileName(file.File) == file.File) ? manifest : throw new JsonException("a file lies outside of the folder");
        }
        catch (JsonException damaged)
        {
            throw new BackupException($"'{path}' is damaged ({damaged.Message.TrimEnd('.')}). Restore another backup.", damaged);
        }
    }

    /// <summary>Writes the manifest, and so makes the backup whole.</summary>
    public void Write(string folder)
    {
        using var file = new FileStream(Path.Combine(folder, FileName), FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(file, this, ManifestJson.Default.BackupManifest);
        file.Flush(flushToDisk: true);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(BackupManifest))]
    private sealed partial class ManifestJson : JsonSerializerContext;
}

/// <summary>One of Qdrant's collections in a backup.</summary>
internal sealed record BackupPart
{
    /// <summary>Which of them: the last part of its name, such as <c>items</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its points.</summary>
    public required long Points { get; init; }

    /// <summary>What it is made with, as Qdrant writes it.</summary>
    public required JsonElement Settings { get; init; }

    /// <summary>Its payload indexes by key, as Qdrant writes them.</summary>
    public required IReadOnlyDictionary<string, JsonElement> Indexes { get; init; }

    /// <summary>A file a shard.</summary>
    public required IReadOnlyList<BackupFile> Shards { get; init; }
}

/// <summary>The snapshot of a shard.</summary>
/// <param name="Shard">The shard, from 0.</param>
/// <param name="File">The file's name.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256 as hexadecimal text.</param>
internal sealed record BackupFile(int Shard, string File, long Bytes, string Sha256);
