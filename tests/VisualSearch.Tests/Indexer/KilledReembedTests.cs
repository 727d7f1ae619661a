using System.Diagnostics;
using System.Text.Json;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Cli;
using VisualSearch.Tests.Models;

namespace VisualSearch.Tests.Indexer;

/// <summary>A real process that embeds a collection again, killed at random moments, goes on where it was.</summary>
public sealed class KilledReembedTests : IDisposable
{
    private const int Pictures = 600;
    private const int Kills = 16;

    private readonly TemporaryFolder _folder = new();
    private readonly TwoModels _models = new();

    [Fact]
    public async Task Killed_at_random_moments_it_embeds_nothing_twice_and_always_answers_from_one_whole_generation()
    {
        DrawnPictures.DrawMany(_folder["pictures"], Pictures);
        var indexed = VsearchProcess.Run("index", _folder["pictures"], "--collection", "test", "--model", _models.FirstFolder, "--data", _folder["data"]);
        Assert.True(indexed.ExitCode == 0, indexed.Error);
        var truth = new ReembedTruth(_models, _folder["pictures"]);

        var seed = Environment.TickCount;
        var random = new Random(seed);
        var directory = new CollectionDirectory(_folder["data"]);
        var whole = TimeSpan.FromSeconds(2);
        var killed = 0;
        var embedded = 0L;
        var rounds = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            var present = Vectors(directory);
            Assert.True(present >= embedded, $"seed {seed}: {present} vectors after {embedded}");
            embedded = present;
            var clock = Stopwatch.StartNew();
            using var process = VsearchProcess.Start(new ProcessStartInfo("dotnet", [VsearchProcess.Program, .. Arguments()]));
            var output = process.StandardOutput.ReadToEndAsync();
            if (process.WaitForExit(whole * (0.15 + (0.85 * random.NextDouble()))))
            {
                // It got through before its kill: what it embedded is what was missing, and not one more.
                Assert.True(process.ExitCode == 0, $"seed {seed}: exit code {process.ExitCode}");
                whole = clock.Elapsed;
                var summary = JsonDocument.Parse(await output).RootElement.GetProperty("summary");
                Assert.Equal((embedded, Pictures - embedded), (summary.GetProperty("before").GetInt64(), summary.GetProperty("embedded").GetInt64()));
                AssertAnswers(directory, truth, _models.SecondFingerprint);
                rounds++;
                // Begin anew: back to the first generation, and the second one dropped.
                Assert.Equal(0, VsearchProcess.Run("collections", "rollback", "test", "--data", _folder["data"]).ExitCode);
                Assert.Equal(0, VsearchProcess.Run("collections", "prune", "test", "--data", _folder["data"]).ExitCode);
                embedded = 0;
                continue;
            }

            killed++;
            process.Kill();
            process.WaitForExit();
            AssertAnswers(directory, truth);
            if (directory.RunningGeneration("test").Number == 1) continue;
            // Killed in the moment after the switch.
            Assert.Equal(0, VsearchProcess.Run("collections", "rollback", "test", "--data", _folder["data"]).ExitCode);
            Assert.Equal(0, VsearchProcess.Run("collections", "prune", "test", "--data", _folder["data"]).ExitCode);
            embedded = 0;
        }

        embedded = Vectors(directory);
        var last = VsearchProcess.Run(Arguments());
        Assert.True(last.ExitCode == 0, $"seed {seed}: {last.Error}");
        var result = JsonDocument.Parse(last.Output).RootElement.GetProperty("summary");
        Assert.Equal((embedded, Pictures - embedded), (result.GetProperty("before").GetInt64(), result.GetProperty("embedded").GetInt64()));
        AssertAnswers(directory, truth, _models.SecondFingerprint);
        Assert.True(killed >= Kills / 4, $"seed {seed}: only {killed} of {Kills} runs were killed before they ended ({rounds} got through)");
    }

    public void Dispose()
    {
        _models.Dispose();
        _folder.Dispose();
    }

    private static long Vectors(CollectionDirectory directory) =>
        directory.Generations("test").FirstOrDefault(static one => one.State == GenerationState.Building)?.Vectors ?? 0;

    private string[] Arguments() => ["collections", "reembed", "test", "--model", _models.SecondFolder, "--data", _folder["data"], "--json"];

    private static void AssertAnswers(CollectionDirectory directory, ReembedTruth truth, string? model = null)
    {
        using var store = directory.Open("test", StoreAccess.Read);
        truth.AssertHeldBy(store, model);
    }
}
