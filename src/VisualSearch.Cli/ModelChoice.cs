using System.CommandLine;
using VisualSearch.Encoders.Models.Registry;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli;

/// <summary>Which model a command works with: the one that <c>--model</c> names, else the collection's own, else that of VSEARCH_MODEL or <c>vsearch models use</c>, else the default.</summary>
internal static class ModelChoice
{
    /// <summary>The folder of the model that was asked for, or of the default one.</summary>
    public static string Folder(ParseResult parsed) => Named(parsed) ?? Library(parsed).LocateInUse();

    /// <summary>The folder of the model that <c>--model</c> names; null without it.</summary>
    public static string? Named(ParseResult parsed) =>
        parsed.GetValue(SharedOptions.Model) is { Length: > 0 } model ? Library(parsed).Resolve(model) : null;

    /// <summary>The folder of the model that was asked for, or of the one that a collection has; of the default one where there is no such collection.</summary>
    /// <exception cref="ModelNotFoundException">The collection's model is not on this machine.</exception>
    public static string Folder(ParseResult parsed, string collection)
    {
        if (Named(parsed) is { } named) return named;
        using var place = CollectionPlace.Open(parsed);
        if (!place.Exists(collection)) return Library(parsed).LocateInUse();
        // Without opening it: a folder's vectors would be loaded.
        var running = place.RunningGeneration(collection);
        return Library(parsed).Find(running.Model.Fingerprint, running.ModelFolder) ?? throw new ModelNotFoundException(collection, running.Model);
    }

    private static ModelLibrary Library(ParseResult parsed) => new(parsed.GetValue(SharedOptions.Data)!);
}
