namespace VisualSearch.Ann;

/// <summary>One search's way through the graph: see <see cref="HnswIndex.Trace"/>.</summary>
public sealed record WalkTrace
{
    /// <summary>
    /// The nodes whose links were followed, in order: from the entry on the highest level down to level 0. Empty when the search was
    /// answered by an exact scan alone.
    /// </summary>
    public required IReadOnlyList<WalkHop> Hops { get; init; }

    /// <summary>
    /// Distances that the walk computed: what a search's time is spent on. Above level 0 a node counts each time it is met; on level 0
    /// it is met once.
    /// </summary>
    public required int Distances { get; init; }

    /// <summary>Exact float32 distances computed to rank what the walk found.</summary>
    public required int Rescored { get; init; }

    /// <summary>
    /// Distances of a scan that answered in place of the walk: for a filter that lets few ids through, a walk that met too few of
    /// them, or more results asked for than the walk could reach. 0 for all other searches.
    /// </summary>
    public required long Scanned { get; init; }

    /// <summary>How many results were written.</summary>
    public required int Found { get; init; }
}

/// <summary>One node whose links a walk followed.</summary>
/// <param name="Level">The level it was walked on; 0 holds every node.</param>
/// <param name="Id">Its id. A removed vector may still be passed on the way, until repair has linked around it.</param>
/// <param name="Distance">
/// From the query, on the scale that the walk compares by: that of the codes where there are any. Only the order means something.
/// </param>
/// <param name="Neighbors">
/// The neighbours scored from here; on level 0 only those that the walk had not met before, and with a filter also neighbours of those
/// that it rejects. Vectors equal to another share its node and are not met on their own.
/// </param>
public sealed record WalkHop(int Level, ulong Id, float Distance, IReadOnlyList<WalkNode> Neighbors);

/// <summary>A neighbour that a walk scored.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Distance">On the scale of <see cref="WalkHop.Distance"/>.</param>
/// <param name="Kept">
/// Whether it was near enough to go on from: above level 0 nearer than all before, on level 0 nearer than the worst of the EfSearch kept so far.
/// </param>
public readonly record struct WalkNode(ulong Id, float Distance, bool Kept);
