namespace VisualSearch.Ann;

/// <summary>An <see cref="HnswIndex"/> in numbers, for diagnosis and for those who study it.</summary>
public sealed record HnswStatistics
{
    /// <summary>Vectors that a search can return.</summary>
    public required int Count { get; init; }

    /// <summary>How many nodes reach each level; level 0 first. Equal vectors share one node.</summary>
    public required IReadOnlyList<int> NodesPerLevel { get; init; }

    /// <summary>Vectors that share the node of an equal one.</summary>
    public required int Twins { get; init; }

    /// <summary>Removed nodes that walks still pass, until the repair has replaced the links to them.</summary>
    public required int Dead { get; init; }

    /// <summary>Slots that removed vectors left behind for new ones.</summary>
    public required int Free { get; init; }

    /// <summary>Mean number of links of a node on level 0.</summary>
    public required double MeanLinks { get; init; }

    /// <summary>Nodes on level 0 that no path of links from the entry leads to, dead ones left out; a walk cannot find them.</summary>
    public required int Unreachable { get; init; }

    /// <summary>Memory held by vectors, codes and links.</summary>
    public required long MemoryBytes { get; init; }
}
