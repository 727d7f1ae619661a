using System.Net;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Qdrant.PointSamples;

namespace VisualSearch.Tests.Qdrant;

/// <summary>Three nodes of which some fail: calls go on, and nothing that was acknowledged is lost.</summary>
public sealed class NodeTests : IAsyncLifetime
{
    private ContractCluster cluster = null!;
    private QdrantClient client = null!;

    public async Task InitializeAsync()
    {
        cluster = await ContractCluster.StartAsync(3);
        // No retries: going on to another node is none. A node rests for longer than any test runs.
        client = cluster.Client(options => options with { Retries = 0, UpsertBatch = 1, NodeRest = TimeSpan.FromHours(1) });
        client.CreateCollection(Collection, Settings());
    }

    public Task DisposeAsync() => cluster.DisposeAsync().AsTask();

    [ContractFact]
    public void Calls_are_spread_over_all_nodes()
    {
        for (int i = 0; i < 9; i++)
            client.Count(Collection);
        Assert.All(cluster.Nodes, node => Assert.Equal(3, node.Requests.Count(r => r.Path.EndsWith("/count", StringComparison.Ordinal))));
    }

    [ContractFact]
    public async Task A_node_that_goes_away_between_writes_loses_nothing()
    {
        client.Upsert(Collection, Points(0, 20));
        await cluster.Nodes[1].StopAsync();
        client.Upsert(Collection, Points(20, 20));
        Assert.Equal(40, client.Count(Collection));
        // What may not be repeated may be asked of another node, where no connection came about.
        for (int i = 0; i < 6; i++)
            client.CreateCollection($"c{i}", Settings());
        Assert.Equal(7, client.ListCollections().Count);

        await cluster.Nodes[2].StopAsync();
        Assert.Equal(40, client.ScrollAll(Collection, new PointScroll { Limit = 7 }).Count());
        await cluster.Nodes[0].StopAsync();
        Assert.Equal(QdrantFault.Unreachable, Assert.Throws<QdrantException>(() => client.Count(Collection)).Fault);
    }

    [ContractFact]
    public void Connections_that_break_in_the_middle_of_upserts_lose_nothing()
    {
        cluster.Nodes[0].Fail(new ContractFault { Path = "/points", DropAfter = true, Times = 3 });
        cluster.Nodes[2].Fail(new ContractFault { Path = "/points", DropBefore = true, Times = 3 });
        QdrantClient restless = cluster.Client(options => options with { Retries = 1, UpsertBatch = 3, NodeRest = TimeSpan.FromTicks(1) });
        Assert.Equal(60, restless.Upsert(Collection, Points(0, 60)));
        Assert.Equal(Enumerable.Range(1, 60).Select(i => (ulong)i), client.ScrollAll(Collection, new PointScroll()).Select(p => p.Id));
        Assert.Equal(60, cluster.State.PointCount);
    }

    [ContractFact]
    public void A_node_that_failed_is_passed_over_for_a_while()
    {
        cluster.Nodes[0].Fail(new ContractFault { Path = "/count", Status = HttpStatusCode.InternalServerError, Times = 1000 });
        for (int i = 0; i < 12; i++)
            client.Count(Collection);
        Assert.Equal(1, cluster.Nodes[0].Requests.Count(r => r.Path.EndsWith("/count", StringComparison.Ordinal)));
    }

    [ContractFact]
    public void Nodes_that_all_fail_are_each_asked_once_without_retries()
    {
        foreach (ContractServer node in cluster.Nodes)
            node.Fail(new ContractFault { Path = "/count", Status = HttpStatusCode.InternalServerError, Times = 1000 });
        Assert.Equal(QdrantFault.ServerError, Assert.Throws<QdrantException>(() => client.Count(Collection)).Fault);
        Assert.All(cluster.Nodes, node => Assert.Equal(1, node.Requests.Count(r => r.Path.EndsWith("/count", StringComparison.Ordinal))));
    }

    private static IEnumerable<PointWrite> Points(int first, int count) => Enumerable.Range(first + 1, count).Select(i => Point((ulong)i, [i, 1]));
}
