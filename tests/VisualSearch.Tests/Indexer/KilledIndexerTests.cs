using System.Diagnostics;
using VisualSearch.Tests.Cli;

namespace VisualSearch.Tests.Indexer;

/// <summary>A real indexer process, killed at random moments, loses nothing that the next run does not make good.</summary>
[Collection("indexing")]
public sealed class KilledIndexerTests(IndexingFixture indexing) : IDisposable
{
    private const int Pictures = 240;
    private const int Kills = 20;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Killed_at_twenty_moments_it_ends_with_the_same_items_and_vectors_as_undisturbed()
    {
        DrawnPictures.DrawMany(_folder["pictures"], Pictures);
        var clock = Stopwatch.StartNew();
        var undisturbed = VsearchProcess.Run(Arguments("undisturbed"));
        var whole = clock.Elapsed;
        Assert.Equal(0, undisturbed.ExitCode);

        var seed = Environment.TickCount;
        var random = new Random(seed);
        var midway = 0;

        // How long runs take, one that begins from nothing and one that goes on. A run that ends before its kill says so anew: on a machine that
        // was busy during the undisturbed run, 0 of 20 were killed otherwise.
        TimeSpan[] durations = [whole, whole];
        for (var kill = 0; kill < Kills; kill++)
        {
            // Every other run begins from nothing, so that runs are killed while they create the collection as well as while they go on.
            if (kill % 2 == 0 && Directory.Exists(_folder["data"])) Directory.Delete(_folder["data"], recursive: true);
            ref var duration = ref durations[kill % 2];
            clock.Restart();
            using var process = VsearchProcess.Start(new ProcessStartInfo("dotnet", [VsearchProcess.Program, .. Arguments("data")]));
            if (process.WaitForExit(duration * random.NextDouble())) duration = clock.Elapsed;
            else midway++;
            process.Kill();
            process.WaitForExit();
        }

        var summary = VsearchProcess.Run(Arguments("data"));
        Assert.True(summary.ExitCode == 0, $"seed {seed}: {summary.Error}");
        Assert.True(midway >= Kills / 4, $"seed {seed}: only {midway} of {Kills} runs were killed before they ended");

        var expected = indexing.Contents(_folder["undisturbed"]);
        var actual = indexing.Contents(_folder["data"]);
        Assert.Equal(Pictures, expected.Count);
        Assert.Equal(expected.Keys, actual.Keys);
        foreach (var (path, (asset, vector)) in expected)
        {
            var (other, otherVector) = actual[path];
            Assert.Equal((asset.ContentHash, asset.Title, asset.PerceptualHash, asset.Width), (other.ContentHash, other.Title, other.PerceptualHash, other.Width));
            // Sums differ in their last bits with the size of the batch a picture happened to be in.
            Assert.All(vector.Zip(otherVector), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }

        var verified = VsearchProcess.Run("collections", "verify", "test", "--data", _folder["data"]);
        Assert.True(verified.ExitCode == 0, verified.Output);
    }

    public void Dispose() => _folder.Dispose();

    private string[] Arguments(string data) => ["index", _folder["pictures"], "--collection", "test", "--data", _folder[data]];
}
