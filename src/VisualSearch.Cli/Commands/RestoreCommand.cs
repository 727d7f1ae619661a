using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Search.Stores.Qdrant.Backup;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch collections restore</c>: a collection on Qdrant, from its backup.</summary>
internal static class RestoreCommand
{
    private static Argument<string> Folder { get; } = new("FOLDER") { Description = "A backup, as collections snapshot makes it." };

    private static Option<string?> As { get; } = new("--as") { Description = "What the collection is to be called; what it was called without it.", HelpName = "NAME" };

    public static Command Create()
    {
        var command = new TaughtCommand("restore", """
            Restore a collection on Qdrant from its backup.

            Every file of the backup is compared with the SHA-256 in its manifest before anything is changed. There must be no collection of that name; there is one only
            once all is there and counted. Ended before, run the same again.

            The cluster may have another number of nodes than the one that was backed up. Name all of them: each shard is given to a node that has it, and Qdrant
            itself makes the further copies of it, which takes a while more. The server should be of the version that made the backup, or a little newer.

            Example: vsearch collections restore backups/photos-monday --qdrant http://node-0:6333,http://node-1:6333
            """)
        { Folder, As, SharedOptions.Qdrant, SharedOptions.Json };
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var server = CollectionPlace.Qdrant(parsed) ?? throw new UsageException("Say where Qdrant is: --qdrant http://HOST:6333, or VSEARCH_QDRANT_URL.");
        using var line = new ProgressLine();
        var report = new CollectionRestore(server).Run(parsed.GetValue(Folder)!, parsed.GetValue(As), new BackupLine(line), cancellation);
        line.Dispose();
        if (parsed.GetValue(SharedOptions.Json))
        {
            Output.Json(report);
            return ExitCode.Success;
        }

        foreach (var remark in report.Remarks) Console.Error.WriteLine($"  note: {remark}");
        Console.Out.WriteLine($"Collection '{report.Collection}' in {server.Servers} is as it was on {report.Made:yyyy-MM-dd HH:mm} UTC: {report.Assets:N0} files, {report.Items:N0} items.");
        return ExitCode.Success;
    }
}
