using System.Numerics;

namespace VisualSearch.Search.Ranking;

/// <summary>
/// The stage "collapse" for <see cref="CollapseMode.Duplicates"/>: going down the list, a candidate that shows the same as one
/// above it is folded into that one (the leader rule). So no two that stay are duplicates of each other, and each that goes is a
/// duplicate of a better one. Chains ("A like B, B like C, A unlike C") keep their ends, where a union of groups would lose C.
/// </summary>
public sealed class NearDuplicateCollapse(int hashDistance, double similarity, double similarityAlone)
{
    /// <summary>Folds duplicates.</summary>
    /// <param name="candidates">Best first, with vectors and records.</param>
    /// <param name="leaders">Candidates of earlier pages' windows that already stand for others; those that stay are added.</param>
    /// <returns>Those that stay, in the same order.</returns>
    public List<Candidate> Collapse(IReadOnlyList<Candidate> candidates, List<Candidate>? leaders = null)
    {
        leaders ??= [];
        List<Candidate> kept = [];
        foreach (Candidate candidate in candidates)
        {
            if (FindLeader(candidate, leaders, out string reason) is { } leader)
            {
                leader.Collapsed.Add(candidate.ItemId);
                leader.Explanation?.Duplicates.Add(new CollapsedDuplicate(candidate.ItemId, reason));
            }
            else
            {
                leaders.Add(candidate);
                kept.Add(candidate);
            }
        }

        return kept;
    }

    /// <summary>Whether two candidates show the same, and why.</summary>
    internal bool AreDuplicates(Candidate a, Candidate b, out string reason)
    {
        reason = "";
        ulong hashA = a.Record?.Asset.PerceptualHash ?? 0, hashB = b.Record?.Asset.PerceptualHash ?? 0;
        int distance = hashA == 0 || hashB == 0 ? 65 : BitOperations.PopCount(hashA ^ hashB);
        bool closeHash = distance <= hashDistance;
        double needed = closeHash ? Math.Min(similarity, similarityAlone) : similarityAlone;
        if (a.Vector is null || b.Vector is null || CannotReach(a, b, needed))
            return false;
        float cosine = VectorArithmetic.Dot(a.Vector, b.Vector);
        if (cosine < needed)
            return false;
        reason = closeHash ? $"same picture: hash distance {distance} of 64, similarity {cosine:0.000}" : $"same picture: similarity {cosine:0.000}";
        return true;
    }

    private Candidate? FindLeader(Candidate candidate, List<Candidate> leaders, out string reason)
    {
        foreach (Candidate leader in leaders)
        {
            if (AreDuplicates(leader, candidate, out reason))
                return leader;
        }

        reason = "";
        return null;
    }

    // Angles obey the triangle inequality: two vectors within acos(needed) of each other can't differ more than that in their
    // angle to the query. It spares most of the dot products, whose number grows with the square of the window.
    private static bool CannotReach(Candidate a, Candidate b, double needed)
    {
        if (a.ExactScore is not { } x || b.ExactScore is not { } y || needed >= 1)
            return false;
        const double rounding = 1e-3;
        double gap = Math.Abs(Math.Acos(Math.Clamp(x, -1, 1)) - Math.Acos(Math.Clamp(y, -1, 1)));
        return gap > Math.Acos(Math.Clamp(needed, -1, 1)) + rounding;
    }
}
