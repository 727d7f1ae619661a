using System.Runtime.CompilerServices;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>The bitmaps of the filters that searches bring, kept as long as the caller keeps the filter's <see cref="IdSet"/>.</summary>
internal sealed class SlotFilters(SlotTable slots)
{
    private readonly ConditionalWeakTable<IdSet, SlotFilter> _made = [];

    /// <summary>A filter's bitmap as of a version or later: made when the set is new here, else followed up.</summary>
    public SlotFilter Of(IdSet allowed, long version)
    {
        if (_made.TryGetValue(allowed, out SlotFilter? filter) && filter.TryFollow(version))
            return filter;
        filter = new SlotFilter(allowed, slots);
        _made.AddOrUpdate(allowed, filter);
        return filter;
    }
}
