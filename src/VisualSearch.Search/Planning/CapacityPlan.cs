namespace VisualSearch.Search.Planning;

/// <summary>What a collection needs, and why.</summary>
public sealed record CapacityPlan
{
    /// <summary>What was asked.</summary>
    public required CapacityQuestion Question { get; init; }

    /// <summary>Codes of the index.</summary>
    public required CodeSize Codes { get; init; }

    /// <summary>Parts that the vectors are divided into; each search asks all of them.</summary>
    public required long Shards { get; init; }

    /// <summary>Copies of each shard.</summary>
    public required int Replicas { get; init; }

    /// <summary>Nodes that hold vectors: a shard's copy each.</summary>
    public long Nodes => Shards * Replicas;

    /// <summary>Nodes that take requests, embed queries and rank.</summary>
    public required long ApiNodes { get; init; }

    /// <summary>Vectors of a shard.</summary>
    public required double VectorsPerShard { get; init; }

    /// <summary>Bytes of memory that a node's shard takes.</summary>
    public required double MemoryPerNode { get; init; }

    /// <summary>Bytes of disk that a node's shard and its part of the catalog take.</summary>
    public required double DiskPerNode { get; init; }

    /// <summary>Milliseconds that a core takes for one search of one shard.</summary>
    public required double SearchMilliseconds { get; init; }

    /// <summary>Share of the time that a node's cores search, 0..1.</summary>
    public required double Utilisation { get; init; }

    /// <summary>The 99th percentile that is to be expected, in milliseconds.</summary>
    public required double P99Milliseconds { get; init; }

    /// <summary>Hours of one core to decode and embed all pictures once with the default model.</summary>
    public required double EmbeddingCoreHours { get; init; }

    /// <summary>Hours of one core to build all shards once, one copy each.</summary>
    public required double BuildCoreHours { get; init; }

    /// <summary>How each number comes about, in order.</summary>
    public required IReadOnlyList<PlanStep> Steps { get; init; }

    /// <summary>What another choice would cost or save.</summary>
    public required IReadOnlyList<CostDriver> Drivers { get; init; }
}

/// <summary>One line of the arithmetic.</summary>
/// <param name="What">The number's name.</param>
/// <param name="How">The formula with its numbers in it.</param>
/// <param name="Result">The number, with its unit.</param>
public sealed record PlanStep(string What, string How, string Result);

/// <summary>What another choice would need.</summary>
/// <param name="Change">The choice.</param>
/// <param name="Nodes">Nodes that hold vectors; null where it can't be had.</param>
public sealed record CostDriver(string Change, long? Nodes);
