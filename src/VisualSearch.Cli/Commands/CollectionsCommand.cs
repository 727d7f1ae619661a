using System.CommandLine;
using Spectre.Console;
using VisualSearch.Cli.Terminal;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch collections list|info|verify|drop|copy|snapshot|restore</c>, and the door to <c>reembed|rollback|prune|regions</c>.</summary>
internal static class CollectionsCommand
{
    public static Command Create() => new("collections", "Look at, check, copy, back up or drop collections, or embed them again with another model.")
    {
        List(), Info(), Verify(), Drop(), CopyCommand.Create(), SnapshotCommand.Create(), RestoreCommand.Create(), ReembedCommand.Create(Name()), RollbackCommand.Create(Name()), PruneCommand.Create(Name()), RegionsCommand.Create(Name()),
    };

    private static Argument<string> Name() => new("NAME") { Description = "The collection.", DefaultValueFactory = static _ => "default" };

    private static Command List()
    {
        var command = new Command("list", "All collections.") { SharedOptions.Qdrant, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            using var place = CollectionPlace.Open(parsed);
            var collections = place.List();
            if (parsed.GetValue(SharedOptions.Json))
            {
                Output.Json(collections);
                return ExitCode.Success;
            }

            if (collections.Count == 0) Console.Out.WriteLine($"No collections in {place.Place} yet. Make one with: vsearch index PATH, or vsearch demo");
            else AnsiConsole.Write(Table(collections, place));
            return ExitCode.Success;
        });
        return command;
    }

    private static Table Table(IReadOnlyList<CollectionInfo> collections, ICollections place)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("Name", "Pictures", "Model", "Generations", "Size", "Made");
        table.Columns[1].RightAligned();
        table.Columns[3].NoWrap();
        table.Columns[4].RightAligned();
        foreach (var info in collections)
        {
            table.AddRow(
                Markup.Escape(info.Name), $"{info.Assets:N0}", Markup.Escape(info.Fault is null ? info.ModelName : info.Fault),
                info.Fault is not null ? "" : string.Join(", ", place.Generations(info.Name).Select(one => Brief(one, info))),
                info.Store == "qdrant" ? "on Qdrant" : $"{info.SizeBytes / 1048576.0:N1} MiB", $"{info.CreatedAt:yyyy-MM-dd HH:mm}");
        }

        return table;
    }

    private static string Brief(GenerationInfo one, CollectionInfo info) => one.State switch
    {
        GenerationState.Building => $"{one.Number} building ({(info.Items > 0 ? 100 * one.Vectors / info.Items : 100)} %)",
        GenerationState.Kept => $"{one.Number} kept",
        _ => $"{one.Number}",
    };

    private static string Detail(GenerationInfo one, CollectionInfo info)
    {
        var gaps = one.Gaps > 0 ? $", {one.Gaps:N0} could not be embedded" : "";
        return one.State switch
        {
            GenerationState.Building => $"being built, {one.Vectors:N0} of {info.Items:N0} pictures embedded{gaps}; model {one.Model.Name}, begun {one.CreatedAt:yyyy-MM-dd HH:mm}",
            GenerationState.Kept => $"kept since {one.ChangedAt:yyyy-MM-dd HH:mm}, {one.Vectors:N0} of {info.Items:N0} pictures have their vectors{gaps}; model {one.Model.Name}",
            _ => $"running since {one.ChangedAt:yyyy-MM-dd HH:mm}{gaps}; model {one.Model.Name}",
        };
    }

    private static Command Info()
    {
        var name = Name();
        var command = new Command("info", "What a collection holds, and with which model it was made.") { name, SharedOptions.Qdrant, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            using var place = CollectionPlace.Open(parsed);
            var info = Info(place, parsed.GetValue(name)!);
            IReadOnlyList<GenerationInfo> generations = info.Fault is null ? place.Generations(info.Name) : [];
            if (parsed.GetValue(SharedOptions.Json))
            {
                Output.Json(new
                {
                    info.Name,
                    info.Model,
                    info.ModelName,
                    info.Dimension,
                    info.Generation,
                    info.Assets,
                    info.Items,
                    info.Store,
                    info.CreatedAt,
                    info.SizeBytes,
                    info.Fault,
                    generations,
                });
                return ExitCode.Success;
            }

            Console.Out.WriteLine($"Name:        {info.Name}");
            Console.Out.WriteLine(place is CollectionDirectory folder ? $"Folder:      {folder.FolderOf(info.Name)} ({info.SizeBytes / 1048576.0:N1} MiB)" : $"Qdrant:      {place.Place}");
            Console.Out.WriteLine($"Pictures:    {info.Assets:N0}");
            Console.Out.WriteLine($"Items:       {info.Items:N0}");
            Console.Out.WriteLine($"Model:       {info.ModelName}, {info.Dimension} dimensions ({info.Model})");
            foreach (var one in generations) Console.Out.WriteLine($"Generation:  {one.Number}: {Detail(one, info)}");
            Console.Out.WriteLine($"Made:        {info.CreatedAt:yyyy-MM-dd HH:mm}");
            if (info.Fault is { } fault) Console.Out.WriteLine($"Fault:       {fault}");
            return info.Fault is null ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }

    // Of a damaged collection in a folder this says what is wrong; opening it would end there.
    private static CollectionInfo Info(ICollections place, string name)
    {
        if (place is CollectionDirectory directory) return directory.Info(name);
        using var store = place.Open(name, StoreAccess.Read);
        return store.Info;
    }

    private static Command Verify()
    {
        var name = Name();
        var command = new Command("verify", "Check everything that can be checked: database, texts, vectors, index, and that they agree.") { name, SharedOptions.Qdrant, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            using var place = CollectionPlace.Open(parsed);
            using var store = place.Open(parsed.GetValue(name)!, StoreAccess.Read);
            var report = store.Verify();
            if (parsed.GetValue(SharedOptions.Json))
            {
                Output.Json(report);
            }
            else
            {
                Console.Out.WriteLine($"{report.Assets:N0} pictures, {report.Items:N0} items, {report.Vectors:N0} vectors, {report.Indexed:N0} in the index.");
                foreach (var remark in report.Remarks) Console.Out.WriteLine($"  note: {remark}");
                foreach (var problem in report.Problems) Console.Out.WriteLine($"  PROBLEM: {problem}");
                Console.Out.WriteLine(report.Healthy ? "All is well." : "See the problems above.");
            }

            return report.Healthy ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }

    private static Command Drop()
    {
        var name = new Argument<string>("NAME") { Description = "The collection." };
        var yes = new Option<bool>("--yes", "-y") { Description = "Don't ask." };
        var command = new Command("drop", "Delete a collection: its catalog, vectors, thumbnails and uploads. The indexed folders are not touched.") { name, yes, SharedOptions.Qdrant };
        command.SetAction(parsed =>
        {
            using var place = CollectionPlace.Open(parsed);
            var collection = parsed.GetValue(name)!;
            var info = Info(place, collection);
            if (!parsed.GetValue(yes))
            {
                if (Console.IsInputRedirected) throw new UsageException($"This deletes collection '{collection}' with {info.Assets:N0} pictures' vectors. Add --yes to do it without being asked.");
                Console.Error.Write($"Delete collection '{collection}' ({info.Assets:N0} pictures)? Type its name: ");
                if (Console.ReadLine()?.Trim() != collection)
                {
                    Console.Error.WriteLine("Nothing was deleted.");
                    return ExitCode.Failed;
                }
            }

            CollectionPlace.ToWrite(() => place.Drop(collection));
            Console.Out.WriteLine($"Collection '{collection}' is gone.");
            return ExitCode.Success;
        });
        return command;
    }
}
