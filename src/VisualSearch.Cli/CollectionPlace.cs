using System.CommandLine;
using System.Globalization;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Cli;

/// <summary>Where a command's collections are: on the Qdrant that <c>--qdrant</c> names, else in the data folder.</summary>
internal static class CollectionPlace
{
    /// <summary>The place; to be disposed of after the stores that it opened.</summary>
    /// <exception cref="QdrantException">The address can't be used.</exception>
    public static ICollections Open(ParseResult parsed) => ICollections.Of(parsed.GetValue(SharedOptions.Data)!, Qdrant(parsed));

    /// <summary>The Qdrant that was named; null for the data folder, and for commands that know no other place.</summary>
    /// <exception cref="QdrantException">The address can't be used.</exception>
    public static QdrantOptions? Qdrant(ParseResult parsed) =>
        parsed.CommandResult.Command.Options.Contains(SharedOptions.Qdrant) && parsed.GetValue(SharedOptions.Qdrant) is { Length: > 0 } addresses
            ? QdrantOptions.From(name => name == "VSEARCH_QDRANT_URL" ? addresses : Environment.GetEnvironmentVariable(name))
            : null;

    /// <summary>Does what needs the right to write, and waits, saying so, while that is held by a process that may have been killed.</summary>
    /// <exception cref="WriterBusyException">The process that writes is alive.</exception>
    public static T ToWrite<T>(Func<T> open, CancellationToken cancellation = default)
    {
        var told = "";
        return new WriterWait((busy, left) =>
        {
            // What is in brackets tells the writers of one process apart, such as a server's uploads: one line for all of them.
            var writer = busy.Writer.Split(" (")[0];
            if (writer != told)
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"waiting for {writer}: its right to write ends in {Math.Ceiling(left.TotalSeconds):0} s unless it is renewed"));
            told = writer;
        }).Open(open, cancellation);
    }

    /// <summary>The same for what has no result.</summary>
    /// <exception cref="WriterBusyException">The process that writes is alive.</exception>
    public static void ToWrite(Action change) => ToWrite(() =>
    {
        change();
        return true;
    });
}
