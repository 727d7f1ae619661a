namespace VisualSearch.Ann;

/// <summary>
/// What one search in inverted lists or hash tables computed: see <see cref="TrainedIndex.Trace"/>.
/// </summary>
/// <param name="Probed">Lists or buckets that were read.</param>
/// <param name="Distances">
/// Vectors in them that were compared with the query, by their codes where there are any: what a search's time is spent on. A vector met in
/// several buckets counts once; one that the filter rejects does not count.
/// </param>
/// <param name="Rescored">Exact float32 distances computed to rank what the codes found.</param>
/// <param name="Scanned">
/// Vectors, or ids of the filter, that an exact scan went through in place of lists or buckets: before the index is trained, for a filter
/// that lets few ids through, or where the buckets held too few. 0 for all other searches.
/// </param>
/// <param name="Found">How many results were written.</param>
public readonly record struct ProbeTrace(int Probed, long Distances, int Rescored, long Scanned, int Found);
