using System.Text.Json;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Tests.Cli;
using VisualSearch.Tests.Models;
using VisualSearch.Tests.Qdrant.Contract;

namespace VisualSearch.Tests.Indexer;

/// <summary>
/// A real process that embeds a collection on Qdrant again, killed at random moments: while it copies what is known of the pictures, and while it
/// writes vectors. The next one waits for its right to end and goes on; what is searched meanwhile is the whole of the generation before.
/// </summary>
public sealed class KilledReembedOnQdrantTests() : ContractTests(nodes: 1)
{
    private const int Pictures = 320, Kills = 3, MostKills = 12;

    [ContractFact]
    public async Task It_embeds_nothing_twice_and_what_is_searched_is_always_one_whole_generation()
    {
        using var models = new TwoModels();
        DrawnPictures.DrawMany(Folder["pictures"], Pictures);
        await SucceedAsync("index", Folder["pictures"], "--collection", "c", "--model", models.FirstFolder);
        var truth = new ReembedTruth(models, Folder["pictures"]);
        string[] reembed = ["collections", "reembed", "c", "--model", models.SecondFolder];
        var seed = Environment.TickCount;
        var random = new Random(seed);
        // Writes take their time, so that the moments lie within them as well as between.
        Cluster.Nodes[0].Fail(new ContractFault { Method = "PUT", Path = "/points", Delay = TimeSpan.FromMilliseconds(50), Times = int.MaxValue });
        Cluster.Nodes[0].Fail(new ContractFault { Method = "PUT", Path = "/points/vectors", Delay = TimeSpan.FromMilliseconds(100), Times = int.MaxValue });
        long embedded = 0;
        int copying = 0, midway = 0;
        for (var kill = 0; kill < Kills || (kill < MostKills && (copying == 0 || midway == 0)); kill++)
        {
            // First while the new generation gets its items, then once the first of three batches of vectors is there for certain, then anywhere.
            var moment = TimeSpan.FromMilliseconds(random.Next(150));
            var (killed, error) = copying == 0
                ? await KilledCommand.RunAsync(Arguments(reembed), Cluster.Nodes[0], OfItems, 1 + random.Next(3), moment)
                : await KilledCommand.RunAsync(Arguments(reembed), Cluster.Nodes[0], OfVectors, midway == 0 ? 2 : 1, moment);
            if (!killed || Collections.RunningGeneration("c").Number != 1)
            {
                // This machine was busy elsewhere at the moment of the kill.
                using (var through = Collections.Open("c", StoreAccess.Read)) truth.AssertHeldBy(through, models.SecondFingerprint);
                await SucceedAsync("collections", "rollback", "c");
                await SucceedAsync("collections", "prune", "c");
                (embedded, copying, midway) = (0, 0, 0);
                continue;
            }

            var vectors = Building();
            Assert.True(vectors >= embedded, $"seed {seed}: {vectors} vectors after {embedded}; {error}");
            embedded = vectors;
            copying += embedded == 0 ? 1 : 0;
            midway += embedded is > 0 and < Pictures ? 1 : 0;
            using var store = Collections.Open("c", StoreAccess.Read);
            truth.AssertHeldBy(store, models.First.Manifest.Fingerprint);
        }

        Assert.True(copying >= 1 && midway >= 1, $"seed {seed}: {copying} runs were killed before any vector was there, {midway} midway");
        var last = await SucceedAsync([.. reembed, "--json"]);
        var summary = JsonDocument.Parse(last.Output).RootElement.GetProperty("summary");
        Assert.Equal((embedded, Pictures - embedded), (summary.GetProperty("before").GetInt64(), summary.GetProperty("embedded").GetInt64()));
        using (var store = Collections.Open("c", StoreAccess.Read)) truth.AssertHeldBy(store, models.SecondFingerprint);

        // Assets and items, and the entry: nothing that a run left when it was killed.
        await SucceedAsync("collections", "prune", "c");
        Assert.Equal((2 * Pictures) + 1, Cluster.State.PointCount);
    }

    private static bool OfItems(ContractRequest request) => request.Method == "PUT" && request.Path.EndsWith(".items/points", StringComparison.Ordinal);

    private static bool OfVectors(ContractRequest request) => request.Method == "PUT" && request.Path.EndsWith(".items/points/vectors", StringComparison.Ordinal);

    private long Building() => Collections.Generations("c").FirstOrDefault(static one => one.State == GenerationState.Building)?.Vectors ?? 0;

    private string[] Arguments(params string[] arguments) => [.. arguments, "--qdrant", Cluster.Nodes[0].Address.ToString(), "--data", Folder["data"]];

    // Not on this thread: the server that is asked needs the pool's.
    private async Task<VsearchProcess.Result> SucceedAsync(params string[] arguments)
    {
        var result = await Task.Factory.StartNew(() => VsearchProcess.Run(Arguments(arguments)), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', arguments)}: {result.Output}{result.Error}");
        return result;
    }
}
