namespace VisualSearch.Search.Ranking;

/// <summary>The stage "collapse" for <see cref="CollapseMode.Asset"/>: only the best item of each asset stays, and knows the others.</summary>
public static class AssetCollapse
{
    /// <summary>Folds items of one asset.</summary>
    /// <param name="candidates">Best first, with items.</param>
    /// <param name="leaders">Candidates of earlier pages' windows that already stand for their asset; those that stay are added.</param>
    /// <returns>Those that stay, in the same order.</returns>
    public static List<Candidate> Collapse(IReadOnlyList<Candidate> candidates, List<Candidate>? leaders = null)
    {
        leaders ??= [];
        Dictionary<long, Candidate> best = [];
        foreach (Candidate leader in leaders.Where(c => c.Item is not null))
            best.TryAdd(leader.Item!.AssetId, leader);
        List<Candidate> kept = [];
        foreach (Candidate candidate in candidates)
        {
            if (candidate.Item is { } item && !best.TryAdd(item.AssetId, candidate))
            {
                Candidate leader = best[item.AssetId];
                leader.Collapsed.Add(candidate.ItemId);
                if (MomentCollapse.IsMoment(candidate))
                    leader.Moments.Add(candidate);
                leader.Explanation?.Duplicates.Add(new CollapsedDuplicate(candidate.ItemId, "same asset"));
                continue;
            }

            leaders.Add(candidate);
            kept.Add(candidate);
        }

        return kept;
    }
}
