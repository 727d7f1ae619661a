using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>A place for one collection of one kind of store, made for a test and gone with it.</summary>
internal sealed class StoreHome : IAsyncDisposable
{
    private readonly TemporaryFolder? folder;
    private readonly List<IStore> opened = [];

    private StoreHome(TemporaryFolder? folder, ContractCluster? cluster, QdrantClient? client) =>
        (this.folder, Cluster, Client, Directory) = (folder, cluster, client, client is null ? null : new QdrantDirectory(client));

    /// <summary>The place as every command sees it.</summary>
    public ICollections Place => Directory is null ? new CollectionDirectory(folder!["data"]) : Directory;

    /// <summary>The server that VSEARCH_QDRANT_URL names, or null: then the contract server stands in.</summary>
    public static QdrantOptions? RealServer { get; } = QdrantOptions.FromEnvironment();

    public ContractCluster? Cluster { get; }

    public QdrantClient? Client { get; }

    public QdrantDirectory? Directory { get; }

    public string Name { get; } = $"test-{Guid.NewGuid():N}";

    public static async Task<StoreHome> StartAsync(string kind)
    {
        if (kind == AllStoresAttribute.Embedded)
            return new StoreHome(new TemporaryFolder(), null, null);
        if (RealServer is { } real)
            return new StoreHome(null, null, new QdrantClient(real));
        ContractCluster cluster = await ContractCluster.StartAsync();
        return new StoreHome(null, cluster, cluster.Client());
    }

    /// <summary>A new collection, opened to write, with so many numbered pictures.</summary>
    public IStore Filled(int count)
    {
        IStore store = Directory is null ? EmbeddedStore.Create(folder!["data", "collections", Name], Model) : Directory.OpenOrCreate(Name, Model, StoreAccess.Write);
        opened.Add(store);
        if (count > 0)
            store.Write(Batch(0, count));
        store.Flush();
        return store;
    }

    /// <summary>The collection once more.</summary>
    public IStore Open(StoreAccess access)
    {
        IStore store = Directory is null ? EmbeddedStore.Open(folder!["data", "collections", Name], access) : Directory.Open(Name, access);
        opened.Add(store);
        return store;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IStore store in Enumerable.Reverse(opened))
            store.Dispose();
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
        else if (Directory is not null)
        {
            if (Directory.Exists(Name))
                Directory.Drop(Name);
            Client!.Dispose();
        }

        folder?.Dispose();
    }
}
