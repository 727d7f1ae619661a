using System.Net.Http.Headers;
using System.Text.Json;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <content>
/// Shards of a collection and their snapshots. A snapshot is made, fetched and put back by the node that is asked, of its own copy of the shard:
/// these calls are for a client of one node.
/// </content>
public sealed partial class QdrantClient
{
    // A node packs or unpacks a shard, however large, before it answers.
    private static readonly TimeSpan SnapshotPatience = TimeSpan.FromHours(6);

    /// <summary>Where the shards of a collection lie, as the node that answers sees it.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.NotFound"/> when there is no such collection.</exception>
    public ShardPlacement GetShards(string collection, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Get, $"{Collection(collection)}/cluster", $"tell where the shards of '{collection}' are"), QdrantJson.Default.QdrantReplyShardPlacement, cancellation);

    /// <summary>What Qdrant says of a collection, whole: also what <see cref="CollectionDetails"/> does not know.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.NotFound"/> when there is no such collection.</exception>
    public JsonElement DescribeCollection(string collection, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Get, Collection(collection), $"read the settings of '{collection}'"), QdrantJson.Default.QdrantReplyJsonElement, cancellation);

    /// <summary>Makes a collection from settings as Qdrant writes them. Not repeated when the reply is lost.</summary>
    /// <param name="collection">Its name.</param>
    /// <param name="settings">What it is to be, as JSON.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.Conflict"/> when there is one already.</exception>
    public void CreateCollection(string collection, JsonElement settings, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Put, Read(Collection(collection)), $"create the collection '{collection}'")
        {
            Body = Json(settings, QdrantJson.Default.JsonElement),
            IsSafe = false,
        }, QdrantJson.Default.QdrantReplyBoolean, cancellation);

    /// <summary>Makes a payload index from a schema as Qdrant writes it; one that is there already stays.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="key">The payload key.</param>
    /// <param name="schema">The index's type, or an object with its parameters.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void CreatePayloadIndex(string collection, string key, JsonElement schema, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Send(new QdrantCall(HttpMethod.Put, Write($"{Collection(collection)}/index"), $"index the payload key '{key}' of '{collection}'")
        {
            Body = Json(new PayloadSchemaRequest(key, schema), QdrantJson.Default.PayloadSchemaRequest),
        }, QdrantJson.Default.QdrantReplyUpdateOutcome, cancellation);
    }

    /// <summary>Makes a snapshot of a shard on the node that answers. Not repeated when the reply is lost.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="shard">The shard, of which the node has a copy.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public SnapshotDetails CreateShardSnapshot(string collection, int shard, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Post, $"{Shard(collection, shard)}/snapshots?wait=true", $"make a snapshot of shard {shard} of '{collection}'") { IsSafe = false, Patience = SnapshotPatience },
            QdrantJson.Default.QdrantReplySnapshotDetails, cancellation);

    /// <summary>The snapshots of a shard on the node that answers.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public IReadOnlyList<SnapshotDetails> ListShardSnapshots(string collection, int shard, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Get, $"{Shard(collection, shard)}/snapshots", $"list the snapshots of shard {shard} of '{collection}'"), QdrantJson.Default.QdrantReplyListSnapshotDetails, cancellation);

    /// <summary>Fetches a snapshot of a shard from the node that answers.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="snapshot">The snapshot's name.</param>
    /// <param name="begin">Begins the file, anew when the call is tried again; what it returns is told each piece. What it throws ends the call.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.NotFound"/> when there is none.</exception>
    public void DownloadShardSnapshot(string collection, int shard, string snapshot, Func<Action<ReadOnlyMemory<byte>>> begin, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(begin);
        transport.SendFile(new QdrantCall(HttpMethod.Get, Snapshot(collection, shard, snapshot), $"send the snapshot '{snapshot}'"), begin, cancellation);
    }

    /// <summary>Deletes a snapshot of a shard from the node that answers. Not repeated when the reply is lost.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="snapshot">The snapshot's name.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.NotFound"/> when there is none.</exception>
    public void DeleteShardSnapshot(string collection, int shard, string snapshot, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Delete, $"{Snapshot(collection, shard, snapshot)}?wait=true", $"delete the snapshot '{snapshot}'") { IsSafe = false }, QdrantJson.Default.QdrantReplyBoolean, cancellation);

    /// <summary>
    /// Puts a snapshot in the place of a shard on the node that answers, which has a copy of it. Other nodes' copies are made anew from this one, by Qdrant itself.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="open">Opens the snapshot, anew when the call is tried again.</param>
    /// <param name="sha256">Its SHA-256 as hexadecimal text, which the node compares before it touches anything.</param>
    /// <param name="cancellation">Ends the call; the node may go on.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void RecoverShard(string collection, int shard, Func<Stream> open, string sha256, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        ArgumentException.ThrowIfNullOrEmpty(sha256);
        // Without the priority, Qdrant would prefer what another node has: nothing.
        Send(new QdrantCall(HttpMethod.Post, $"{Shard(collection, shard)}/snapshots/upload?wait=true&priority=snapshot&checksum={sha256}", $"recover shard {shard} of '{collection}' from a snapshot")
        {
            Content = () => Form(open()),
            Patience = SnapshotPatience,
        }, QdrantJson.Default.QdrantReplyBoolean, cancellation);
    }

    private static MultipartFormDataContent Form(Stream file)
    {
        var part = new StreamContent(file, 128 << 10);
        // Written out: MultipartFormDataContent.Add leaves the quotes away, which some servers need, and names the file twice.
        part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data") { Name = "\"snapshot\"", FileName = "\"shard.snapshot\"" };
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { part };
    }

    private static string Shard(string collection, int shard)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(shard);
        return $"{Collection(collection)}/shards/{shard}";
    }

    private static string Snapshot(string collection, int shard, string snapshot)
    {
        ArgumentException.ThrowIfNullOrEmpty(snapshot);
        return $"{Shard(collection, shard)}/snapshots/{Uri.EscapeDataString(snapshot)}";
    }
}
