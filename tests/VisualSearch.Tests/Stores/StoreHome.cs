using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>A place for one collection of one kind of store, made for a test and gone with it.</summary>
internal sealed class StoreHome : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<IStore> opened = [];

    private StoreHome(ContractCluster? cluster, QdrantClient? client)
    {
        (Cluster, Client, Directory) = (cluster, client, client is null ? null : new QdrantDirectory(client));
        Place = (ICollections?)Directory ?? new CollectionDirectory(DataFolder);
    }

    /// <summary>The server that VSEARCH_QDRANT_URL names, or null: then the contract server stands in.</summary>
    public static QdrantOptions? RealServer { get; } = QdrantOptions.FromEnvironment();

    public ContractCluster? Cluster { get; }

    public QdrantClient? Client { get; }

    public QdrantDirectory? Directory { get; }

    /// <summary>The place as every command sees it.</summary>
    public ICollections Place { get; }

    /// <summary>A folder of this machine: where the collection is, where it is not on Qdrant.</summary>
    public string DataFolder => folder["data"];

    /// <summary>Where Qdrant is; null for the folder.</summary>
    public QdrantOptions? Server => Directory is null ? null : Cluster?.Options() ?? RealServer;

    public string Name { get; } = $"test-{Guid.NewGuid():N}";

    public static async Task<StoreHome> StartAsync(string kind)
    {
        if (kind == AllStoresAttribute.Embedded)
            return new StoreHome(null, null);
        if (RealServer is { } real)
            return new StoreHome(null, new QdrantClient(real));
        ContractCluster cluster = await ContractCluster.StartAsync();
        return new StoreHome(cluster, cluster.Client());
    }

    /// <summary>A new collection, opened to write, with so many numbered pictures.</summary>
    public IStore Filled(int count)
    {
        IStore store = Place.OpenOrCreate(Name, Model, StoreAccess.Write);
        opened.Add(store);
        if (count > 0)
            store.Write(Batch(0, count));
        store.Flush();
        return store;
    }

    /// <summary>The collection once more.</summary>
    public IStore Open(StoreAccess access)
    {
        IStore store = Place.Open(Name, access);
        opened.Add(store);
        return store;
    }

    /// <summary>A new collection with so many numbered pictures, which nobody has open.</summary>
    public void Fill(int count)
    {
        using IServedStore store = Place.OpenOrCreate(Name, Model, StoreAccess.Write);
        if (count > 0)
            store.Write(Batch(0, count));
    }

    /// <summary>Changes the collection as another process would.</summary>
    public void Change(Action<IServedStore> change)
    {
        using IServedStore store = Place.Open(Name, StoreAccess.Write);
        change(store);
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

        folder.Dispose();
    }
}
