using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Stores;

/// <content>Parts of pictures: embedding them, and dropping them again.</content>
public partial interface ICollections
{
    /// <summary>Begins to embed the parts of a collection's pictures, or goes on with it.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="WriterBusyException">Another process does the same.</exception>
    IRegionBuild BeginRegions(string name);

    /// <summary>Deletes what was embedded of parts of pictures, of all generations.</summary>
    /// <param name="name">The collection's name.</param>
    /// <returns>Bytes freed; on a server, those of vectors and patches, without what it keeps around them.</returns>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="WriterBusyException">Another process embeds them right now.</exception>
    long DropRegions(string name);
}
