using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Stores;

/// <content>Searching by parts of pictures, where they were embedded (<see cref="RegionBuild"/>).</content>
public sealed partial class EmbeddedStore
{
    /// <inheritdoc/>
    public long RegionPictures => regions.Count;

    /// <summary>How parts take part in a query that may not say so: a crop looks for parts where there are any.</summary>
    /// <param name="asked">What the query says; null when it leaves that open.</param>
    /// <param name="isCrop">Whether the query's picture is a part of one.</param>
    /// <param name="mode">The query's mode; words alone find no parts.</param>
    public RegionMode RegionsFor(RegionMode? asked, bool isCrop, SearchMode mode) =>
        asked ?? (isCrop && mode != SearchMode.Text && RegionPictures > 0 ? RegionMode.Best : RegionMode.None);

    /// <inheritdoc/>
    public IReadOnlyList<FoundRegion> SearchRegions(RegionQuery query, int k, ItemScope? scope = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        watch?.ThrowIfReplaced();
        return regions.Search(query, k, ListedItems.Of(scope), items => Load(items).ToDictionary(static record => record.Item.Id, static record => record.Asset.ContentHash))
            ?? throw new RegionsMissingException(Path.GetFileName(folder));
    }
}
