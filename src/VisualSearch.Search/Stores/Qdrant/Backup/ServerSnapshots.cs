using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant.Backup;

/// <summary>A snapshot that lies on a node until it has been fetched.</summary>
/// <param name="Node">The node that made it.</param>
/// <param name="Part">Which of the collection's parts, such as <c>items</c>.</param>
/// <param name="Collection">That part's name on Qdrant.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Details">Its name, size and digest.</param>
internal sealed record ServerSnapshot(QdrantNode Node, string Part, string Collection, int Shard, SnapshotDetails Details)
{
    /// <summary>Deletes it on its node.</summary>
    public void Delete(CancellationToken cancellation = default) => Node.Client.DeleteShardSnapshot(Collection, Shard, Details.Name, cancellation);
}

/// <summary>
/// The snapshots that a backup made on the nodes' disks, also written down in its folder: a backup that was killed leaves them there, and the next one
/// into the same folder deletes them first.
/// </summary>
/// <param name="folder">The unfinished backup's folder.</param>
internal sealed class ServerSnapshots(string folder)
{
    /// <summary>Where they are written down.</summary>
    public const string FileName = "on-the-servers.txt";

    private readonly List<ServerSnapshot> left = [];

    /// <summary>Those that are on the nodes.</summary>
    public IReadOnlyList<ServerSnapshot> Left => [.. left];

    /// <summary>One was made.</summary>
    public void Add(ServerSnapshot made)
    {
        left.Add(made);
        File.AppendAllText(Path.Combine(folder, FileName), $"{made.Node.Name}\t{made.Collection}\t{made.Shard}\t{made.Details.Name}\n");
    }

    /// <summary>Deletes one on its node.</summary>
    public void Delete(ServerSnapshot fetched)
    {
        fetched.Delete();
        left.Remove(fetched);
    }

    /// <summary>Deletes all that are left, as far as their nodes answer.</summary>
    /// <returns>What stays on a node, with what to do.</returns>
    public IReadOnlyList<string> DeleteLeft()
    {
        var stay = new List<string>();
        foreach (ServerSnapshot snapshot in left)
            Try(snapshot.Delete, snapshot.Node.Name, snapshot.Details.Name, stay);
        left.Clear();
        return stay;
    }

    /// <summary>Deletes what a backup that was killed wrote down.</summary>
    /// <param name="options">The nodes and the key.</param>
    /// <returns>What stays on a node, with what to do.</returns>
    public IReadOnlyList<string> DeleteWrittenDown(QdrantOptions options)
    {
        var stay = new List<string>();
        string path = Path.Combine(folder, FileName);
        foreach (string[] line in (File.Exists(path) ? File.ReadAllLines(path) : []).Select(static line => line.Split('\t')))
        {
            // The end of a line that was being written when it was killed; and the key goes to no other server than those that are named.
            if (line.Length != 4 || !int.TryParse(line[2], out int shard) || options.Nodes.FirstOrDefault(node => (options with { Nodes = [node] }).Servers == line[0]) is not { } address)
                continue;
            using var client = new QdrantClient(options with { Nodes = [address] });
            Try(cancellation => client.DeleteShardSnapshot(line[1], shard, line[3], cancellation), line[0], line[3], stay);
        }

        return stay;
    }

    private static void Try(Action<CancellationToken> delete, string node, string snapshot, List<string> stay)
    {
        try
        {
            delete(CancellationToken.None);
        }
        catch (QdrantException gone) when (gone.Fault == QdrantFault.NotFound)
        {
            // With its collection, or by somebody else.
        }
        catch (QdrantException fault)
        {
            stay.Add($"The snapshot '{snapshot}' stays on {node}: {fault.Message} Delete it there.");
        }
    }
}
