using VisualSearch.Ann;

namespace VisualSearch.Search.Evaluation.Lab;

/// <summary>A walk through a graph, to be drawn.</summary>
/// <param name="Nodes">All that was met, and the truly nearest, each once.</param>
/// <param name="Hops">The way, in order; numbers in it are positions in <paramref name="Nodes"/>.</param>
/// <param name="Cut">Steps left out at the end, because the drawing would not show them apart.</param>
public sealed record LabWalk(IReadOnlyList<LabNode> Nodes, IReadOnlyList<LabHop> Hops, int Cut)
{
    // A drawing with more dots is a grey disc, and its JSON more than 100 KB.
    private const int MostNodes = 2500;
    private const int MostHops = 400;

    /// <summary>Lays a traced walk out around its query.</summary>
    internal static LabWalk From(WalkTrace trace, IEnumerable<Neighbor> results, ReadOnlySpan<float> query, IVectorIndex vectors)
    {
        var places = new Dictionary<ulong, int>();
        var hops = new List<LabHop>();
        foreach (Neighbor result in results)
            Place(result.Id);
        foreach (WalkHop hop in trace.Hops)
        {
            if (places.Count >= MostNodes || hops.Count == MostHops)
                break;
            hops.Add(new LabHop(hop.Level, Place(hop.Id),
                [.. hop.Neighbors.Where(node => !node.Kept).Select(node => Place(node.Id))],
                [.. hop.Neighbors.Where(node => node.Kept).Select(node => Place(node.Id))]));
        }

        ulong[] ids = new ulong[places.Count];
        foreach ((ulong id, int place) in places)
            ids[place] = id;
        return new LabWalk(LabProjection.Around(query, ids, vectors), hops, trace.Hops.Count - hops.Count);

        int Place(ulong id)
        {
            if (!places.TryGetValue(id, out int place))
                places.Add(id, place = places.Count);
            return place;
        }
    }
}

/// <summary>A node of a walk in the plane: the query lies in the middle.</summary>
/// <param name="Id">The item.</param>
/// <param name="Distance">Exact distance from the query: how far from the middle.</param>
/// <param name="Angle">Where around the middle, in radians from −π to π; nodes that are like each other lie on the same side.</param>
public sealed record LabNode(long Id, float Distance, float Angle);

/// <summary>One step of a walk: the links of a node are followed.</summary>
/// <param name="Level">The layer; 0 holds everything.</param>
/// <param name="Node">The node.</param>
/// <param name="Dropped">Its neighbours that were compared with the query and are too far.</param>
/// <param name="Kept">Its neighbours that are near enough to go on from.</param>
public sealed record LabHop(int Level, int Node, IReadOnlyList<int> Dropped, IReadOnlyList<int> Kept);
