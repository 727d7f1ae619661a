using VisualSearch.Search.Stores.Qdrant;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>Tests that have a cluster and a folder of their own; the cluster only where the contract is at hand.</summary>
/// <param name="nodes">How many nodes it has.</param>
public abstract class ContractTests(int nodes) : IAsyncLifetime, IAsyncDisposable
{
    /// <summary>The folder.</summary>
    protected TemporaryFolder Folder { get; } = new();

    /// <summary>The cluster.</summary>
    protected ContractCluster Cluster { get; private set; } = null!;

    /// <summary>The collections on it.</summary>
    protected QdrantDirectory Collections { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (ContractFactAttribute.Missing is not null)
            return;
        Cluster = await ContractCluster.StartAsync(nodes);
        Collections = new QdrantDirectory(Cluster.Client());
    }

    public async Task DisposeAsync()
    {
        Collections?.Dispose();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
        Folder.Dispose();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await DisposeAsync();
    }
}
