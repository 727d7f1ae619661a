using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Backup;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch collections snapshot</c>: a backup of a collection on Qdrant, by Qdrant's own snapshots.</summary>
internal static class SnapshotCommand
{
    private static Argument<string> Name { get; } = new("NAME") { Description = "The collection." };

    private static Option<string> To { get; } = new("--to") { Description = "The backup's folder: new, or empty.", HelpName = "FOLDER", Required = true };

    public static Command Create()
    {
        var command = new TaughtCommand("snapshot", """
            Back a collection on Qdrant up into a folder, by Qdrant's own snapshots.

            Vectors, words, payload, shots and transcripts of the running generation are in it, with the graphs that Qdrant built; pictures and videos, and files that
            were uploaded, stay where they are. Nothing is written to the collection while the snapshots are made; while they are fetched it may be changed again.
            The folder is there only once everything is in it, each file compared with the SHA-256 that Qdrant names. Ended before, run the same again.

            A snapshot holds what the node has that made it: name ALL nodes of a cluster, each by its own address and not that of a balancer before them. A shard of
            which no named node has a whole copy is told, and then nothing is backed up; a node that is away is passed over where others have what it has.

            Example: vsearch collections snapshot photos --to backups/photos-monday --qdrant http://node-0:6333,http://node-1:6333
            """)
        {
            // What it made on the nodes' disks is deleted before it ends.
            EndsWithin = TimeSpan.FromSeconds(20),
        };
        command.Add(Name);
        command.Add(To);
        command.Add(SharedOptions.Qdrant);
        command.Add(SharedOptions.Json);
        command.SetAction((parsed, cancellation) => Task.FromResult(Run(parsed, cancellation)));
        return command;
    }

    private static int Run(ParseResult parsed, CancellationToken cancellation)
    {
        var server = CollectionPlace.Qdrant(parsed) ?? throw new UsageException("Say where Qdrant is: --qdrant http://HOST:6333, or VSEARCH_QDRANT_URL. A collection in a folder is backed up by copying that.");
        using var client = new QdrantClient(server);
        using var directory = new QdrantDirectory(client, dataFolder: parsed.GetValue(SharedOptions.Data));
        using var line = new ProgressLine();
        var report = new CollectionBackup(server).Take(
            () => CollectionPlace.ToWrite(() => directory.Open(parsed.GetValue(Name)!, StoreAccess.Write), cancellation), parsed.GetValue(To)!, new BackupLine(line), cancellation);
        line.Dispose();
        if (parsed.GetValue(SharedOptions.Json))
        {
            Output.Json(report);
            return ExitCode.Success;
        }

        foreach (var remark in report.Remarks) Console.Error.WriteLine($"  note: {remark}");
        Console.Out.WriteLine(
            $"Collection '{report.Collection}' is backed up in {report.Folder}: {report.Assets:N0} files, {report.Items:N0} items, {report.Snapshots:N0} snapshots, {report.Bytes / 1048576.0:N1} MiB.");
        Console.Out.WriteLine($"Back with: vsearch collections restore {parsed.GetValue(To)} --qdrant {parsed.GetValue(SharedOptions.Qdrant)}");
        return ExitCode.Success;
    }
}
