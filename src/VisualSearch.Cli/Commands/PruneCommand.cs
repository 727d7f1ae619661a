using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch collections prune [NAME]</c>: drops generations that are not searched.</summary>
internal static class PruneCommand
{
    private static readonly Option<int?> Generation = new("--generation") { Description = "Only this generation.", HelpName = "N" };

    public static Command Create(Argument<string> name)
    {
        var command = new TaughtCommand("prune", """
            Drop the generations that are not searched, kept ones and half-built ones, and give their space back.

            There is no way back to a dropped generation but to embed the collection again.

            Example: vsearch collections prune holidays --generation 1
            """)
        { name, Generation, SharedOptions.Qdrant, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var collection = parsed.GetValue(name)!;
            using var place = CollectionPlace.Open(parsed);
            var report = CollectionPlace.ToWrite(() => place.Prune(collection, parsed.GetValue(Generation)));
            if (parsed.GetValue(SharedOptions.Json)) Output.Json(report);
            else Print(collection, report);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Print(string collection, PruneReport report)
    {
        if (report.Dropped.Count == 0)
        {
            Console.Out.WriteLine($"Collection '{collection}' has only the generation that is searched; there is nothing to drop.");
            return;
        }

        foreach (var gone in report.Dropped) Console.Out.WriteLine($"Generation {gone.Number} ({gone.Model.Name}, {gone.Vectors:N0} vectors) is gone.");
        Console.Out.WriteLine(report.Remark ?? $"{report.BytesFreed / 1048576.0:N1} MiB are free again.");
    }
}
