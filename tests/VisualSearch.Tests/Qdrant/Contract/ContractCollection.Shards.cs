using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <content>How the collection is spread over the nodes, and snapshots of its shards: what is in them is what was there.</content>
public sealed partial class ContractCollection
{
    private int[][] holders = [];

    /// <summary>Snapshots of shards, each on the node that made it.</summary>
    public List<ContractSnapshot> ShardSnapshots { get; } = [];

    public int ShardCount => holders.Length;

    /// <summary>Spreads the shards' copies over the nodes that there are.</summary>
    /// <param name="nodes">How many there are.</param>
    /// <param name="first">The node of the first shard: another for each collection.</param>
    public void Spread(int nodes, int first)
    {
        int copies = Math.Min(Number("replication_factor"), Math.Max(1, nodes));
        holders = [.. Enumerable.Range(0, Number("shard_number")).Select(shard => (int[])[.. Enumerable.Range(0, copies).Select(copy => (first + shard + copy) % Math.Max(1, nodes))])];
    }

    /// <summary>Where the shards lie, as a node tells it.</summary>
    public JsonObject Placement(int node) => new()
    {
        ["peer_id"] = node + 1,
        ["shard_count"] = ShardCount,
        ["local_shards"] = new JsonArray([.. Shards().Where(shard => holders[shard].Contains(node)).Select(shard => (JsonNode)new JsonObject { ["shard_id"] = shard, ["points_count"] = Of(shard).Count(), ["state"] = "Active" })]),
        ["remote_shards"] = new JsonArray([.. Shards().SelectMany(shard => holders[shard].Where(other => other != node).Select(other => (JsonNode)new JsonObject { ["shard_id"] = shard, ["peer_id"] = other + 1, ["state"] = "Active" }))]),
        ["shard_transfers"] = new JsonArray(),
    };

    /// <summary>Makes a snapshot of a node's copy of a shard.</summary>
    public ContractSnapshot MakeSnapshot(int shard, int node, int operation)
    {
        RequireLocal(shard, node);
        JsonElement all = JsonSerializer.SerializeToElement(new { with_payload = true, with_vector = true });
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(new JsonObject
        {
            ["vectors"] = Given("vectors"),
            ["sparse_vectors"] = Given("sparse_vectors"),
            ["points"] = new JsonArray([.. Of(shard).Select(point => (JsonNode)ContractReplies.Record(point, all, payloadByDefault: true))]),
        });
        var snapshot = new ContractSnapshot(shard, node, $"{Name}-shard-{shard}-{operation}.snapshot", bytes);
        ShardSnapshots.Add(snapshot);
        return snapshot;
    }

    /// <summary>A snapshot that a node has.</summary>
    public ContractSnapshot FindSnapshot(int shard, int node, string name)
    {
        RequireShard(shard);
        return ShardSnapshots.Find(one => one.Shard == shard && one.Node == node && one.Name == name) ?? throw ContractException.NotFound($"Snapshot {name} not found");
    }

    /// <summary>Puts a snapshot in the place of a shard.</summary>
    public void Recover(int shard, int node, byte[] bytes, string? priority, string? checksum)
    {
        if (checksum is not null && !string.Equals(checksum, ContractSnapshot.Digest(bytes), StringComparison.OrdinalIgnoreCase))
            throw new ContractException(HttpStatusCode.BadRequest, $"Bad request: Snapshot checksum mismatch: expected {checksum}, got {ContractSnapshot.Digest(bytes)}");
        RequireShard(shard);
        if (!holders[shard].Contains(node))
            throw ContractException.NotImplemented("recovery of a shard on a node without a copy of it");
        JsonElement snapshot = Parse(bytes);
        foreach (string kind in (string[])["vectors", "sparse_vectors"])
            if (!JsonNode.DeepEquals(JsonNode.Parse(snapshot.GetProperty(kind).GetRawText()), Given(kind)))
                throw ContractException.WrongInput($"Snapshot is not compatible with existing collection: {kind} differ");
        if (holders[shard].Length > 1 && priority != "snapshot")
        {
            // With "replica", which is also what holds without a word, another copy is the truth, and the snapshot comes to nothing.
            if (priority == "no_sync")
                throw ContractException.NotImplemented("copies of a shard that differ");
            return;
        }

        ContractPoint[] points = [.. snapshot.GetProperty("points").EnumerateArray().Select(Read)];
        foreach (ulong id in Of(shard).Select(static point => point.Id).ToArray())
            Points.Remove(id);
        foreach (ContractPoint point in points)
            Points[point.Id] = point;
    }

    private static JsonElement Parse(byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new ContractException(HttpStatusCode.InternalServerError, "Service internal error: failed to unpack the snapshot archive");
        }
    }

    private IEnumerable<int> Shards() => Enumerable.Range(0, ShardCount);

    private IEnumerable<ContractPoint> Of(int shard) => Points.Values.Where(point => (int)(point.Id % (ulong)ShardCount) == shard);

    private int Number(string name) => Given(name)?.GetValue<int>() ?? 1;

    private void RequireShard(int shard)
    {
        if (shard >= ShardCount)
            throw ContractException.NotFound($"Shard {shard} not found");
    }

    private void RequireLocal(int shard, int node)
    {
        RequireShard(shard);
        if (!holders[shard].Contains(node))
            throw new ContractException(HttpStatusCode.BadRequest, $"Bad request: Shard {shard} is not a local shard");
    }
}

/// <summary>A snapshot of a shard, on the node that made it.</summary>
public sealed record ContractSnapshot(int Shard, int Node, string Name, byte[] Bytes)
{
    public static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>As replies have it.</summary>
    public JsonObject Describe() => new() { ["name"] = Name, ["creation_time"] = "2026-01-01T00:00:00", ["size"] = Bytes.Length, ["checksum"] = Digest(Bytes) };
}
