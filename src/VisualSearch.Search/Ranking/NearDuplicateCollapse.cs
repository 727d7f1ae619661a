using System.Numerics;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Ranking;

/// <summary>
/// The stage "collapse" for <see cref="CollapseMode.Duplicates"/>: going down the list, a candidate that shows the same as one
/// above it is folded into that one (the leader rule). So no two that stay are duplicates of each other, and each that goes is a
/// duplicate of a better one. Chains ("A like B, B like C, A unlike C") keep their ends, where a union of groups would lose C.
/// </summary>
/// <param name="hashDistance">Perceptual hashes at most this many bits apart (of 64) may be the same picture …</param>
/// <param name="similarity">… if their vectors are at least this similar (cosine).</param>
/// <param name="similarityAlone">Vectors at least this similar are the same picture whatever the hashes; above 1 for never.</param>
public sealed class NearDuplicateCollapse(int hashDistance, double similarity, double similarityAlone)
{
    private readonly double angle = Math.Acos(Math.Clamp(similarity, -1, 1));
    private readonly double angleAlone = Math.Acos(Math.Clamp(similarityAlone, -1, 1));

    /// <summary>Folds duplicates.</summary>
    /// <param name="candidates">Best first, with vectors and records.</param>
    /// <param name="leaders">Candidates of earlier pages' windows that already stand for others; those that stay are added.</param>
    /// <returns>Those that stay, in the same order.</returns>
    public List<Candidate> Collapse(IReadOnlyList<Candidate> candidates, List<Candidate>? leaders = null)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        leaders ??= [];
        List<Print> prints = [.. leaders.Select(leader => new Print(leader))];
        List<Candidate> kept = [];
        foreach (Candidate candidate in candidates)
        {
            Print print = new(candidate);
            if (FindLeader(print, prints, out string reason) is { } leader)
            {
                leader.Collapsed.Add(candidate.ItemId);
                leader.Explanation?.Duplicates.Add(new CollapsedDuplicate(candidate.ItemId, reason));
            }
            else
            {
                prints.Add(print);
                leaders.Add(candidate);
                kept.Add(candidate);
            }
        }

        return kept;
    }

    private Candidate? FindLeader(Print print, List<Print> leaders, out string reason)
    {
        foreach (Print leader in leaders)
        {
            int distance = leader.Hash == 0 || print.Hash == 0 ? int.MaxValue : BitOperations.PopCount(leader.Hash ^ print.Hash);
            bool closeHash = distance <= hashDistance;
            double needed = closeHash ? Math.Min(similarity, similarityAlone) : similarityAlone;
            if (CannotReach(leader, print, closeHash ? Math.Max(angle, angleAlone) : angleAlone) || print.Vector is null || leader.Vector is null)
                continue;
            float cosine = UnitVector.Dot(print.Vector, leader.Vector);
            if (cosine < needed)
                continue;
            reason = closeHash ? $"same picture: hash distance {distance} of 64, similarity {cosine:0.000}" : $"same picture: similarity {cosine:0.000}";
            return leader.Candidate;
        }

        reason = "";
        return null;
    }

    // Angles obey the triangle inequality: two vectors within an angle of each other can't differ more than that in their angle
    // to the query. It spares most of the dot products, whose number grows with the square of the window.
    private static bool CannotReach(in Print a, in Print b, double angle)
    {
        const double rounding = 1e-3;
        return Math.Abs(a.AngleToQuery - b.AngleToQuery) > angle + rounding;
    }

    /// <summary>What is compared of a candidate. Without a similarity to the query the angle is NaN, which no comparison rules out.</summary>
    private readonly struct Print(Candidate candidate)
    {
        public Candidate Candidate { get; } = candidate;

        // A video's hash is that of one of its pictures, and says nothing of its shots.
        public ulong Hash { get; } = candidate.Record is { Item.Kind: ItemKind.Picture } picture ? picture.Asset.PerceptualHash : 0;

        public float[]? Vector { get; } = candidate.Vector;

        public double AngleToQuery { get; } = candidate.ExactScore is { } cosine ? Math.Acos(Math.Clamp(cosine, -1, 1)) : double.NaN;
    }
}
