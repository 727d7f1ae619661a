using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Indexer.Regions;
using VisualSearch.Samples;
using VisualSearch.Search.Evaluation;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch eval</c>: retrieval quality from judged queries, through the product's own path.</summary>
internal static class EvalCommand
{
    private static readonly string[] LabelledSets = ["tiny-imagenet", "caltech-101"];

    private static readonly Option<string?> Queries = new("--queries") { Description = "Evaluate your own collection: a folder with queries.jsonl and qrels.txt, or moments.jsonl.", HelpName = "DIR" };

    private static readonly Option<string?> Labelled = new("--labelled")
    {
        Description = "Folder with classes.json, tiny-imagenet-val.zip and caltech-101-val.zip (a folder a class in each). Default: ../shared/data/train, or data/train below VSEARCH_SHARED, where there is one.",
        HelpName = "DIR",
        DefaultValueFactory = static _ => LabelledFolder(),
    };

    private static readonly Option<bool> Calibrate = new("--calibrate")
    {
        Description = "Instead of measuring, find the curves that turn similarities of this model into match scores, from the labelled pictures.",
    };

    public static Command Create()
    {
        var command = new TaughtCommand("eval", """
            Measure retrieval quality: nDCG, precision and zero-shot accuracy of judged queries.

            Without --queries it evaluates the default sets: 'samples' (2,000 generated pictures with judged text, picture and
            crop queries), 'moments' (generated videos with judged moments, by pictures and words, words alone, and pictures alone),
            'rag' (questions about the same videos; see vsearch eval rag), and 'tiny-imagenet' and 'caltech-101' where their archives are (--labelled).

            moments.jsonl, where there is one: {"id":"v1","text":"a red boat","video":"videos/a.mp4","start":3.2,"end":8}.
            queries.jsonl has a line a query: {"id":"t1","kind":"text","text":"a red boat"}, {"id":"p1","kind":"picture",
            "picture":"queries/a.jpg"}, or kind "crop" with "crop":[x,y,width,height] too; qrels.txt is TREC: query 0 document grade.
            """)
        { Queries, Labelled, Calibrate, SharedOptions.Collection, SharedOptions.Model, SharedOptions.Json, EvalRagCommand.Create() };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var encoder = DualEncoder.Open(ModelFolder(parsed));
            if (parsed.GetValue(Calibrate)) return PrintCurves(parsed, encoder);
            using var line = new ProgressLine();
            var report = parsed.GetValue(Queries) is { } folder
                ? OwnCollection(parsed, encoder, folder, new Reporter(line), cancellation)
                : await DefaultSetsAsync(parsed, encoder, new Reporter(line), cancellation).ConfigureAwait(false);
            line.Dispose();
            if (parsed.GetValue(SharedOptions.Json)) Console.Out.WriteLine(report.ToJson());
            else Print(report);
            return ExitCode.Success;
        });
        return command;
    }

    // One's own collection is judged with its own model, the default sets with the default one.
    private static string ModelFolder(ParseResult parsed) =>
        parsed.GetValue(Queries) is null ? ModelChoice.Folder(parsed) : ModelChoice.Folder(parsed, parsed.GetValue(SharedOptions.Collection)!);

    private static EvaluationReport OwnCollection(ParseResult parsed, DualEncoder encoder, string folder, IProgress<string> progress, CancellationToken cancellation)
    {
        var name = parsed.GetValue(SharedOptions.Collection)!;
        using var store = new CollectionDirectory(parsed.GetValue(SharedOptions.Data)!).Open(name, StoreAccess.Read, encoder.Manifest);
        var report = new EvaluationReport();
        var runner = new EvaluationRunner(encoder);
        var hasMoments = File.Exists(Path.Combine(folder, "moments.jsonl"));
        // A set of videos alone has a file without queries about pictures.
        if (!hasMoments || new FileInfo(Path.Combine(folder, "queries.jsonl")) is { Exists: true, Length: > 0 }) report.Add(name, runner.RunSamples(folder, store, progress, cancellation));
        if (hasMoments) report.Add($"{name} moments", runner.RunMoments(folder, store, progress, cancellation));
        return report;
    }

    private static async Task<EvaluationReport> DefaultSetsAsync(ParseResult parsed, DualEncoder encoder, IProgress<string> progress, CancellationToken cancellation)
    {
        var report = new EvaluationReport();
        await SamplesAsync(parsed, encoder, report, progress, cancellation).ConfigureAwait(false);
        if (parsed.GetValue(Labelled) is not { } folder) return report;
        foreach (var set in LabelledSets)
        {
            var archive = Path.Combine(folder, $"{set}-val.zip");
            report.Add(set, new EvaluationRunner(encoder).RunLabelledSet(archive, Path.Combine(folder, "classes.json"), progress, cancellation));
        }

        return report;
    }

    // Collections of their own in a temporary folder: what is measured can't depend on what was indexed before.
    private static async Task SamplesAsync(ParseResult parsed, DualEncoder encoder, EvaluationReport report, IProgress<string> progress, CancellationToken cancellation)
    {
        var samples = Path.Combine(parsed.GetValue(SharedOptions.Data)!, "samples");
        SamplesCommand.Make(new SampleOptions { Out = samples, Videos = SamplesCommand.Videos });
        var data = Directory.CreateTempSubdirectory("vsearch-eval-").FullName;
        try
        {
            report.Add("samples", await JudgeAsync("pictures", (runner, store) => Task.FromResult(runner.RunSamples(samples, store, progress, cancellation))).ConfigureAwait(false));
            report.Add("moments", await JudgeAsync("videos", (runner, store) => Task.FromResult(runner.RunMoments(samples, store, progress, cancellation))).ConfigureAwait(false));
            report.Add("rag", await JudgeAsync("videos", (runner, store) => runner.RunRagAsync(samples, store, progress: progress, cancellation: cancellation)).ConfigureAwait(false));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }

        async Task<IReadOnlyDictionary<string, double>> JudgeAsync(string folder, Func<EvaluationRunner, EmbeddedStore, Task<IReadOnlyDictionary<string, double>>> judge)
        {
            var target = new IndexCommand.IndexTarget(data, folder, encoder.Manifest.Folder);
            await IndexCommand.RunAsync(target, [Path.Combine(samples, folder)], new IndexOptions(), cancellation).ConfigureAwait(false);
            if (encoder.Manifest.HasParts) await EmbedPartsAsync(folder).ConfigureAwait(false);
            using var store = new CollectionDirectory(data).Open(folder, StoreAccess.Read, encoder.Manifest);
            return await judge(new EvaluationRunner(encoder), store).ConfigureAwait(false);
        }

        // A crop is looked for among parts of pictures, as people do who care for crops.
        async Task EmbedPartsAsync(string folder)
        {
            progress.Report("embedding parts of pictures");
            var limits = new PictureLimits();
            using var build = new CollectionDirectory(data).BeginRegions(folder);
            await new RegionIndexing(build, encoder, new PictureReader(limits), limits, new IndexOptions()).RunAsync(null, cancellation).ConfigureAwait(false);
        }
    }

    private static int PrintCurves(ParseResult parsed, DualEncoder encoder)
    {
        var folder = parsed.GetValue(Labelled) ?? throw new UsageException("--calibrate needs labelled pictures; say where they are with --labelled DIR.");
        var sets = LabelledSets.ToDictionary(
            set => set, set => new EvaluationRunner(encoder).CalibrateMatch(Path.Combine(folder, $"{set}-val.zip"), Path.Combine(folder, "classes.json")));
        if (parsed.GetValue(SharedOptions.Json)) Output.Json(sets);
        else foreach (var (set, curves) in sets) Console.Out.WriteLine($"{set}\n  picture to picture  {curves.PictureToPicture}\n  text to picture     {curves.TextToPicture}\n  composed            {curves.Composed}");
        return ExitCode.Success;
    }

    private static string? LabelledFolder()
    {
        var shared = Environment.GetEnvironmentVariable("VSEARCH_SHARED") is { Length: > 0 } named ? named : Path.Combine("..", "shared");
        var folder = Path.GetFullPath(Path.Combine(shared, "data", "train"));
        return File.Exists(Path.Combine(folder, "classes.json")) ? folder : null;
    }

    internal static void Print(EvaluationReport report)
    {
        foreach (var (set, metrics) in report.Sets)
        {
            Console.Out.WriteLine(set);
            foreach (var (metric, value) in metrics) Console.Out.WriteLine($"  {metric,-26} {value:0.0000}");
        }
    }

    internal sealed class Reporter(ProgressLine line) : IProgress<string>
    {
        public void Report(string value) => line.Show(() => value);
    }
}
