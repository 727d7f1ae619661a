using System.Diagnostics;
using VisualSearch.Tests.Qdrant.Contract;

namespace VisualSearch.Tests.Cli;

/// <summary>A command as a real process, killed at a moment that the server it works on tells.</summary>
internal static class KilledCommand
{
    // Whoever comes next waits for the right of the one that was killed to end. A process takes a second to begin on a busy machine.
    private const string LeaseSeconds = "4";

    /// <summary>Kills it once a node was sent so many requests of a kind, and a moment later.</summary>
    /// <returns>Whether it was killed, rather than through before; and what it printed on the way.</returns>
    public static async Task<(bool Killed, string Error)> RunAsync(string[] arguments, ContractServer node, Func<ContractRequest, bool> counts, int requests, TimeSpan pause)
    {
        var before = node.Requests.Count;
        var start = new ProcessStartInfo("dotnet", [VsearchProcess.Program, .. arguments]);
        start.Environment["VSEARCH_QDRANT_LEASE_SECONDS"] = LeaseSeconds;
        using var process = VsearchProcess.Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!process.HasExited && node.Requests.Skip(before).Count(counts) < requests) await Task.Delay(2, patience.Token);
        await Task.Delay(pause, patience.Token);
        var killed = !process.HasExited;
        process.Kill();
        await process.WaitForExitAsync(patience.Token);
        await output;
        return (killed, await error);
    }
}
