using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Stores;

/// <content>Searching by parts of pictures, where they were embedded (<see cref="RegionBuild"/>).</content>
public sealed partial class EmbeddedStore
{
    /// <inheritdoc/>
    public long RegionPictures => regions.Count;

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
