using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Stores.Qdrant;

/// <content>Parts of pictures: embedding them, and dropping them again.</content>
public sealed partial class QdrantDirectory
{
    /// <inheritdoc/>
    /// <exception cref="QdrantException">The server can't be asked.</exception>
    public IRegionBuild BeginRegions(string name)
    {
        Existing(name);
        return QdrantRegionBuild.Begin(client, entries, name, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    /// <exception cref="QdrantException">The server can't be asked.</exception>
    public long DropRegions(string name)
    {
        Existing(name);
        using WriterLease lease = WriterLease.Take(entries, name, client.Options.WriterLease, time ?? TimeProvider.System, LeaseRight.Regions);
        // First, so that nobody looks for what is about to go.
        if (lease.Entry.Regions.Count > 0)
            QdrantRegionBuild.Say(entries, name, new Dictionary<int, long>());
        return WithPatches(name).Sum(layout => new QdrantRegions(client, layout, lease.Entry.Dimension).Drop());
    }

    // Not only those that the entry names: a build may have been ended for good before it was finished.
    private IEnumerable<QdrantLayout> WithPatches(string name) =>
        QdrantLayout.All(client, name).Where(layout => client.CollectionExists(layout.Patches));
}
