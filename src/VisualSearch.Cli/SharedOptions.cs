using System.CommandLine;
using VisualSearch.Encoders.Models.Registry;

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

    public static Option<string> Model { get; } = new("--model")
    {
        Description = "Folder of the encoder (model.json and its files). Without it: the one of VSEARCH_MODEL, else that of 'vsearch models use', else the default.",
        HelpName = "DIR",
        DefaultValueFactory = static result => new ModelLibrary(result.GetValue(Data)!).LocateInUse(),
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print the result as JSON." };
}
