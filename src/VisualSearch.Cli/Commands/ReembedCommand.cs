using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Models.Registry;
using VisualSearch.Indexer;
using VisualSearch.Indexer.Reembed;
using VisualSearch.Search.Evaluation;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch collections reembed [NAME] --model MODEL</c>: the next generation of a collection, with another model.</summary>
internal static class ReembedCommand
{
    private static readonly Option<string> Model = new("--model") { Description = "The model to embed with: a folder with model.json, the name of an installed one, or 'default'.", HelpName = "MODEL", Required = true };
    private static readonly Option<string?> Queries = new("--queries") { Description = "Judged queries to compare both generations by: a folder with queries.jsonl and qrels.txt, as for vsearch eval.", HelpName = "DIR" };
    private static readonly Option<string?> Labels = new("--labels") { Description = "A field, or 'tags', whose values are labels: compare how many neighbours share a picture's label.", HelpName = "FIELD" };
    private static readonly Option<bool> NoSwitch = new("--no-switch") { Description = "Build and compare only. The same command without it goes on from there." };
    private static readonly Option<bool> AllowMissing = new("--allow-missing") { Description = "Switch although some pictures can't be read: they stay, and are found by words but not by likeness." };
    private static readonly Option<bool> AcceptWorse = new("--accept-worse") { Description = "Switch although the comparison speaks against it." };

    public static Command Create(Argument<string> name)
    {
        var command = new TaughtCommand("reembed", """
            Embed a collection again with another model, while it is searched and changed as before.

            The next generation of its vectors is built beside the running one. Stopped or killed, the same command goes on where it
            was. When all is embedded both are compared: how far they agree, whether pictures find themselves, and by judged queries
            (--queries) or labels (--labels) where you give some. Then the collection switches at once: servers that are running go
            on without a pause, and take the new model with the new vectors.

            The old generation is kept: vsearch collections rollback goes back, vsearch collections prune frees its space.

            Example: vsearch collections reembed holidays --model clip-vit-b-32 --queries ~/judged
            """)
        { name, Model, Queries, Labels, NoSwitch, AllowMissing, AcceptWorse, SharedOptions.Qdrant, SharedOptions.Json };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, parsed.GetValue(name)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string collection, CancellationToken cancellation)
    {
        var data = parsed.GetValue(SharedOptions.Data)!;
        using var place = CollectionPlace.Open(parsed);
        var running = place.RunningGeneration(collection);
        var folder = new ModelLibrary(data).Resolve(parsed.GetValue(Model)!);
        var manifest = ModelManifest.LoadForPictures(folder);
        using var build = CollectionPlace.ToWrite(() => place.BeginBuild(collection, manifest, folder), cancellation);
        // One thread a session: as many batches are embedded at once as there are cores.
        using var encoder = DualEncoder.Open(folder, new EncoderOptions { Threads = 1 });
        using var line = new ProgressLine();
        var limits = new PictureLimits();
        var reembedding = new Reembedding(build, encoder, new PictureReader(limits), limits, new IndexOptions());
        var progress = new ReembedReporter(line);
        ReembedOutput.Begin(build, running);

        await reembedding.EmbedAsync(progress, cancellation).ConfigureAwait(false);
        line.Dispose();
        var summary = reembedding.Summary;
        ReembedOutput.Embedded(summary);
        if (summary.Cancelled) return ReembedOutput.Stopped(collection);
        var allowMissing = parsed.GetValue(AllowMissing);
        if (summary.Failures.Count > 0 && !allowMissing) throw new GenerationGapsException(collection, build.Number, summary.Failures.Count);

        var comparison = build.Vectors > 0 ? Compare(parsed, place, running, build, encoder, line, cancellation) : null;
        line.Dispose();
        if (comparison is not null && !parsed.GetValue(SharedOptions.Json)) ReembedOutput.Print(comparison, running, build);
        var refused = comparison?.Objection is not null && !parsed.GetValue(AcceptWorse);
        if (!refused && !parsed.GetValue(NoSwitch)) await reembedding.SwitchAsync(allowMissing, progress, cancellation).ConfigureAwait(false);
        line.Dispose();

        summary = reembedding.Summary;
        if (parsed.GetValue(SharedOptions.Json)) Output.Json(new { summary, comparison });
        else ReembedOutput.End(summary, comparison, refused, collection, running, build.Model);
        return summary.Cancelled || refused ? ExitCode.Failed : ExitCode.Success;
    }

    private static ComparisonReport Compare(
        ParseResult parsed, ICollections place, GenerationInfo running, IGenerationBuild build, DualEncoder encoder, ProgressLine line, CancellationToken cancellation)
    {
        var known = new ModelLibrary(parsed.GetValue(SharedOptions.Data)!).Find(running.Model.Fingerprint, running.ModelFolder);
        using var before = place.Open(build.Collection, StoreAccess.Read);
        using var beforeEncoder = known is null ? null : DualEncoder.Open(known, new EncoderOptions { Threads = 1 });
        var options = new ComparisonOptions { QueriesFolder = parsed.GetValue(Queries), LabelField = parsed.GetValue(Labels) };
        return new GenerationComparison(before, beforeEncoder, build.Candidate(), encoder, new PictureReader()).Run(options, new StepReporter(line), cancellation);
    }

    private sealed class StepReporter(ProgressLine line) : IProgress<string>
    {
        public void Report(string value) => line.Show(() => value);
    }
}
