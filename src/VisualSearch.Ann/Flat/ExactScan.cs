using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Flat;

/// <summary>Compares the query with every vector, or with every one that a filter names.</summary>
internal static unsafe class ExactScan
{
    public static int Search(VectorSpace space, SlotTable slots, float* query, Span<Neighbor> results, IdSet? filter)
    {
        long version = slots.Version;
        int limit = slots.Limit;
        return filter is not null && IsSmall(filter, limit)
            ? Allowed(space, slots, query, results, filter)
            : All(space, slots, query, results, filter, version, limit);
    }

    /// <summary>Whether to go by the filter's ids: a look-up by id costs about as much as four steps over slots in order.</summary>
    public static bool IsSmall(IdSet filter, int slots) => filter.Count < slots / 4;

    /// <summary>Whether a filter holds so few ids that measuring them all is less work than <paramref name="visits"/> steps of a search.</summary>
    public static bool IsCheaper(IdSet? filter, double visits) => filter is not null && filter.Count <= visits;

    /// <summary>By the ids of a filter, each as it is in the index now.</summary>
    public static int Allowed(VectorSpace space, SlotTable slots, float* query, Span<Neighbor> results, IdSet filter)
    {
        var ranking = new ExactRanking(space, slots, query, results, slots.Version, filter);
        foreach (ulong id in filter)
        {
            int slot = slots.Find(id);
            if (slot >= 0)
                ranking.Add(slot, id);
        }

        return ranking.Finish();
    }

    /// <summary>Slot by slot, as of a version.</summary>
    public static int All(
        VectorSpace space, SlotTable slots, float* query, Span<Neighbor> results, IdSet? filter, long version, int limit)
    {
        var ranking = new ExactRanking(space, slots, query, results, version, filter);
        RowView<Slot> view = slots.View();
        for (int slot = 0; slot < limit; slot++)
            ranking.Offer(view[slot], slot);
        return ranking.Finish();
    }
}
