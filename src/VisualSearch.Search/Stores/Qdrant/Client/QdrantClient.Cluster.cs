
namespace VisualSearch.Search.Stores.Qdrant.Client;

public sealed partial class QdrantClient
{
    /// <summary>Title and version of the server that answers.</summary>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public ServerVersion GetVersion(CancellationToken cancellation = default) =>
        transport.SendPlain(new QdrantCall(HttpMethod.Get, "/", "read the server's version"), QdrantJson.Default.ServerVersion, cancellation);

    /// <summary>Whether a node of the cluster is up; never throws for a passing fault. Needs no key.</summary>
    /// <param name="cancellation">Ends the call.</param>
    public bool IsHealthy(CancellationToken cancellation = default)
    {
        try
        {
            transport.SendText(new QdrantCall(HttpMethod.Get, "/healthz", "ask whether the server is up") { MaxRetries = 0 }, cancellation);
            return true;
        }
        catch (QdrantException fault) when (fault.IsPassing)
        {
            return false;
        }
    }

    /// <summary>What a node says of its cluster.</summary>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public ClusterDetails GetCluster(CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Get, "/cluster", "read the state of the cluster"), QdrantJson.Default.QdrantReplyClusterDetails, cancellation);

    /// <summary>Makes a snapshot of a collection on the node that answers. Not repeated when the reply is lost.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public SnapshotDetails CreateSnapshot(string collection, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Post, $"{Collection(collection)}/snapshots?wait=true", $"make a snapshot of '{collection}'") { IsSafe = false },
            QdrantJson.Default.QdrantReplySnapshotDetails, cancellation);

    /// <summary>The snapshots of a collection on the node that answers.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public IReadOnlyList<SnapshotDetails> ListSnapshots(string collection, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Get, $"{Collection(collection)}/snapshots", $"list the snapshots of '{collection}'"), QdrantJson.Default.QdrantReplyListSnapshotDetails, cancellation);

    /// <summary>Deletes a snapshot of a collection on the node that answers. Not repeated when the reply is lost.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="snapshot">The snapshot's name.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.NotFound"/> when there is none.</exception>
    public void DeleteSnapshot(string collection, string snapshot, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(snapshot);
        Send(new QdrantCall(HttpMethod.Delete, $"{Collection(collection)}/snapshots/{Uri.EscapeDataString(snapshot)}?wait=true", $"delete the snapshot '{snapshot}' of '{collection}'") { IsSafe = false },
            QdrantJson.Default.QdrantReplyBoolean, cancellation);
    }
}
