using System.CommandLine;
using Spectre.Console;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Models.Registry;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch models list|pull|verify|use</c>; pulling is in a file of its own.</summary>
internal static class ModelsCommand
{
    internal static readonly Option<string?> Registry = new("--registry")
    {
        Description = "Another list of models than the program's own (a file like models/registry.json).",
        HelpName = "FILE",
    };

    public static Command Create() => new("models", "See, fetch, check and choose encoders.") { List(), ModelsPullCommand.Create(), Verify(), Use() };

    private static TaughtCommand List()
    {
        var command = new TaughtCommand("list", """
            Models that are installed, and models that can be fetched.

            A model for pictures can be used for collections, to be searched by picture and by words. One for passages embeds texts only.
            Licences are those of the weights: read them before you use a model for more than a look.

            Example: vsearch models list --json
            """)
        { Registry, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var library = Library(parsed);
            var rows = Rows(library, ModelRegistry.Load(parsed.GetValue(Registry)));
            if (parsed.GetValue(SharedOptions.Json))
            {
                Output.Json(rows);
                return ExitCode.Success;
            }

            var table = new Table().Border(TableBorder.Simple).AddColumns("Name", "State", "Size", "Dim", "Licence", "For");
            table.Columns[2].RightAligned();
            table.Columns[3].RightAligned();
            // A name that is broken over two lines can't be copied into a command.
            foreach (var column in table.Columns.Take(5)) column.NoWrap();
            foreach (var row in rows)
            {
                var state = row.InUse ? "in use" : row.Installed ? "installed" : "";
                table.AddRow(row.Name, state, Size(row), $"{row.Dimension}", Markup.Escape(row.Licence.Replace("LicenseRef-", "", StringComparison.Ordinal)), Markup.Escape(row.Purpose));
            }

            AnsiConsole.Write(table);
            Console.Out.WriteLine("Fetch one with: vsearch models pull NAME");
            return ExitCode.Success;
        });
        return command;
    }

    private static TaughtCommand Verify()
    {
        var name = new Argument<string?>("NAME") { Description = "The model; without it the one in use.", Arity = ArgumentArity.ZeroOrOne };
        var command = new TaughtCommand("verify", """
            Check a model: its files against their digests, and its vectors of fixed inputs against stored ones.

            The second shows what the first can't: a wrong resize, swapped colours or a wrong tokenizer, with which search
            merely gets worse. The default model's vectors come from PyTorch and Pillow, where it was trained. A pulled
            model's come from what others published, where that could be found, and else from the day it was installed.

            Example: vsearch models verify clip-vit-b-32
            """)
        { name, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var library = Library(parsed);
            var folder = parsed.GetValue(name) is { } named ? library.Locate(named) : library.LocateInUse();
            var manifest = ModelManifest.Load(folder);
            manifest.VerifyFiles();
            var report = GoldenCheck.Run(folder);
            if (parsed.GetValue(SharedOptions.Json))
            {
                Output.Json(new { manifest.Name, manifest.Version, folder, files = manifest.Files.Count, digests = "right", report.Origin, report.IsRight, report.Results });
                return report.IsRight ? ExitCode.Success : ExitCode.Failed;
            }

            Console.Out.WriteLine($"{manifest.Name} {manifest.Version} in {folder}");
            Console.Out.WriteLine($"ok     digests of {manifest.Files.Count} files");
            foreach (var result in report.Results) Console.Out.WriteLine($"{(result.IsRight ? "ok   " : "FAULT")}  {result.Name}: {result.Found}");
            Console.Out.WriteLine($"Expected values: {report.Origin}.");
            Console.Out.WriteLine(report.IsRight
                ? "All is well."
                : "This model does not compute here what it should. Pull it again, or restore it; if that does not help, its model.json is wrong.");
            return report.IsRight ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }

    private static TaughtCommand Use()
    {
        var name = new Argument<string>("NAME") { Description = "An installed model for pictures, or 'default'." };
        var command = new TaughtCommand("use", """
            Use a model for the new collections of this data folder.

            A collection keeps the model it was made with, and refuses vectors of another. To bring one over:
            vsearch collections reembed NAME --model MODEL. VSEARCH_MODEL and --model go before this choice.

            Example: vsearch models use clip-vit-b-32
            """)
        { name, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var library = Library(parsed);
            var manifest = library.Use(parsed.GetValue(name)!);
            var overruled = Environment.GetEnvironmentVariable(DefaultModel.Variable) is { Length: > 0 } variable ? variable : null;
            if (parsed.GetValue(SharedOptions.Json))
            {
                Output.Json(new { manifest.Name, manifest.Version, manifest.Dimension, manifest.Fingerprint, manifest.Folder, overruledBy = overruled });
                return ExitCode.Success;
            }

            Console.Out.WriteLine($"New collections in {parsed.GetValue(SharedOptions.Data)} are made with {manifest.Name} {manifest.Version} ({manifest.Dimension} dimensions).");
            if (overruled is not null) Console.Out.WriteLine($"But {DefaultModel.Variable} is set to '{overruled}', which goes before this choice: unset it.");
            Console.Out.WriteLine("Collections of another model keep theirs; bring one over with: vsearch collections reembed NAME --model MODEL");
            return ExitCode.Success;
        });
        return command;
    }

    internal static ModelLibrary Library(ParseResult parsed) => new(parsed.GetValue(SharedOptions.Data)!);

    /// <summary>What a list says of a model; <c>bytes</c> is null where the size is not known before it is fetched.</summary>
    internal sealed record Row(
        string Name, bool Installed, bool InUse, long? Bytes, int Dimension, string Licence, string Purpose, bool Pictures, bool? Pinned, string? Fault = null);

    private static List<Row> Rows(ModelLibrary library, ModelRegistry registry)
    {
        var chosen = library.Chosen() ?? ModelLibrary.Default;
        var own = ModelManifest.Load(library.Locate(ModelLibrary.Default));
        var rows = new List<Row>
        {
            new(ModelLibrary.Default, true, chosen == ModelLibrary.Default, SizeOf(own.Folder), own.Dimension, own.Licence, "pictures; comes with the program", true, null),
        };
        foreach (var entry in registry.Entries)
        {
            var installed = library.IsInstalled(entry.Name);
            long? bytes = installed ? SizeOf(library.FolderOf(entry.Name)) : entry.Files.All(static f => f.Bytes is not null) ? entry.Bytes : null;
            rows.Add(new Row(entry.Name, installed, chosen == entry.Name, bytes, entry.Dimension, entry.Licence, entry.Purpose, entry.HasPictures, entry.IsPinned));
        }

        foreach (var name in library.Installed().Where(name => registry.Entries.All(e => e.Name != name))) rows.Add(Other(library, name, chosen));
        return rows;
    }

    // Put there by hand, or by another list of models.
    private static Row Other(ModelLibrary library, string name, string chosen)
    {
        try
        {
            var manifest = ModelManifest.Load(library.FolderOf(name));
            var purpose = manifest.Image is null ? "passages" : "pictures";
            return new Row(name, true, chosen == name, SizeOf(manifest.Folder), manifest.Dimension, manifest.Licence, $"{purpose}; not in the list of models", manifest.Image is not null, null);
        }
        catch (ModelException error)
        {
            return new Row(name, true, chosen == name, null, 0, "?", $"can't be used: {error.Message}", false, null, error.Message);
        }
    }

    private static long SizeOf(string folder) => Directory.EnumerateFiles(folder).Sum(static file => new FileInfo(file).Length);

    private static string Size(Row row) => row.Bytes is { } bytes ? $"{bytes / 1048576.0:N0} MiB" : "?";
}
