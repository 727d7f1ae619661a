using System.Text.Json;
using VisualSearch.Tests.Indexer;
using VisualSearch.Tests.Models;
using VisualSearch.Tests.Qdrant.Contract;

namespace VisualSearch.Tests.Cli;

/// <summary>Collections on Qdrant from the command line: indexed there, copied there and back, searched.</summary>
public sealed class QdrantCommandTests() : ContractTests(nodes: 2)
{
    [ContractFact]
    public async Task A_collection_is_indexed_there_copied_back_and_found_in_both_places()
    {
        DrawnPictures.DrawMany(Folder["pictures"], 6);
        var indexed = await RunAsync("index", Folder["pictures"], "--collection", "c", "--qdrant", Nodes, "--json");
        Assert.True(indexed.ExitCode == 0, indexed.Error);
        Assert.Equal(6, JsonDocument.Parse(indexed.Output).RootElement.GetProperty("added").GetInt32());
        var second = await RunAsync("index", Folder["pictures"], "--collection", "c", "--qdrant", Nodes, "--json");
        Assert.Equal(6, JsonDocument.Parse(second.Output).RootElement.GetProperty("unchanged").GetInt32());

        Assert.Contains("on Qdrant", (await RunAsync("collections", "list", "--qdrant", Nodes)).Output, StringComparison.Ordinal);
        Assert.Contains("All is well", (await RunAsync("collections", "verify", "c", "--qdrant", Nodes)).Output, StringComparison.Ordinal);
        var copied = await RunAsync("collections", "copy", "c", "--to", "folder", "--qdrant", Nodes);
        Assert.True(copied.ExitCode == 0, copied.Output + copied.Error);
        Assert.Contains("6 files written", copied.Output, StringComparison.Ordinal);
        Assert.Contains("searches find the same (1.000)", copied.Output, StringComparison.Ordinal);
        Assert.Contains("0 files written, 6 there already", (await RunAsync("collections", "copy", "c", "--to", "qdrant", "--qdrant", Nodes)).Output, StringComparison.Ordinal);

        string[] search = ["search", "--image", Path.Combine(Folder["pictures"], "0002.jpg"), "--collection", "c", "-k", "3", "--json"];
        var there = await RunAsync([.. search, "--qdrant", Nodes]);
        Assert.True(there.ExitCode == 0, there.Error);
        Assert.Equal(Paths((await RunAsync(search)).Output), Paths(there.Output));

        var embedded = await RunAsync("collections", "regions", "c", "--qdrant", Nodes);
        Assert.True(embedded.ExitCode == 0, embedded.Error);
        Assert.Contains("6 pictures can be found by their parts: 6 embedded, 0 forgotten, 0 failed", embedded.Output, StringComparison.Ordinal);
        var boxed = await RunAsync([.. search, "--crop", "0.2,0.3,0.5,0.4", "--regions", "best", "--qdrant", Nodes]);
        Assert.True(boxed.ExitCode == 0, boxed.Error);
        Assert.Equal("0002.jpg", Paths(boxed.Output)[0]);
        Assert.Contains("\"box\"", boxed.Output, StringComparison.Ordinal);
        Assert.Contains("are gone; 0.", (await RunAsync("collections", "regions", "c", "--drop", "--qdrant", Nodes)).Output, StringComparison.Ordinal);
        Assert.Contains("has no parts embedded", (await RunAsync("collections", "regions", "c", "--drop", "--qdrant", Nodes)).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("collections", "drop", "c", "--yes", "--qdrant", Nodes)).ExitCode);
        Assert.Equal(0, Cluster.State.PointCount);
    }

    [ContractFact]
    public async Task A_collection_there_is_embedded_again_gone_back_with_and_pruned()
    {
        using var models = new TwoModels();
        DrawnPictures.DrawMany(Folder["pictures"], 8);
        await SucceedAsync("index", Folder["pictures"], "--collection", "c", "--model", models.FirstFolder);
        var switched = await SucceedAsync("collections", "reembed", "c", "--model", models.SecondFolder);
        Assert.Contains("overlap10", switched.Output, StringComparison.Ordinal);
        Assert.Contains("searched in generation 2 now, with model paper-b@1.2.3", switched.Output, StringComparison.Ordinal);

        // Its own model is found without being named.
        DrawnPictures.Draw(Path.Combine(Folder["pictures"], "later.jpg"), 77);
        Assert.Contains("1 added", (await SucceedAsync("index", Folder["pictures"], "--collection", "c")).Output, StringComparison.Ordinal);
        Assert.Contains("1 pictures embedded (8 were there before)", (await SucceedAsync("collections", "rollback", "c")).Output, StringComparison.Ordinal);
        Assert.Contains("1, 2 kept", (await SucceedAsync("collections", "list")).Output, StringComparison.Ordinal);
        Assert.Contains("Generation 2 (paper-b@1.2.3, 9 vectors) is gone", (await SucceedAsync("collections", "prune", "c")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Cluster.Client().ListCollections(), static name => name.Contains(".2.", StringComparison.Ordinal));
    }

    [ContractFact]
    public async Task Without_an_address_and_without_a_server_it_says_what_to_do()
    {
        var where = await RunAsync("collections", "copy", "c", "--to", "qdrant");
        Assert.Equal(2, where.ExitCode);
        Assert.Contains("--qdrant http://", where.Error, StringComparison.Ordinal);
        foreach (var node in Cluster.Nodes) await node.StopAsync();
        var away = await RunAsync("collections", "list", "--qdrant", Nodes);
        Assert.Equal(1, away.ExitCode);
        Assert.StartsWith("vsearch: Qdrant at http://127.0.0.1", away.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", away.Error, StringComparison.Ordinal);
    }

    private async Task<VsearchProcess.Result> SucceedAsync(params string[] arguments)
    {
        var result = await RunAsync([.. arguments, "--qdrant", Nodes]);
        Assert.True(result.ExitCode == 0, $"vsearch {string.Join(' ', arguments)}: {result.Output}{result.Error}");
        return result;
    }

    private string Nodes => string.Join(',', Cluster.Nodes.Select(static node => node.Address.ToString().TrimEnd('/')));

    // Not on this thread: the server that is asked needs the pool's.
    private Task<VsearchProcess.Result> RunAsync(params string[] arguments) =>
        Task.Factory.StartNew(() => VsearchProcess.Run([.. arguments, "--data", Folder["data"]]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static string[] Paths(string json) => [.. JsonDocument.Parse(json).RootElement.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("asset").GetProperty("relativePath").GetString()!)];
}
