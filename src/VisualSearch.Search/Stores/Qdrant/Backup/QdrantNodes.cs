using Microsoft.Extensions.Logging;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant.Backup;

/// <summary>Each of the nodes that were named, by itself: snapshots are made by, and given to, one certain node.</summary>
internal sealed class QdrantNodes : IDisposable
{
    private readonly IReadOnlyList<QdrantNode> nodes;

    private QdrantNodes(IReadOnlyList<QdrantNode> nodes) => this.nodes = nodes;

    /// <summary>The addresses, for messages.</summary>
    public string Names => string.Join(", ", nodes.Select(static node => node.Name));

    /// <summary>The nodes of the settings; nothing is sent.</summary>
    public static QdrantNodes Of(QdrantOptions options, ILogger? logger, TimeProvider? time) =>
        new([.. options.Nodes.Select(address => new QdrantNode(new QdrantClient(options with { Nodes = [address] }, logger, time)))]);

    /// <summary>For each shard of a collection the nodes with a copy that has everything, in order of shard.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="away">Told of each node that can't be asked, of which another may have what it has; null to end with that.</param>
    /// <param name="cancellation">Ends the calls.</param>
    /// <exception cref="QdrantException">No node can be asked, or one says no.</exception>
    /// <exception cref="BackupException">The collection's shards are being changed.</exception>
    public IReadOnlyList<IReadOnlyList<QdrantNode>> HoldersOf(string collection, Action<QdrantNode, QdrantException>? away, CancellationToken cancellation)
    {
        var holders = new List<List<QdrantNode>>();
        QdrantException? fault = null;
        var seen = new HashSet<ulong>();
        foreach (QdrantNode node in nodes)
        {
            ShardPlacement placement;
            try
            {
                placement = node.Client.GetShards(collection, cancellation);
            }
            catch (QdrantException gone) when (gone.IsPassing && away is not null)
            {
                fault = gone;
                away(node, gone);
                continue;
            }

            if (placement.ReshardingOperations is { Count: > 0 })
                throw new BackupException($"Qdrant is changing the number of shards of '{collection}'. Wait until it has done so, then try again.");
            // Two addresses of one node are one.
            if (!seen.Add(placement.PeerId))
                continue;
            while (holders.Count < Math.Max(placement.ShardCount, placement.LocalShards.Select(static shard => shard.ShardId + 1).DefaultIfEmpty().Max()))
                holders.Add([]);
            foreach (LocalShard local in placement.LocalShards.Where(static shard => shard.IsActive))
                holders[local.ShardId].Add(node);
        }

        return seen.Count == 0 && fault is not null ? throw fault : holders;
    }

    /// <summary>What is missing of a collection on these nodes, with what to do; null for nothing.</summary>
    public string? Missing(string collection, IReadOnlyList<IReadOnlyList<QdrantNode>> holders, CancellationToken cancellation)
    {
        int[] shards = [.. Enumerable.Range(0, holders.Count).Where(shard => holders[shard].Count == 0)];
        if (shards.Length == 0)
            return null;
        return $"Of {holders.Count} shards of '{collection}' no whole copy of {(shards.Length == 1 ? "number" : "numbers")} {string.Join(", ", shards)} is on the nodes that are named ({Names}). " +
            $"{Cluster(cancellation)}Name all nodes, each by its own address, and see that they run.";
    }

    public void Dispose()
    {
        foreach (QdrantNode node in nodes)
            node.Client.Dispose();
    }

    private string Cluster(CancellationToken cancellation)
    {
        foreach (QdrantNode node in nodes)
        {
            try
            {
                return node.Client.GetCluster(cancellation) is { Peers.Count: > 0 } cluster
                    ? $"The cluster has {cluster.Peers.Count} nodes, as they call each other: {string.Join(", ", cluster.Peers.Values.Select(static peer => peer.Uri.TrimEnd('/')).Order(StringComparer.Ordinal))}. "
                    : "";
            }
            catch (QdrantException gone) when (gone.IsPassing)
            {
                // Another will know.
            }
        }

        return "";
    }
}

/// <summary>A node.</summary>
/// <param name="Client">Asks it alone.</param>
internal sealed record QdrantNode(QdrantClient Client)
{
    /// <summary>Its address.</summary>
    public string Name => Client.Options.Servers;
}
