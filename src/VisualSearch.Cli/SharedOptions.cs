using System.CommandLine;

namespace VisualSearch.Cli;

/// <summary>Options that several commands share, so that they read and mean the same everywhere.</summary>
internal static class SharedOptions
{
    public static Option<string> Data { get; } = new("--data")
    {
        Description = "Folder that collections live in.",
        HelpName = "DIR",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("VSEARCH_DATA")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".visualsearch"),
        Recursive = true,
    };

    public static Option<string> Collection { get; } = new("--collection", "-c")
    {
        Description = "Collection to work on.",
        HelpName = "NAME",
        DefaultValueFactory = static _ => "default",
    };

    /// <summary>Null when it was not given; <see cref="ModelChoice"/> says what holds then.</summary>
    public static Option<string?> Model { get; } = new("--model")
    {
        Description = "Model: a folder with model.json, the name of an installed one, or 'default'. Without it: the one that the collection has.",
        HelpName = "MODEL",
    };

    public static Option<string?> Qdrant { get; } = new("--qdrant")
    {
        Description = "Qdrant that holds the collections instead of the data folder: the addresses of its nodes, with commas between them (VSEARCH_QDRANT_URL; its key in VSEARCH_QDRANT_API_KEY).",
        HelpName = "URL",
        DefaultValueFactory = static _ => Environment.GetEnvironmentVariable("VSEARCH_QDRANT_URL"),
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };
}
