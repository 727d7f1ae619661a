using System.Text.Json;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>Where the shards of a collection lie, as one node sees it.</summary>
public sealed record ShardPlacement
{
    /// <summary>The node's own number.</summary>
    public required ulong PeerId { get; init; }

    /// <summary>Shards of the collection.</summary>
    public required int ShardCount { get; init; }

    /// <summary>Those of which this node has a copy.</summary>
    public IReadOnlyList<LocalShard> LocalShards { get; init; } = [];

    /// <summary>Copies on other nodes.</summary>
    public IReadOnlyList<RemoteShard> RemoteShards { get; init; } = [];

    /// <summary>Changes of the number of shards that are under way; null or empty for none.</summary>
    public IReadOnlyList<JsonElement>? ReshardingOperations { get; init; }
}

/// <summary>A node's copy of a shard.</summary>
/// <param name="ShardId">The shard, from 0.</param>
/// <param name="PointsCount">Points in it, counted roughly.</param>
/// <param name="State">What it is worth: <c>Active</c> for one that has everything and answers.</param>
public sealed record LocalShard(int ShardId, long PointsCount, string State)
{
    /// <summary>Whether it has everything.</summary>
    public bool IsActive => State == "Active";
}

/// <summary>Another node's copy of a shard.</summary>
/// <param name="ShardId">The shard, from 0.</param>
/// <param name="PeerId">The node.</param>
/// <param name="State">As <see cref="LocalShard.State"/>.</param>
public sealed record RemoteShard(int ShardId, ulong PeerId, string State);
