using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Transcription;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch index PATH…</c>: brings a collection up to date with folders of pictures.</summary>
internal static class IndexCommand
{
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Folders, or picture and video files.", Arity = ArgumentArity.OneOrMore };
        var strict = new Option<bool>("--strict") { Description = "End with exit code 1 if any file could not be indexed." };
        var force = new Option<bool>("--force") { Description = "Read every file again, also unchanged ones." };
        var fast = new Option<bool>("--fast") { Description = "Read only the key frames of videos: many times faster, moments less exact." };
        var transcribe = new Option<string?>("--transcribe") { Description = "A command that makes text for videos that have sound and no subtitles.", HelpName = "COMMAND" };
        var command = new TaughtCommand("index", """
            Index pictures and videos: new and changed files are read, unchanged ones passed over, removed ones taken out.

            A run that is stopped or killed goes on where it was when started again.

            Titles, tags and any fields come from a sidecar: photo.jpg.json beside photo.jpg, or lines of a metadata.jsonl
            in the folder, such as {"file":"photo.jpg","title":"…","tags":["beach"],"year":2024}.

            A video is cut into shots; what is said in it comes from film.srt, film.vtt or film.ass beside film.mp4, from a text
            track within it, or from the command given with --transcribe, such as
              --transcribe "whisper-cli -m model.bin -f {wav} -osrt -of {output}"
            ({input} is the video, {wav} its sound as 16 kHz mono, {output} where to write, without the ending).

            Example: vsearch index ~/photos --collection holidays
            """)
        { paths, strict, force, fast, transcribe, SharedOptions.Collection, SharedOptions.Qdrant, SharedOptions.Model, SharedOptions.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var collection = parsed.GetValue(SharedOptions.Collection)!;
            var target = new IndexTarget(parsed.GetValue(SharedOptions.Data)!, collection, ModelChoice.Folder(parsed, collection), CollectionPlace.Qdrant(parsed));
            var summary = await RunAsync(target, parsed.GetValue(paths)!, Options(parsed.GetValue(force), parsed.GetValue(fast), parsed.GetValue(transcribe)), cancellation).ConfigureAwait(false);
            if (parsed.GetValue(SharedOptions.Json)) Output.Json(summary);
            else Print(summary, target.Collection);
            if (summary.Cancelled) return ExitCode.Failed;
            return parsed.GetValue(strict) && summary.Failures.Count > 0 ? ExitCode.Failed : ExitCode.Success;
        });
        return command;
    }

    /// <summary>Where an index run writes, and with which encoder.</summary>
    internal sealed record IndexTarget(string Data, string Collection, string Model, QdrantOptions? Qdrant = null);

    internal static async Task<IndexSummary> RunAsync(IndexTarget target, IReadOnlyList<string> paths, IndexOptions options, CancellationToken cancellation)
    {
        var manifest = ModelManifest.LoadForPictures(target.Model);
        using var place = ICollections.Of(target.Data, target.Qdrant);
        using var store = CollectionPlace.ToWrite(() => place.OpenOrCreate(target.Collection, manifest, StoreAccess.Write, manifest.Folder), cancellation);
        // One thread a session: the pipeline runs as many batches at once as there are cores.
        var encoder = new Lazy<DualEncoder>(() => DualEncoder.Open(target.Model, new EncoderOptions { Threads = 1 }));
        var limits = new PictureLimits();
        using var line = new ProgressLine();
        try
        {
            var pipeline = new IndexingPipeline(store, encoder, manifest.Fit, new PictureReader(limits), limits, options);
            return await pipeline.RunAsync(paths, new Reporter(line), cancellation).ConfigureAwait(false);
        }
        finally
        {
            if (encoder.IsValueCreated) encoder.Value.Dispose();
        }
    }

    private static IndexOptions Options(bool force, bool fast, string? transcribe) => new()
    {
        Force = force,
        Videos = new VideoReadOptions { Fast = fast },
        Transcriber = transcribe is null ? null : new CommandTranscriber(new CommandTranscriberOptions { Command = transcribe }),
    };

    internal static void Print(IndexSummary summary, string collection)
    {
        foreach (var failure in summary.Failures) Console.Error.WriteLine($"  {failure.Path}: {failure.Reason}");
        var parts = new List<string> { $"{summary.Added:N0} added" };
        if (summary.Updated > 0) parts.Add($"{summary.Updated:N0} updated");
        if (summary.Removed > 0) parts.Add($"{summary.Removed:N0} removed");
        parts.Add($"{summary.Unchanged:N0} unchanged");
        if (summary.Failures.Count > 0) parts.Add($"{summary.Failures.Count:N0} with problems (named above)");
        var outcome = summary.Cancelled ? "Stopped early; run the same command again to go on." : $"Collection '{collection}' is up to date.";
        Console.Out.WriteLine($"{summary.Found:N0} files found: {string.Join(", ", parts)} in {ProgressLine.Duration(summary.Elapsed)}. {outcome}");
    }

    // Progress<T> would post each report to the thread pool, out of order.
    private sealed class Reporter(ProgressLine line) : IProgress<IndexProgress>
    {
        public void Report(IndexProgress value) => line.Show(() =>
        {
            var share = value.Pending > 0 ? (double)value.Done / value.Pending : 0;
            var total = value.ScanFinished ? $"{value.Pending:N0}" : $"{value.Pending:N0}+";
            var left = value.TimeLeft is { } time ? $"  {ProgressLine.Duration(time)} left" : "";
            var failed = value.Failed > 0 ? $"  {value.Failed:N0} failed" : "";
            return $"{ProgressLine.Bar(share)} {value.Done:N0} of {total}  {value.Rate:0} files/s{left}{failed}";
        });
    }
}
