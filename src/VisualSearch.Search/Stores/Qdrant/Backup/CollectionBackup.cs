using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant.Backup;

/// <summary>
/// Backs a collection on Qdrant up into a folder, by Qdrant's own snapshots.
/// <code>
/// folder free? ─► right to write ─► a snapshot of each shard of each part, on a node with a whole copy of it ─► nothing was written meanwhile?
///                                   right given back ─► fetched, SHA-256 compared, deleted on the node ─► manifest ─► the folder gets its name
/// </code>
/// </summary>
/// <remarks>
/// <para>A snapshot holds a shard as the node that made it has it, so each shard needs a node that is named; of several copies one is taken. Only the
/// running generation is backed up, and of files on this machine (uploads, small pictures) none.</para>
/// <para>Whatever ends it before its time, the folder is not there afterwards, and what it left under another name the next attempt clears up.</para>
/// </remarks>
/// <param name="options">The nodes, all of them, each by its own address.</param>
/// <param name="logger">Told of retries.</param>
/// <param name="time">The clock.</param>
public sealed class CollectionBackup(QdrantOptions options, ILogger? logger = null, TimeProvider? time = null)
{
    // A file that was damaged on its way is fetched again.
    private const int Fetches = 3;

    /// <summary>The free space of the disk that a path is on, in bytes.</summary>
    internal Func<string, long> FreeSpace { get; init; } = static path => new DriveInfo(path).AvailableFreeSpace;

    /// <summary>Makes a backup.</summary>
    /// <param name="open">Opens the collection to write; it is closed as soon as others may write again.</param>
    /// <param name="folder">Where to; it must not be there, or be empty.</param>
    /// <param name="progress">Told of each step; null for nobody.</param>
    /// <param name="cancellation">Ends it; nothing stays.</param>
    /// <exception cref="BackupException">It can't be made.</exception>
    /// <exception cref="QdrantException">A node failed.</exception>
    /// <exception cref="WriterBusyException">Another process is changing the collection, or did so meanwhile.</exception>
    public BackupReport Take(Func<QdrantStore> open, string folder, IProgress<BackupProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var remarks = new List<string>();
        var target = new BackupFolder(folder);
        var made = new ServerSnapshots(target.Unfinished);
        target.Begin(() => remarks.AddRange(made.DeleteWrittenDown(options)));
        using var nodes = QdrantNodes.Of(options, logger, time);
        try
        {
            BackupManifest manifest;
            using (QdrantStore store = open())
                manifest = Freeze(store, nodes, made, remarks, progress, cancellation);
            manifest = manifest with { Parts = Fetch(manifest.Parts, target, made, progress, cancellation) };
            manifest.Write(target.Unfinished);
            target.Finish();
            return BackupReport.Of(manifest, manifest.Collection, target.Path, remarks);
        }
        catch
        {
            // What the nodes do not let go of now stays written down, for the next attempt.
            if (made.DeleteLeft().Count == 0)
                target.GiveUp();
            throw;
        }
    }

    private BackupManifest Freeze(QdrantStore store, QdrantNodes nodes, ServerSnapshots made, List<string> remarks, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        CollectionEntry entry = store.Still();
        using var client = new QdrantClient(options, logger, time);
        var away = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Dictionary<string, IReadOnlyList<IReadOnlyList<QdrantNode>>> holders = PartsOf(entry).ToDictionary(
            static part => part, part => nodes.HoldersOf(entry.Layout.Part(part), (node, gone) => away[node.Name] = gone.Message, cancellation));
        foreach ((string part, IReadOnlyList<IReadOnlyList<QdrantNode>> shards) in holders)
        {
            if (nodes.Missing(entry.Layout.Part(part), shards, cancellation) is { } missing)
                throw new BackupException(string.Join(' ', away.Values.Prepend(missing)));
        }

        remarks.AddRange(away.Select(static node => $"Of what {node.Key} has, the copies on other nodes were taken: {node.Value}"));
        long total = holders.Values.Sum(static shards => shards.Count), done = 0;
        var parts = new List<BackupPart>();
        foreach ((string part, IReadOnlyList<IReadOnlyList<QdrantNode>> shards) in holders)
        {
            string collection = entry.Layout.Part(part);
            parts.Add(Describe(client, part, collection, cancellation));
            for (int shard = 0; shard < shards.Count; shard++)
            {
                progress?.Report(new BackupProgress("making snapshots", done++, total, false));
                made.Add(Make(shards[shard], part, collection, shard, cancellation));
            }
        }

        CollectionEntry after = store.Still();
        return after.Revision == entry.Revision && after.RegionsRevision == entry.RegionsRevision && after.Pending.Count == 0
            ? new BackupManifest { Collection = entry.Name, Made = (time ?? TimeProvider.System).GetUtcNow(), Server = client.GetVersion(cancellation).Version, Entry = entry, Parts = parts }
            : throw new BackupException($"Collection '{entry.Name}' was changed while it was backed up: another process took the right to write, or embeds parts of its pictures. Try again.");
    }

