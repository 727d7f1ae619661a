using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Ranking;

/// <summary>
/// Moments of one video that lie over each other are one: the best of them stays (non-maximum suppression, as in object detection, over
/// time instead of space).
/// </summary>
public static class MomentCollapse
{
    // Of the longer one's time. Neighbours share none, passages that overlap a sentence, a shot and what is spoken over it about half.
    private const double LeastShared = 0.4;

    /// <summary>Folds moments.</summary>
    /// <param name="candidates">Best first, with items; pictures stay.</param>
    /// <param name="leaders">Candidates that stand for others already; those that stay are not added.</param>
    /// <returns>Those that stay, in the same order.</returns>
    public static List<Candidate> Collapse(IReadOnlyList<Candidate> candidates, IReadOnlyList<Candidate> leaders)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(leaders);
        ILookup<long, Candidate> earlier = leaders.Where(IsMoment).ToLookup(c => c.Item!.AssetId);
        Dictionary<long, List<Candidate>> keptOfVideo = [];
        List<Candidate> kept = [];
        foreach (Candidate candidate in candidates)
        {
            if (!IsMoment(candidate))
            {
                kept.Add(candidate);
                continue;
            }

            long video = candidate.Item!.AssetId;
            if (!keptOfVideo.TryGetValue(video, out List<Candidate>? before))
                keptOfVideo.Add(video, before = [.. earlier[video]]);
            if (before.Find(other => SameTime(candidate.Item, other.Item!)) is { } leader)
            {
                leader.Collapsed.Add(candidate.ItemId);
                leader.Explanation?.Duplicates.Add(new CollapsedDuplicate(candidate.ItemId, "same time of the same video"));
                continue;
            }

            before.Add(candidate);
            kept.Add(candidate);
        }

        return kept;
    }

    /// <summary>Whether a candidate is a part of a video.</summary>
    internal static bool IsMoment(Candidate candidate) => candidate.Item is { Start: not null };

    private static bool SameTime(Item a, Item b) => Math.Min(MomentEvidence.Cover(a, b), MomentEvidence.Cover(b, a)) >= LeastShared;
}
