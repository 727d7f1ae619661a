using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Stores;

/// <content>Parts of pictures: embedding them, and dropping them again.</content>
public sealed partial class CollectionDirectory
{
    IRegionBuild ICollections.BeginRegions(string name) => BeginRegions(name);

    /// <summary>Begins to embed the parts of a collection's pictures, or goes on with it.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="WriterBusyException">Another process does the same.</exception>
    public RegionBuild BeginRegions(string name)
    {
        RequireExisting(name);
        return RegionBuild.Begin(FolderOf(name), options);
    }

    /// <summary>Deletes what was embedded of parts of pictures, of all generations.</summary>
    /// <param name="name">The collection's name.</param>
    /// <returns>Bytes freed.</returns>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="WriterBusyException">Another process embeds them right now.</exception>
    public long DropRegions(string name)
    {
        RequireExisting(name);
        string folder = FolderOf(name);
        using WriterLock taken = WriterLock.TryTake(folder, "to drop parts of pictures", "regions")
            ?? throw new WriterBusyException(name, WriterLock.Holder(folder, "regions"));
        long before = LengthOfFiles(folder);
        foreach (GenerationInfo generation in Generations(name))
            RegionFile.Delete(folder, generation.Number);

        return before - LengthOfFiles(folder);
    }
}
