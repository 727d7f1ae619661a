using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores;

/// <summary>The collections of one place: a data folder, or a Qdrant. Safe to use from several threads and processes.</summary>
public partial interface ICollections : IDisposable
{
    /// <summary>What messages call the place: a folder, or the addresses of a server.</summary>
    string Place { get; }

    /// <summary>All collections in order of name. One that can't be read is listed with its <see cref="CollectionInfo.Fault"/>.</summary>
    IReadOnlyList<CollectionInfo> List();

    /// <summary>Whether there is a collection of this name.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    bool Exists(string name);

    /// <summary>Opens a collection.</summary>
    /// <param name="name">The collection's name.</param>
    /// <param name="access">To search only, or also to change it.</param>
    /// <param name="model">The model in use, to refuse a collection of another one; null where no vectors are compared.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="ModelMismatchException">Its vectors come from another model.</exception>
    /// <exception cref="WriterBusyException">It is to be changed, and another process is doing so.</exception>
    IServedStore Open(string name, StoreAccess access, ModelIdentity? model = null);

    /// <summary>Opens a collection, and makes it first where there is none.</summary>
    /// <param name="name">The collection's name.</param>
    /// <param name="model">The model in use.</param>
    /// <param name="access">To search only, or also to change it.</param>
    /// <param name="modelFolder">Where the model is, to be found again by those who search; empty for a model that is found anyway.</param>
    /// <exception cref="ModelMismatchException">Its vectors come from another model.</exception>
    /// <exception cref="WriterBusyException">It is to be changed, and another process is doing so.</exception>
    IServedStore OpenOrCreate(string name, ModelIdentity model, StoreAccess access, string modelFolder = "");

    /// <summary>Deletes a collection with everything in it. The indexed files themselves are not touched.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="WriterBusyException">A process is changing it.</exception>
    void Drop(string name);

    /// <summary>The generation of a collection that is searched, without counting its vectors.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    GenerationInfo RunningGeneration(string name);

    /// <summary>All generations of a collection in order of number.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    IReadOnlyList<GenerationInfo> Generations(string name);

    /// <summary>Begins to build the next generation of a collection with another model, or goes on with it; or brings a kept one of that model up to date.</summary>
    /// <param name="name">The collection's name.</param>
    /// <param name="model">The model.</param>
    /// <param name="modelFolder">Where it is, to be found again.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="GenerationStateException">The collection has this model already, or is being built with a third one.</exception>
    /// <exception cref="WriterBusyException">Another process works on its generations.</exception>
    IGenerationBuild BeginBuild(string name, ModelIdentity model, string modelFolder);

    /// <summary>Deletes generations that do not run: kept ones and half-built ones. Their space is given back.</summary>
    /// <param name="name">The collection's name.</param>
    /// <param name="number">One of them; null for all.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="GenerationNotFoundException">There is none of this number.</exception>
    /// <exception cref="GenerationStateException">That one runs.</exception>
    /// <exception cref="WriterBusyException">Another process works on its generations, or, in a folder, changes the collection.</exception>
    PruneReport Prune(string name, int? number = null);

    /// <summary>The folder of this machine for a collection's uploads and small copies of its pictures; it need not exist.</summary>
    /// <param name="name">The collection's name.</param>
    string FilesOf(string name);

    /// <summary>The collections of a data folder, or of the Qdrant that is named instead.</summary>
    /// <param name="dataFolder">The data folder.</param>
    /// <param name="qdrant">Where Qdrant is; null for the folder.</param>
    /// <param name="options">How stores in the folder behave; null for the defaults.</param>
    static ICollections Of(string dataFolder, QdrantOptions? qdrant, EmbeddedStoreOptions? options = null) => qdrant is null
        ? new CollectionDirectory(dataFolder, options)
        : QdrantDirectory.Connect(dataFolder, qdrant, options?.Logger);
}
