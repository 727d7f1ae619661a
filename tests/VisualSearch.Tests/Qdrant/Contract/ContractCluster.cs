using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>Several contract servers over one state, and clients for them.</summary>
public sealed class ContractCluster : IAsyncDisposable
{
    private readonly List<ContractServer> nodes = [];
    private readonly List<QdrantClient> clients = [];

    private ContractCluster(ContractState state) => State = state;

    /// <summary>What the nodes share.</summary>
    public ContractState State { get; }

    /// <summary>The nodes.</summary>
    public IReadOnlyList<ContractServer> Nodes => nodes;

    /// <summary>The key that the nodes ask for, or null.</summary>
    public string? ApiKey { get; private init; }

    /// <summary>Starts a cluster.</summary>
    public static async Task<ContractCluster> StartAsync(int count = 1, string? apiKey = null)
    {
        var cluster = new ContractCluster(new ContractState()) { ApiKey = apiKey };
        for (int i = 0; i < count; i++)
            cluster.nodes.Add(await ContractServer.StartAsync(cluster.State, apiKey));
        return cluster;
    }

    /// <summary>Settings for all nodes, with pauses that suit a test.</summary>
    public QdrantOptions Options() => new()
    {
        Nodes = [.. nodes.Select(static node => node.Address)],
        ApiKey = ApiKey,
        FirstPause = TimeSpan.FromMilliseconds(1),
        MaxPause = TimeSpan.FromMilliseconds(20),
        // Far above what any call takes here: a loaded machine must not look like a slow server.
        RequestTimeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>A client of all nodes, disposed of with the cluster.</summary>
    public QdrantClient Client(Func<QdrantOptions, QdrantOptions>? change = null, Microsoft.Extensions.Logging.ILogger? logger = null)
    {
        var client = new QdrantClient(change is null ? Options() : change(Options()), logger);
        clients.Add(client);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (QdrantClient client in clients)
            client.Dispose();
        foreach (ContractServer node in nodes)
            await node.DisposeAsync();
    }
}
