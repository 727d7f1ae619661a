using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Indexer.Regions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch collections regions [NAME]</c>: embed the parts of a collection's pictures.</summary>
internal static class RegionsCommand
{
    private static readonly Option<bool> Drop = new("--drop") { Description = "Delete them again, to free their space." };

    public static Command Create(Argument<string> name)
    {
        var command = new TaughtCommand("regions", """
            Embed the parts of a collection's pictures, so that a crop, a picture or words find a picture by a part of it, and results
            show where that part is.

            Only pictures that are new or have changed since the last time are embedded; stopped or killed, the same command goes on
            where it was. The collection is searched and changed meanwhile. It takes two to four times as long as indexing did, and
            40 KB a picture with the default model.

            Example: vsearch collections regions holidays
                     vsearch search --collection holidays --image boat.jpg --crop 0.2,0.3,0.5,0.4 --regions best
            """)
        { name, Drop, SharedOptions.Model, SharedOptions.Qdrant, SharedOptions.Json };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, parsed.GetValue(name)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string collection, CancellationToken cancellation)
    {
        using var place = CollectionPlace.Open(parsed);
        if (parsed.GetValue(Drop))
        {
            var freed = place.DropRegions(collection);
            if (parsed.GetValue(SharedOptions.Json)) Output.Json(new { freedBytes = freed });
            else Console.Out.WriteLine(freed == 0 ? $"Collection '{collection}' has no parts embedded." : $"The parts of the pictures in '{collection}' are gone; {freed / 1048576.0:N1} MiB freed.");
            return ExitCode.Success;
        }

        using var build = place.BeginRegions(collection);
        using var encoder = DualEncoder.Open(ModelChoice.Folder(parsed, collection), EncoderOptions.ForIndexing);
        if (encoder.Manifest.Fingerprint != build.Model.Fingerprint) throw new ModelMismatchException(collection, build.Model, encoder.Manifest);
        using var line = new ProgressLine();
        var limits = new PictureLimits();
        var summary = await new RegionIndexing(build, encoder, new PictureReader(limits), limits, new IndexOptions())
            .RunAsync(new Reporter(line), cancellation).ConfigureAwait(false);
        line.Dispose();
        if (parsed.GetValue(SharedOptions.Json)) Output.Json(summary);
        else Print(summary, collection);
        return summary.Cancelled ? ExitCode.Failed : ExitCode.Success;
    }

    private static void Print(RegionSummary summary, string collection)
    {
        foreach (var failure in summary.Failures) Console.Error.WriteLine($"  {failure.Path}: {failure.Reason}");
        Console.Out.WriteLine(
            $"{summary.Pictures:N0} pictures can be found by their parts: {summary.Embedded:N0} embedded, {summary.Forgotten:N0} forgotten, "
            + $"{summary.Failures.Count:N0} failed, in {ProgressLine.Duration(summary.Elapsed)}.");
        Console.Out.WriteLine(summary.Cancelled
            ? $"Stopped before the end. Go on with: vsearch collections regions {collection}"
            : $"Try: vsearch search --collection {collection} --image FILE --regions best");
    }

    // Progress<T> would post each report to the thread pool, out of order.
    private sealed class Reporter(ProgressLine line) : IProgress<RegionProgress>
    {
        public void Report(RegionProgress value) => line.Show(() =>
            $"{ProgressLine.Bar(value.Total == 0 ? 1 : (double)value.Done / value.Total)} {value.Done:N0} of {value.Total:N0} pictures, {value.Rate:N0}/s");
    }
}
