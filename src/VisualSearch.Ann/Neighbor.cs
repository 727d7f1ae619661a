namespace VisualSearch.Ann;

/// <summary>One result of a search.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Distance">Exact float32 distance under the index's <see cref="Metric"/>; lower is nearer.</param>
public readonly record struct Neighbor(ulong Id, float Distance)
{
    /// <summary>The order of results: by distance, then by id, so that equal distances come out the same way every time.</summary>
    internal static bool IsBefore(in Neighbor left, in Neighbor right) =>
        left.Distance < right.Distance || (left.Distance == right.Distance && left.Id < right.Id);
}
