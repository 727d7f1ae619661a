using System.Text.Json;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Tests.Qdrant.Contract;
using VisualSearch.Tests.Stores;

namespace VisualSearch.Tests.Cli;

/// <summary>Backups of collections on Qdrant from the command line, and what commands do where another process writes.</summary>
public sealed class BackupCommandTests() : ContractTests(nodes: 2)
{
    [ContractFact]
    public async Task A_backup_is_made_and_restored_under_another_name()
    {
        Fill();
        var made = await RunAsync("collections", "snapshot", "c", "--to", Folder["backup"], "--qdrant", Nodes, "--json");
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Equal((5, 5), (JsonDocument.Parse(made.Output).RootElement.GetProperty("assets").GetInt32(), JsonDocument.Parse(made.Output).RootElement.GetProperty("items").GetInt32()));

        var restored = await RunAsync("collections", "restore", Folder["backup"], "--as", "d", "--qdrant", Nodes);
        Assert.True(restored.ExitCode == 0, restored.Error);
        Assert.Contains("Collection 'd'", restored.Output, StringComparison.Ordinal);
        using (var copy = Collections.Open("d", StoreAccess.Read)) StoreSamples.AssertHolds(copy, [0, 1, 2, 3, 4]);

        var again = await RunAsync("collections", "restore", Folder["backup"], "--qdrant", Nodes);
        Assert.Equal(1, again.ExitCode);
        Assert.StartsWith("vsearch: There is a collection 'c' already.", again.Error, StringComparison.Ordinal);
        var nowhere = await RunAsync("collections", "snapshot", "c", "--to", Folder["other"]);
        Assert.Equal(2, nowhere.ExitCode);
        Assert.Contains("--qdrant http://", nowhere.Error, StringComparison.Ordinal);
    }

    [ContractTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_writer_that_was_killed_is_waited_for_and_one_that_lives_is_told(bool alive)
    {
        Fill();
        // A clock that stands still renews nothing, as a process that was killed.
        var client = Cluster.Client(static options => options with { WriterLease = TimeSpan.FromSeconds(3) });
        using var writer = new QdrantDirectory(client, time: alive ? null : new HeldClock()).Open("c", StoreAccess.Write);
        var dropped = await RunAsync("collections", "drop", "c", "--yes", "--qdrant", Nodes);
        Assert.Matches($@"waiting for process {Environment.ProcessId} on \S+: its right to write ends in [1-4] s unless it is renewed", dropped.Error);
        if (alive)
        {
            Assert.Equal(1, dropped.ExitCode);
            Assert.Contains("vsearch: Collection 'c' is being changed by process", dropped.Error, StringComparison.Ordinal);
            writer.Write(StoreSamples.Batch(5, 1));
            Assert.Equal(6, writer.Info.Items);
        }
        else
        {
            Assert.True(dropped.ExitCode == 0, dropped.Error);
            Assert.Empty(Collections.List());
        }
    }

    private void Fill()
    {
        using var store = Collections.OpenOrCreate("c", StoreSamples.Model, StoreAccess.Write);
        store.Write(StoreSamples.Batch(0, 5));
    }

    private string Nodes => string.Join(',', Cluster.Nodes.Select(static node => node.Address.ToString().TrimEnd('/')));

    // Not on this thread: the server that is asked needs the pool's.
    private Task<VsearchProcess.Result> RunAsync(params string[] arguments) =>
        Task.Factory.StartNew(() => VsearchProcess.Run([.. arguments, "--data", Folder["data"]]), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
