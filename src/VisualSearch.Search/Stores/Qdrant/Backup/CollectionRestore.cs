using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant.Backup;

/// <summary>
/// Restores a collection from its backup.
/// <code>
/// manifest ─► every file as it was? ─► name free? ─► what a broken-off attempt left is deleted ─► parts made, indexes made
///          ─► each shard to a node that has it ─► counts equal? ─► the entry: from here on there is such a collection
/// </code>
/// </summary>
/// <param name="options">The nodes, all of them, each by its own address.</param>
/// <param name="logger">Told of retries.</param>
/// <param name="time">The clock.</param>
public sealed class CollectionRestore(QdrantOptions options, ILogger? logger = null, TimeProvider? time = null)
{
    // Nodes hear of a new collection, and of a shard that has come back, from one another.
    private static readonly TimeSpan NodesAgree = TimeSpan.FromSeconds(60);

    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Restores a collection.</summary>
    /// <param name="folder">The backup.</param>
    /// <param name="name">What it is to be called; null for what it was called.</param>
    /// <param name="progress">Told of each step; null for nobody.</param>
    /// <param name="cancellation">Ends it; run again, it begins anew.</param>
    /// <exception cref="BackupException">The backup is damaged, or the collection can't be restored.</exception>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    /// <exception cref="QdrantException">A node failed.</exception>
    public BackupReport Run(string folder, string? name = null, IProgress<BackupProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.GetFullPath(folder);
        BackupManifest manifest = BackupManifest.Read(folder);
        name ??= manifest.Collection;
        if (!CollectionDirectory.IsValidName(name))
            throw new CollectionNameException(name);
        Check(manifest, folder, progress, cancellation);
        using var client = new QdrantClient(options, logger, time);
        using var nodes = QdrantNodes.Of(options, logger, time);
        var entries = new CollectionEntries(client);
        RequireFree(entries, name);
        var layout = new QdrantLayout(name, manifest.Entry.Generation);
        // Without an entry there is no such collection: whoever made these did not come to an end.
        layout.Drop(client);
        foreach (BackupPart part in manifest.Parts)
            Make(client, layout.Part(part.Name), part, cancellation);

        long total = manifest.Files.Sum(static file => file.Bytes), done = 0;
        foreach (BackupPart part in manifest.Parts)
        {
            string collection = layout.Part(part.Name);
            IReadOnlyList<IReadOnlyList<QdrantNode>> holders = Holders(nodes, collection, part.Shards.Count, cancellation);
            foreach (BackupFile file in part.Shards)
            {
                progress?.Report(new BackupProgress("restoring", done, total, true));
                holders[file.Shard][0].Client.RecoverShard(collection, file.Shard, () => Open(folder, file), file.Sha256, cancellation);
                done += file.Bytes;
            }
        }

        foreach (BackupPart part in manifest.Parts)
            Compare(client, layout.Part(part.Name), part.Points, cancellation);
        // Windows of a build that had not come to its first end when the backup was made: without patches they only look as if they were of use.
        if (manifest.Entry.RegionsRevision is null)
            new QdrantRegions(client, layout, manifest.Entry.Dimension).Drop();
        RequireFree(entries, name);
        entries.Add(Restored(manifest.Entry, name, [.. QdrantLayout.All(client, name).Select(static one => one.Generation).Where(one => one != layout.Generation)]));
        string server = client.GetVersion(cancellation).Version;
        return BackupReport.Of(manifest, name, folder, server == manifest.Server ? [] : [$"The backup was made by Qdrant {manifest.Server}; this is {server}."]);
    }

    private static CollectionEntry Restored(CollectionEntry entry, string name, IReadOnlyList<int> left) => entry with
    {
        Name = name,
        Identity = Guid.NewGuid().ToString("N"),
        Writer = "",
        WriterUntil = 0,
        Regions = entry.RegionsRevision is { } revision ? new Dictionary<int, long> { [entry.Generation] = revision } : [],
        RegionsWriter = "",
        // Only the generation that ran is in a backup.
        Generations = [.. entry.Generations.Where(one => one.Number == entry.Generation)],
        // Of another one of this name, whose dropping broke off.
        Dropped = left,
        Aliased = 0,
        Builder = "",
        BuilderUntil = 0,
        RegionsUntil = 0,
        Pending = [],
    };

    private static void Check(BackupManifest manifest, string folder, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        long total = manifest.Files.Sum(static file => file.Bytes), done = 0;
        foreach (BackupFile file in manifest.Files)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new BackupProgress("checking", done, total, true));
            string path = Path.Combine(folder, file.File);
            if (!File.Exists(path))
                throw new BackupException($"'{path}' is missing. Nothing was restored; restore another backup.");
            using FileStream stream = Open(folder, file);
            string digest = stream.Length == file.Bytes ? Convert.ToHexStringLower(SHA256.HashData(stream)) : "";
            if (digest != file.Sha256)
            {
                throw new BackupException(digest.Length == 0
                    ? $"'{path}' has {stream.Length:N0} bytes, and had {file.Bytes:N0} when the backup was made. Nothing was restored; restore another backup."
                    : $"'{path}' is damaged: its SHA-256 is {digest}, and was {file.Sha256} when the backup was made. Nothing was restored; restore another backup.");
            }

            done += file.Bytes;
        }
    }

    private static void RequireFree(CollectionEntries entries, string name)
    {
        if (entries.Find(name) is not null)
            throw new BackupException($"There is a collection '{name}' already. Restore it under another name (--as NAME), or drop that one first: vsearch collections drop {name}");
    }

    private static void Make(QdrantClient client, string collection, BackupPart part, CancellationToken cancellation)
    {
        client.CreateCollection(collection, part.Settings, cancellation);
        foreach ((string key, System.Text.Json.JsonElement schema) in part.Indexes)
            client.CreatePayloadIndex(collection, key, schema, cancellation);
    }

    private IReadOnlyList<IReadOnlyList<QdrantNode>> Holders(QdrantNodes nodes, string collection, int shards, CancellationToken cancellation)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            bool patient = time.GetElapsedTime(began) < NodesAgree;
            try
            {
                IReadOnlyList<IReadOnlyList<QdrantNode>> holders = nodes.HoldersOf(collection, null, cancellation);
                string? missing = nodes.Missing(collection, holders, cancellation);
                if (holders.Count == shards && missing is null)
                    return holders;
                if (!patient)
                    throw new BackupException(missing ?? $"'{collection}' was made with {holders.Count} shards instead of the backup's {shards}. Check the server's settings.");
            }
            catch (QdrantException unknown) when (unknown.Fault == QdrantFault.NotFound && patient)
            {
                // A node that has not heard of it yet.
            }

            Pause(cancellation);
        }
    }

    private void Compare(QdrantClient client, string collection, long points, CancellationToken cancellation)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            long found = client.Count(collection, cancellation: cancellation);
            if (found == points)
                return;
            if (time.GetElapsedTime(began) >= NodesAgree)
                throw new BackupException($"'{collection}' has {found:N0} points after it was restored, and had {points:N0}. See the servers' logs, then restore it again.");
            Pause(cancellation);
        }
    }

    private static void Pause(CancellationToken cancellation)
    {
        cancellation.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(250));
        cancellation.ThrowIfCancellationRequested();
    }

    private static FileStream Open(string folder, BackupFile file) => new(Path.Combine(folder, file.File), FileMode.Open, FileAccess.Read, FileShare.Read);
}