    // Patches that are still being made for the first time are left out: a restored collection has none then.
    private static string[] PartsOf(CollectionEntry entry)
    {
        string[] always = [QdrantLayout.ItemsPart, QdrantLayout.KeyframesPart, QdrantLayout.AssetsPart];
        return entry.RegionsRevision is null ? always : [.. always, QdrantLayout.PatchesPart];
    }

    // A node that fails is passed over where another has a copy.
    private static ServerSnapshot Make(IReadOnlyList<QdrantNode> holders, string part, string collection, int shard, CancellationToken cancellation)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                return new ServerSnapshot(holders[i], part, collection, shard, holders[i].Client.CreateShardSnapshot(collection, shard, cancellation));
            }
            catch (QdrantException fault) when (fault.IsPassing && i + 1 < holders.Count)
            {
                // The next one; the last one's fault is told.
            }
        }
    }

    private static BackupPart Describe(QdrantClient client, string part, string collection, CancellationToken cancellation)
    {
        JsonElement described = client.DescribeCollection(collection, cancellation);
        return new BackupPart
        {
            Name = part,
            Points = client.Count(collection, cancellation: cancellation),
            Settings = RestoredSettings.Of(described),
            Indexes = RestoredSettings.IndexesOf(described),
            Shards = [],
        };
    }

    private List<BackupPart> Fetch(IReadOnlyList<BackupPart> parts, BackupFolder target, ServerSnapshots made, IProgress<BackupProgress>? progress, CancellationToken cancellation)
    {
        long total = made.Left.Sum(static snapshot => snapshot.Details.Size), done = 0, free = FreeSpace(target.Unfinished);
        if (free < total)
            throw new BackupException($"The snapshots have {total / 1048576.0:N0} MiB, and '{target.Unfinished}' has {free / 1048576.0:N0} MiB free. Name a folder on a larger disk.");
        var files = new List<(string Part, BackupFile File)>();
        foreach (ServerSnapshot snapshot in made.Left)
        {
            BackupFile file = Fetch(snapshot, target.Unfinished, bytes => progress?.Report(new BackupProgress("fetching", done + bytes, total, true)), cancellation);
            files.Add((snapshot.Part, file));
            made.Delete(snapshot);
            done += file.Bytes;
        }

        return [.. parts.Select(part => part with { Shards = [.. files.Where(one => one.Part == part.Name).Select(static one => one.File)] })];
    }

    private static BackupFile Fetch(ServerSnapshot snapshot, string folder, Action<long> fetched, CancellationToken cancellation)
    {
        string name = $"{snapshot.Part}-{snapshot.Shard}.snapshot";
        for (int attempt = 1; ; attempt++)
        {
            using var file = new FileStream(Path.Combine(folder, name), FileMode.Create, FileAccess.Write);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            snapshot.Node.Client.DownloadShardSnapshot(snapshot.Collection, snapshot.Shard, snapshot.Details.Name, () =>
            {
                file.SetLength(0);
                _ = hash.GetHashAndReset();
                return piece =>
                {
                    file.Write(piece.Span);
                    hash.AppendData(piece.Span);
                    fetched(file.Length);
                };
            }, cancellation);
            file.Flush(flushToDisk: true);
            string digest = Convert.ToHexStringLower(hash.GetHashAndReset());
            // An older server names no digest; then its size is all there is to compare.
            if (file.Length == snapshot.Details.Size && string.Equals(digest, snapshot.Details.Checksum ?? digest, StringComparison.OrdinalIgnoreCase))
                return new BackupFile(snapshot.Shard, name, file.Length, digest);
            if (attempt == Fetches)
            {
                throw new BackupException($"{snapshot.Node.Name} sent {file.Length:N0} bytes with the SHA-256 {digest} as the snapshot of shard {snapshot.Shard} of '{snapshot.Collection}', " +
                    $"and had announced {snapshot.Details.Size:N0} with {snapshot.Details.Checksum ?? "none"}, {Fetches} times. Check its disk and the network, then try again.");
            }
        }
    }
}
