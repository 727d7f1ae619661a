using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Moving;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch collections copy</c>: from the data folder to Qdrant, and back.</summary>
internal static class CopyCommand
{
    private enum Place
    {
        Qdrant,
        Folder,
    }

    private static Argument<string> Name { get; } = new("NAME") { Description = "The collection." };

    private static Option<Place> To { get; } = new("--to") { Description = "Where to: qdrant, from the data folder; or folder, from Qdrant.", Required = true };

    private static Option<string?> As { get; } = new("--as") { Description = "The copy's name; the same without it.", HelpName = "NAME" };

    private static Option<bool> Check { get; } = new("--check") { Description = "Only compare a copy with its collection." };

    public static Command Create()
    {
        var command = new TaughtCommand("copy", """
            Copy a collection to Qdrant, or from there into the data folder.

            Vectors, words, payload, shots and transcripts come along; pictures and videos stay where they are, and parts of pictures are embedded there anew (collections
            regions). It may be ended and run again: what is there already is passed over. Afterwards both are compared: counts, a checksum over all that is known
            of each file, and what sampled searches find.

            Example: vsearch collections copy photos --to qdrant --qdrant http://localhost:6333
            """)
        { Name, To, As, Check, SharedOptions.Qdrant, SharedOptions.Json };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var server = CollectionPlace.Qdrant(parsed) ?? throw new UsageException("Say where Qdrant is: --qdrant http://HOST:6333, or VSEARCH_QDRANT_URL.");
        using var folder = ICollections.Of(parsed.GetValue(SharedOptions.Data)!, null);
        using var qdrant = ICollections.Of(parsed.GetValue(SharedOptions.Data)!, server);
        var (from, to) = parsed.GetValue(To) == Place.Qdrant ? (folder, qdrant) : (qdrant, folder);
        var name = parsed.GetValue(Name)!;
        var copy = parsed.GetValue(As) ?? name;
        using var source = from.Open(name, StoreAccess.Read);
        if (parsed.GetValue(Check))
        {
            using var there = to.Open(copy, StoreAccess.Read, source.Model);
            return Say(parsed, new CollectionCopy(source, there).Compare(cancellation), copy, to.Place);
        }

        using var target = to.OpenOrCreate(copy, source.Model, StoreAccess.Write, source.ModelFolder);
        using var line = new ProgressLine();
        var report = new CollectionCopy(source, target).Run(new Reporter(line), cancellation);
        line.Dispose();
        return Say(parsed, report, copy, to.Place);
    }

    private static int Say(ParseResult parsed, CopyReport report, string copy, string place)
    {
        if (parsed.GetValue(SharedOptions.Json))
        {
            Output.Json(report);
        }
        else
        {
            Console.Out.WriteLine($"Collection '{copy}' in {place}: {report.Written:N0} files written, {report.Unchanged:N0} there already, {report.Removed:N0} removed.");
            foreach (var problem in report.Problems) Console.Out.WriteLine($"  PROBLEM: {problem}");
            if (report.Problems.Count == 0)
            {
                var found = report.Recall is { } recall ? $", and searches find the same ({recall:0.000})" : "";
                Console.Out.WriteLine($"Both have {report.Assets:N0} files and {report.Items:N0} items, checksum by checksum{found}.");
            }
        }

        return report.Problems.Count == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private sealed class Reporter(ProgressLine line) : IProgress<CopyProgress>
    {
        public void Report(CopyProgress value) => line.Show(() => $"{ProgressLine.Bar(value.Total == 0 ? 1 : (double)value.Done / value.Total)} {value.Done:N0} of {value.Total:N0}");
    }
}
