using System.Globalization;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>What a run of the benchmark measures: the words after <c>vsearch bench ann</c>.</summary>
internal sealed record AnnOptions
{
    public const string Search = "search", Filters = "filters", Churn = "churn";
    private static readonly string[] AllParts = [Search, Filters, Churn], AllSets = ["pixels", "embeddings", "synthetic"];

    public required string[] Parts { get; init; }

    public required string[] Sets { get; init; }

    /// <summary>Names of engines; empty for all.</summary>
    public required string[] Engines { get; init; }

    /// <summary>Threads to build with; one searches.</summary>
    public required int Threads { get; init; }

    /// <summary>Rows of the synthetic set.</summary>
    public required int Rows { get; init; }

    /// <summary>The beam of the filters and of the churn; 0 for 64, or the first wider one that finds 95 of 100 without a filter.</summary>
    public required int Ef { get; init; }

    /// <summary>Hops without a better candidate after which our graph searches end; 0 for whole beams.</summary>
    public required int Patience { get; init; }

    /// <summary>The folder with the archives of Tiny-ImageNet; null where there is none.</summary>
    public required string? Archives { get; init; }

    /// <summary>Vectors of the user's instead of the sets.</summary>
    public required string? File { get; init; }

    public required Metric Metric { get; init; }

    /// <summary>Where the report goes.</summary>
    public required string Out { get; init; }

    /// <exception cref="FormatException">An option is unknown, lacks its value, or has one that cannot be; the message says what can.</exception>
    public static AnnOptions Parse(string[] arguments)
    {
        string[] known = ["--parts", "--sets", "--engines", "--threads", "--rows", "--ef", "--patience", "--data", "--file", "--metric", "--out"];
        Dictionary<string, string> given = [];
        foreach (string[] pair in arguments.Chunk(2))
        {
            if (pair.Length < 2 || !known.Contains(pair[0]))
                throw new FormatException($"'{string.Join(' ', pair)}' is no option with a value; there are {string.Join(", ", known)}.");
            given[pair[0]] = pair[1];
        }

        string? archives = given.GetValueOrDefault("--data");
        if (archives is not null && !TinyImageNet.IsIn(archives))
            throw new FormatException($"{archives} has no tiny-imagenet-train-0.zip, tiny-imagenet-val.zip and classes.json; give --data another folder.");
        return new AnnOptions
        {
            Parts = Names(given, "--parts", AllParts),
            Sets = Names(given, "--sets", AllSets),
            Engines = given.ContainsKey("--engines") ? Names(given, "--engines", AnnBench.EngineNames) : [],
            Threads = Number(given, "--threads", Environment.ProcessorCount, least: 1),
            Rows = Number(given, "--rows", 1_000_000, least: 10_000),
            Ef = Number(given, "--ef", 0, least: 0),
            Patience = Number(given, "--patience", 0, least: 0),
            Archives = archives ?? SharedArchives(),
            File = given.GetValueOrDefault("--file"),
            Metric = Names(given, "--metric", ["l2", "cosine"])[0] == "l2" ? Metric.L2 : Metric.Cosine,
            Out = given.GetValueOrDefault("--out") ?? Path.Combine(BenchFiles.Root, "ann-report"),
        };
    }

    // Development data lies beside the repository, or below the folder that VSEARCH_SHARED names.
    private static string? SharedArchives()
    {
        string shared = Environment.GetEnvironmentVariable("VSEARCH_SHARED") is { Length: > 0 } named ? named : Path.Combine(BenchFiles.Repository, "..", "shared");
        string folder = Path.GetFullPath(Path.Combine(shared, "data", "train"));
        return TinyImageNet.IsIn(folder) ? folder : null;
    }

    private static string[] Names(Dictionary<string, string> given, string option, string[] possible)
    {
        if (!given.TryGetValue(option, out string? list)) return possible;
        string[] names = list.Split(',');
        return names.FirstOrDefault(name => !possible.Contains(name)) is { } unknown
            ? throw new FormatException($"{option} has '{unknown}'; there are {string.Join(", ", possible)}.")
            : names;
    }

    private static int Number(Dictionary<string, string> given, string option, int otherwise, int least)
    {
        if (!given.TryGetValue(option, out string? text)) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least
            ? value
            : throw new FormatException($"{option} is '{text}'; give a whole number from {least} on.");
    }
}
