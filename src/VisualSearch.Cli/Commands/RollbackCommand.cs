using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Models.Registry;
using VisualSearch.Indexer;
using VisualSearch.Indexer.Reembed;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch collections rollback [NAME]</c>: back to a generation that was kept.</summary>
internal static class RollbackCommand
{
    private static readonly Option<int?> Generation = new("--generation") { Description = "The generation to go back to. Without it: the one that ran last.", HelpName = "N" };
    private static readonly Option<string?> Model = new("--model") { Description = "Where that generation's model is now, if it has been moved.", HelpName = "MODEL" };
    private static readonly Option<bool> AllowMissing = new("--allow-missing") { Description = "Go back although some pictures can't be read: they stay, and are found by words but not by likeness." };

    public static Command Create(Argument<string> name)
    {
        var command = new TaughtCommand("rollback", """
            Go back to the generation that ran before.

            Nothing is lost: pictures that were added or changed since the switch are first embedded with that generation's model,
            while the present one goes on answering. The present one is then kept in its turn.

            Example: vsearch collections rollback holidays
            """)
        { name, Generation, Model, AllowMissing, SharedOptions.Qdrant, SharedOptions.Json };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, parsed.GetValue(name)!, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, string collection, CancellationToken cancellation)
    {
        var data = parsed.GetValue(SharedOptions.Data)!;
        using var place = CollectionPlace.Open(parsed);
        var running = place.RunningGeneration(collection);
        var target = Target(place, collection, parsed.GetValue(Generation));
        var models = new ModelLibrary(data);
        var folder = parsed.GetValue(Model) is { } named ? models.Resolve(named) : models.Find(target.Model.Fingerprint, target.ModelFolder);
        if (folder is null) throw new ModelNotFoundException(collection, target.Model);
        var manifest = ModelManifest.LoadForPictures(folder);
        if (manifest.Fingerprint != target.Model.Fingerprint) throw new ModelMismatchException(collection, target.Model, manifest);

        using var build = CollectionPlace.ToWrite(() => place.BeginBuild(collection, manifest, folder), cancellation);
        using var encoder = DualEncoder.Open(folder, new EncoderOptions { Threads = 1 });
        using var line = new ProgressLine();
        var limits = new PictureLimits();
        var reembedding = new Reembedding(build, encoder, new PictureReader(limits), limits, new IndexOptions());
        var progress = new ReembedReporter(line);
        ReembedOutput.Begin(build, running);
        await reembedding.EmbedAsync(progress, cancellation).ConfigureAwait(false);
        line.Dispose();
        ReembedOutput.Embedded(reembedding.Summary);
        if (reembedding.Summary.Cancelled) return ReembedOutput.Stopped(collection);
        await reembedding.SwitchAsync(parsed.GetValue(AllowMissing), progress, cancellation).ConfigureAwait(false);
        line.Dispose();

        var summary = reembedding.Summary;
        if (parsed.GetValue(SharedOptions.Json)) Output.Json(new { summary });
        else ReembedOutput.End(summary, null, refused: false, collection, running, build.Model);
        return summary.Cancelled ? ExitCode.Failed : ExitCode.Success;
    }

    private static GenerationInfo Target(ICollections place, string collection, int? number)
    {
        var all = place.Generations(collection);
        if (number is { } wanted)
        {
            var found = all.FirstOrDefault(one => one.Number == wanted) ?? throw new GenerationNotFoundException(collection, wanted, [.. all.Select(static one => one.Number)]);
            return found.State == GenerationState.Kept
                ? found
                : throw new GenerationStateException($"Generation {wanted} of collection '{collection}' is {found.State.ToString().ToLowerInvariant()}; only a kept one can be gone back to. See: vsearch collections info {collection}");
        }

        return all.Where(static one => one.State == GenerationState.Kept).MaxBy(static one => one.ChangedAt)
            ?? throw new GenerationStateException($"Collection '{collection}' has kept no generation to go back to. To change the model, use: vsearch collections reembed {collection} --model MODEL");
    }
}
