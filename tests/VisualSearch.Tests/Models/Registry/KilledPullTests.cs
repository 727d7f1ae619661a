using System.Diagnostics;
using VisualSearch.Tests.Cli;
using static VisualSearch.Tests.Models.Registry.HubServer;
using static VisualSearch.Tests.Models.Registry.PullFixture;

namespace VisualSearch.Tests.Models.Registry;

/// <summary>A real <c>vsearch models pull</c>, killed in the middle of a file and started again.</summary>
public sealed class KilledPullTests
{
    [Fact]
    public async Task A_killed_pull_leaves_no_model_and_goes_on_where_it_was()
    {
        using var hub = new PullFixture();
        hub.Server.Play(PathOf(Large), new Trick { StallAfter = 1_500_000 });
        string list = hub.WriteList(), part = Path.Combine(hub.Staging, Large + ".part");
        using (Process process = VsearchProcess.Start(Pull(hub, list)))
        {
            Stopwatch waiting = Stopwatch.StartNew();
            while (!(File.Exists(part) && new FileInfo(part).Length >= 1_500_000))
            {
                Assert.True(waiting.Elapsed < TimeSpan.FromMinutes(1) && !process.HasExited, "The pull did not get so far.");
                await Task.Delay(20);
            }

            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        Assert.Empty(hub.Library.Installed());
        VsearchProcess.Result listed = VsearchProcess.Run("models", "list", "--registry", list, "--data", hub.Data, "--json");
        Assert.True(listed.ExitCode == 0, listed.Error);

        using Process again = VsearchProcess.Start(Pull(hub, list));
        VsearchProcess.Result result = VsearchProcess.Finish(again);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Contains("Paper is installed", result.Output, StringComparison.Ordinal);
        hub.AssertInstalled();
        Assert.Equal(new string?[] { null, "bytes=1500000-" }, hub.Server.Requests.Where(r => r.Path == PathOf(Large)).Select(r => r.Range));
        Assert.All(Files.Where(f => f != Large), f => Assert.Equal(1, hub.Server.Count(PathOf(f))));
    }

    private static ProcessStartInfo Pull(PullFixture hub, string list)
    {
        var start = new ProcessStartInfo("dotnet", [VsearchProcess.Program, "models", "pull", "paper", "--registry", list, "--data", hub.Data]);
        start.Environment["HF_ENDPOINT"] = hub.Server.Address;
        return start;
    }
}
