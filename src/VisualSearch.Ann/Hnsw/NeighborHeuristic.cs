using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>Which of a node's candidates become its links: algorithm 4 of Malkov and Yashunin, without keeping pruned ones.</summary>
internal static class NeighborHeuristic
{
    /// <summary>
    /// Keeps a candidate when it is nearer to the base than to every one kept before, so links point in different directions
    /// and not all into one cluster.
    /// </summary>
    /// <param name="space">Distances between slots.</param>
    /// <param name="candidates">Distances from the base, ascending.</param>
    /// <param name="kept">Receives the chosen slots, nearest first; its length is the most to choose.</param>
    /// <returns>How many were chosen.</returns>
    public static int Select(VectorSpace space, ReadOnlySpan<Candidate> candidates, Span<int> kept)
    {
        int count = 0;
        foreach (Candidate candidate in candidates)
        {
            if (count == kept.Length)
                break;
            if (IsDiverse(space, candidate, kept[..count]))
                kept[count++] = candidate.Slot;
        }

        return count;
    }

    public static bool IsDiverse(VectorSpace space, Candidate candidate, ReadOnlySpan<int> kept)
    {
        foreach (int other in kept)
        {
            if (space.Distance(candidate.Slot, other) < candidate.Distance)
                return false;
        }

        return true;
    }
}
