using System.Text.Json;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Search.Stores;

namespace VisualSearch.Bench.Load;

/// <summary>
/// Question: what happens to a server that is sent twice as much as it can do, and are requests lost when it ends under load? Hybrid searches in
/// words over 10,000 pictures, each asked once, so that no cache answers. The server has one core, the clients another, where there are two.
/// </summary>
internal static class LoadBench
{
    private const int Pictures = 10_000;

    private sealed record Report(
        int Cores, double UnloadedP50, double UnloadedP99, double SustainablePerSecond, double OfferedPerSecond, int OverloadSeconds, long Accepted, double AcceptedP50, double AcceptedP99,
        double TimesUnloaded, long Refused, double RefusedP99, long Failed, double[] Megabytes, long SentWhileEnding, long SentAfterSignal, long RefusedWhileEnding, long LostWhileEnding);

    public static async Task<int> RunAsync(string[] args, bool json)
    {
        var seconds = args is ["--seconds", var given] ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : 60;
        var data = BenchFiles.Fresh("load-data");
        await IndexAsync(data, BenchFiles.Samples(Pictures, 160)).ConfigureAwait(false);

        await using var server = await ServerProcess.StartAsync(data, drainSeconds: 3).ConfigureAwait(false);
        using var load = new SearchLoad(server.Address);
        Say("warming up");
        await load.ClosedAsync(clients: 1, TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        Say("one client");
        var unloaded = await load.ClosedAsync(clients: 1, TimeSpan.FromSeconds(15)).ConfigureAwait(false);
        Say("as many clients as the server works for at once");
        var busy = await load.ClosedAsync(server.Cores, TimeSpan.FromSeconds(15)).ConfigureAwait(false);
        var sustainable = busy.Ok.Length / 15.0;

        Say($"{2 * sustainable:N0} requests a second for {seconds} s");
        var settling = await load.OpenAsync(2 * sustainable, TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        using var overloaded = new CancellationTokenSource();
        var resident = ResidentAsync(server, TimeSpan.FromSeconds(seconds / 6.0), overloaded.Token);
        var over = await load.OpenAsync(2 * sustainable, TimeSpan.FromSeconds(seconds)).ConfigureAwait(false);
        await overloaded.CancelAsync().ConfigureAwait(false);
        var megabytes = await resident.ConfigureAwait(false);

        // What comes within a second of too much is still sent away soon.
        await Task.Delay(TimeSpan.FromSeconds(3)).ConfigureAwait(false);
        Say("ending it at half of what it can do");
        var (ending, afterSignal) = await load.EndingAsync(sustainable / 2, server.Terminate).ConfigureAwait(false);

        var report = new Report(
            server.Cores, At(unloaded.Ok, 0.5), At(unloaded.Ok, 0.99), sustainable, 2 * sustainable, seconds, over.Ok.Length, At(over.Ok, 0.5), At(over.Ok, 0.99),
            At(over.Ok, 0.99) / At(unloaded.Ok, 0.99), over.Refused.Length, At(over.Refused, 0.99), over.Failed + settling.Failed, megabytes, ending.Sent, afterSignal, ending.Refused.Length, ending.Failed);
        if (json) Console.WriteLine(JsonSerializer.Serialize(report, JsonSerializerOptions.Web));
        else Print(report);
        return 0;
    }

    private static void Print(Report report)
    {
        Console.WriteLine($"Searching {Pictures:N0} pictures in words over HTTP; the server has {report.Cores} core{(report.Cores == 1 ? "" : "s")}");
        Console.WriteLine($"  one client                 p50 {report.UnloadedP50,6:N1} ms   p99 {report.UnloadedP99,6:N1} ms");
        Console.WriteLine($"  sustainable                {report.SustainablePerSecond,6:N0} searches/s");
        Console.WriteLine($"  {report.OfferedPerSecond,6:N0}/s for {report.OverloadSeconds} s          {report.Accepted:N0} answered: p50 {report.AcceptedP50:N1} ms, p99 {report.AcceptedP99:N1} ms ({report.TimesUnloaded:N2} times that of one client)");
        Console.WriteLine($"                             {report.Refused:N0} sent away with 429 (p99 {report.RefusedP99:N1} ms), {report.Failed:N0} other errors");
        Console.WriteLine($"  resident memory            {string.Join(", ", report.Megabytes.Select(static one => $"{one:N0}"))} MB, a sixth of that time apart");
        Console.WriteLine($"  ended under load           {report.SentWhileEnding:N0} requests, {report.SentAfterSignal:N0} of them after the signal: {report.RefusedWhileEnding:N0} sent away, {report.LostWhileEnding:N0} lost");
    }

    // Before, at each sixth, and at the end: whether it grows on or has levelled off.
    private static async Task<double[]> ResidentAsync(ServerProcess server, TimeSpan apart, CancellationToken over)
    {
        var megabytes = new List<double> { server.ResidentMegabytes };
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(apart, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            megabytes.Add(server.ResidentMegabytes);
        }

        return [.. megabytes];
    }

    private static double At(double[] sorted, double share) => sorted.Length == 0 ? 0 : sorted[(int)(sorted.Length * share)];

    private static void Say(string what) => Console.Error.WriteLine(what);

    private static async Task IndexAsync(string data, string folder)
    {
        var model = DefaultModel.Locate();
        var manifest = ModelManifest.Load(model);
        using var store = new CollectionDirectory(data).OpenOrCreate(SearchLoad.Collection, manifest, StoreAccess.Write);
        using var encoder = DualEncoder.Open(model, new EncoderOptions { Threads = 1 });
        var pipeline = new IndexingPipeline(store, new Lazy<DualEncoder>(encoder), manifest.Fit, new PictureReader(), new PictureLimits(), new IndexOptions());
        await pipeline.RunAsync([folder], null, CancellationToken.None).ConfigureAwait(false);
    }
}
