namespace VisualSearch.Search.Planning;

/// <summary>What a collection has to hold and to answer, and the machines there are.</summary>
public sealed record CapacityQuestion
{
    /// <summary>Vectors: one a picture, and one a shot and a passage of a video; 1 to 1e12.</summary>
    public required double Items { get; init; }

    /// <summary>Numbers in a vector, 8 to 4,096.</summary>
    public required int Dimension { get; init; }

    /// <summary>Searches a second at the busiest time, above 0.</summary>
    public required double QueriesPerSecond { get; init; }

    /// <summary>What 99 of 100 searches may take at most, in milliseconds from request to answer.</summary>
    public required double P99Milliseconds { get; init; }

    /// <summary>Recall@10 that searches shall have.</summary>
    public TargetRecall Recall { get; init; } = TargetRecall.Percent95;

    /// <summary>Codes of the index; null takes those that need fewer nodes.</summary>
    public CodeSize? Codes { get; init; }

    /// <summary>Cores of a node.</summary>
    public int NodeCores { get; init; } = 16;

    /// <summary>Memory of a node, in GiB.</summary>
    public double NodeMemoryGiB { get; init; } = 64;

    /// <summary>Copies of each shard at least: with two, any node may go.</summary>
    public int LeastReplicas { get; init; } = 2;

    /// <summary>How many times as long as this project's index the engine takes for a search of the same recall; hnswlib 3.1 in <c>docs/bench/ann-million.md</c>.</summary>
    public double SearchFactor { get; init; } = 1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="QueryException">A value is out of range.</exception>
    public CapacityQuestion Validate()
    {
        Require(Items is >= 1 and <= 1e12, "items", Items, "1 to 1e12");
        Require(Dimension is >= 8 and <= 4096, "dim", Dimension, "8 to 4096");
        Require(QueriesPerSecond is > 0 and <= 1e9, "qps", QueriesPerSecond, "above 0");
        Require(P99Milliseconds is > 0 and <= 1e6, "p99", P99Milliseconds, "above 0 ms");
        Require(NodeCores is >= 1 and <= 1024, "node-cores", NodeCores, "1 to 1024");
        Require(NodeMemoryGiB is >= 4 and <= 65_536, "node-memory", NodeMemoryGiB, "4 to 65536 GiB");
        Require(LeastReplicas is >= 1 and <= 100, "replicas", LeastReplicas, "1 to 100");
        Require(SearchFactor is >= 0.01 and <= 1000, "search-factor", SearchFactor, "0.01 to 1000");
        return this;
    }

    private static void Require(bool holds, string name, double value, string range)
    {
        if (!holds)
            throw new QueryException(name, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"is {value}; give {range}"));
    }
}

/// <summary>Share of the true ten nearest that a search finds.</summary>
public enum TargetRecall
{
    /// <summary>0.95.</summary>
    Percent95,

    /// <summary>0.99.</summary>
    Percent99,
}

/// <summary>Bits of a number in the codes that a walk through the graph compares.</summary>
public enum CodeSize
{
    /// <summary>8 bits.</summary>
    Int8,

    /// <summary>4 bits.</summary>
    Int4,
}
