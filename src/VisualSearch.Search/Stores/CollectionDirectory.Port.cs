namespace VisualSearch.Search.Stores;

/// <content>The data folder as one of several places for collections.</content>
public sealed partial class CollectionDirectory : ICollections
{
    string ICollections.Place => root;

    IServedStore ICollections.Open(string name, StoreAccess access, ModelIdentity? model) => Open(name, access, model);

    IServedStore ICollections.OpenOrCreate(string name, ModelIdentity model, StoreAccess access, string modelFolder) => OpenOrCreate(name, model, access, modelFolder);

    IGenerationBuild ICollections.BeginBuild(string name, ModelIdentity model, string modelFolder) => BeginBuild(name, model, modelFolder);

    string ICollections.FilesOf(string name) => FolderOf(name);

    void IDisposable.Dispose()
    {
        // Nothing is kept open here.
    }
}
