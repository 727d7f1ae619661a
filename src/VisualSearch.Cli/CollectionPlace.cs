using System.CommandLine;
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
}
