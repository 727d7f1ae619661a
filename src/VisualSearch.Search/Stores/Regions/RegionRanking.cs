using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Stores.Regions;

/// <summary>Where a store keeps what a search by parts reads.</summary>
internal interface IRegionSource
{
    /// <summary>The items of the indexed windows nearest to a query, best first.</summary>
    /// <param name="query">The query.</param>
    /// <param name="k">How many at most; fewer come back only when there are no more.</param>
    IReadOnlyList<long> Candidates(RegionQuery query, int k);

    /// <summary>The patches of those of these items whose pictures still are as they were when the patches were made.</summary>
    /// <param name="itemIds">Items, each once.</param>
    IEnumerable<(long ItemId, PatchGrid Grid)> Patches(IReadOnlyList<long> itemIds);
}

/// <summary>Search by parts, the same on every store: candidates from its index, then the best part of each from its patches.</summary>
internal static class RegionRanking
{
    /// <summary>The items with the parts nearest to the query, best first.</summary>
    /// <param name="source">The store.</param>
    /// <param name="query">What to look for.</param>
    /// <param name="k">How many items at most.</param>
    public static IReadOnlyList<FoundRegion> Search(IRegionSource source, RegionQuery query, int k)
    {
        float[] unit = query.Vector.ToArray();
        UnitVector.Normalize(query.Vector.Span, unit);
        var finder = new RegionFinder();
        var found = new List<FoundRegion>();
        var seen = new HashSet<long>();
        // Candidates that have changed are passed over; a list that is short for that must not look as if there were no more.
        for (int wanted = k; ; wanted *= 2)
        {
            IReadOnlyList<long> candidates = source.Candidates(query, wanted);
            foreach ((long itemId, PatchGrid grid) in source.Patches([.. candidates.Where(seen.Add)]))
            {
                (CropBox box, float similarity) = finder.Find(grid, unit);
                found.Add(new FoundRegion(itemId, box, query.Patches is PatchGrid patches ? LateInteraction.MaxSim(patches, grid) : similarity));
            }

            if (found.Count >= k || candidates.Count < wanted)
                break;
        }

        found.Sort(static (a, b) => b.Similarity != a.Similarity ? b.Similarity.CompareTo(a.Similarity) : a.ItemId.CompareTo(b.ItemId));
        return [.. found.Take(k)];
    }
}
