using System.Globalization;
using System.Text.Json.Nodes;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>What a request says besides its operation and its body.</summary>
/// <param name="Node">Which node it was sent to, from 0.</param>
/// <param name="Upload">The file that came with it, or null.</param>
/// <param name="Priority">The parameter of that name, or null.</param>
/// <param name="Checksum">The parameter of that name, or null.</param>
public sealed record ContractCall(int Node, byte[]? Upload = null, string? Priority = null, string? Checksum = null);

/// <content>Shards: where they lie, and their snapshots.</content>
public sealed partial class ContractState
{
    /// <summary>Snapshots of shards that lie on the nodes: what tests look at past any request.</summary>
    public IReadOnlyList<string> ShardSnapshots
    {
        get
        {
            lock (gate)
                return [.. collections.Values.SelectMany(static collection => collection.ShardSnapshots).Select(static snapshot => $"{snapshot.Node}: {snapshot.Name}")];
        }
    }

    /// <summary>The file that an operation answers with; null where it answers with JSON.</summary>
    public byte[]? File(OpenApiContract.Operation operation, ContractCall call)
    {
        if (operation.Name != "GET /collections/{collection_name}/shards/{shard_id}/snapshots/{snapshot_name}")
            return null;
        lock (gate)
            return Find(operation.Path["collection_name"]).FindSnapshot(Shard(operation), call.Node, operation.Path["snapshot_name"]).Bytes;
    }

    private JsonNode Shards(OpenApiContract.Operation operation, ContractCall call)
    {
        ContractCollection collection = Find(operation.Path["collection_name"]);
        switch (operation.Name.Replace("/collections/{collection_name}/", "", StringComparison.Ordinal))
        {
            case "GET cluster":
                return collection.Placement(call.Node);
            case "POST shards/{shard_id}/snapshots":
                return collection.MakeSnapshot(Shard(operation), call.Node, ++operations).Describe();
            case "GET shards/{shard_id}/snapshots":
                int shard = Shard(operation);
                return new JsonArray([.. collection.ShardSnapshots.Where(one => one.Shard == shard && one.Node == call.Node).Select(static one => (JsonNode)one.Describe())]);
            case "DELETE shards/{shard_id}/snapshots/{snapshot_name}":
                return collection.ShardSnapshots.Remove(collection.FindSnapshot(Shard(operation), call.Node, operation.Path["snapshot_name"]));
            case "POST shards/{shard_id}/snapshots/upload":
                collection.Recover(Shard(operation), call.Node, call.Upload ?? throw ContractException.Format("Field with name 'snapshot' is required"), call.Priority, call.Checksum);
                return true;
            default:
                throw ContractException.NotImplemented(operation.Name);
        }
    }

    private static int Shard(OpenApiContract.Operation operation) =>
        int.TryParse(operation.Path["shard_id"], NumberStyles.None, CultureInfo.InvariantCulture, out int shard) ? shard : throw ContractException.NotFound($"Shard {operation.Path["shard_id"]} not found");
}
