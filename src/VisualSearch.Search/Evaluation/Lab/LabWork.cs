using VisualSearch.Ann;

namespace VisualSearch.Search.Evaluation.Lab;

/// <summary>What one search computed.</summary>
/// <param name="Visited">Vectors compared with the query before rescoring.</param>
/// <param name="Rescored">Exact distances that ranked what codes had found.</param>
/// <param name="Probed">Lists or buckets read; null for a family that has none.</param>
/// <param name="Walk">The way through a graph; null for a family that has none.</param>
internal sealed record LabWork(long Visited, int Rescored, int? Probed = null, WalkTrace? Walk = null)
{
    internal delegate LabWork Counter(IVectorIndex index, float[] query, Neighbor[] results, SearchParameters parameters);

    internal static LabWork Of(WalkTrace walk) => new(walk.Distances + walk.Scanned, walk.Rescored, Walk: walk);

    internal static LabWork Of(ProbeTrace probe) => new(probe.Distances + probe.Scanned, probe.Rescored, probe.Probed);
}
