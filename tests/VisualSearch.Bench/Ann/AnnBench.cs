using System.Text.Json;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// Question: how many queries a second does each engine answer at equal recall, and what does it cost to build, hold and open? Peers and our
/// families run on the same data in one run, with the same M and EfConstruction, one thread to search; figures are medians of three passes.
/// Two further questions go to our own index: what do filters cost, and does it age when vectors come and go?
/// </summary>
internal static class AnnBench
{
    // What the page's collections use by default; its index file is what filters and churn are measured on.
    private const string Studied = "visualsearch-hnsw-int8";
    private const int Passes = 3;

    // Exact search and the families for study answer tens of queries a second on a million vectors, and 900,000 of them to add again take
    // half an hour; larger sets go without.
    private const int MostRowsForStudy = 200_000;

    private static readonly string[] Beams = ["10", "16", "24", "32", "48", "64", "96", "128", "192", "256", "384"];
    private static readonly string[] Probes = ["1", "2", "4", "8", "16", "32", "64", "128"];

    private static readonly Engine[] Engines =
    [
        new("hnswlib", [.. Beams, "512", "768"], "hnswlib_peer.cpp", "-lpthread"),
        new("faiss-hnsw", [.. Beams, "512", "768"], "faiss_peer.cpp", "-lfaiss -lopenblas"),
        new(Studied, [.. Beams, "512", "768"]),
        new("visualsearch-hnsw-int4", [.. Beams, "512", "768"]),
        new("visualsearch-flat", ["0", "batch"]),
        new("visualsearch-ivf-flat", Probes),
        new("visualsearch-ivf-pq", Probes),
        new("visualsearch-lsh", Probes),
    ];

    public static string[] EngineNames => [.. Engines.Select(engine => engine.Name)];

    public static int Run(string[] arguments, bool json)
    {
        AnnOptions options;
        try
        {
            options = AnnOptions.Parse(arguments);
        }
        catch (FormatException wrong)
        {
            Console.Error.WriteLine($"vsearch bench ann: {wrong.Message}");
            return 2;
        }

        Engine[] wanted = [.. Engines.Where(e => options.Engines.Length == 0 || options.Engines.Contains(e.Name))];
        Engine[] searched = options.Parts.Contains(AnnOptions.Search) ? [.. wanted.Where(e => e.PeerSource is null || EngineProcess.Compile(e))] : [];
        string[] studies = wanted.Any(e => e.Name == Studied) ? [.. options.Parts.Where(part => part != AnnOptions.Search)] : [];
        var rows = new List<AnnRow>();
        var sets = new List<AnnData>();
        foreach (AnnData data in Sets(options))
        {
            sets.Add(data);

            // A report after each part: what was measured stays when a long run is broken off.
            rows.AddRange(Compare(data, searched, options));
            AnnReport.Write(options.Out, sets, rows);
            foreach (string part in studies)
            {
                rows.AddRange(Study(part, data, options));
                AnnReport.Write(options.Out, sets, rows);
            }
        }

        Console.Error.WriteLine($"The report is in {options.Out}: ann.md, ann.json and a picture for each data set.");
        if (json) Console.WriteLine(JsonSerializer.Serialize(rows, AnnReport.Json));
        else Console.WriteLine(File.ReadAllText(Path.Combine(options.Out, "ann.md")));
        return 0;
    }

    private static IEnumerable<AnnData> Sets(AnnOptions options)
    {
        if (options.File is { } file)
        {
            yield return AnnDataSets.OfFile(file, options.Metric);
            yield break;
        }

        string? archives = options.Archives;
        if (options.Sets.Contains("pixels"))
        {
            if (archives is not null) yield return AnnDataSets.Pixels(archives);
            else Console.Error.WriteLine("pixels are left out: there are no archives of Tiny-ImageNet; say where with --data.");
        }

        if (options.Sets.Contains("embeddings")) yield return archives is null ? AnnDataSets.SampleEmbeddings() : AnnDataSets.Embeddings(archives);
        if (options.Sets.Contains("synthetic")) yield return AnnDataSets.Synthetic(options.Rows);
    }

    /// <summary>
    /// Builds everything, then takes the engines in turn, three times: what disturbs the machine disturbs them alike. Families that have no
    /// files are built when they are searched, and take their three passes in one turn.
    /// </summary>
    private static IEnumerable<AnnRow> Compare(AnnData data, Engine[] engines, AnnOptions options)
    {
        Engine[] fitting = [.. engines.Where(e => e.HasFiles || data.Rows <= MostRowsForStudy)];
        var builds = new Dictionary<string, double>();
        foreach (Engine engine in fitting.Where(e => e.HasFiles))
            builds[engine.Name] = Build(engine, data, options.Threads);

        var passes = new List<AnnRow>();
        for (int pass = 1; pass <= Passes; pass++)
        {
            foreach (Engine engine in fitting.Where(e => e.HasFiles || pass == 1))
            {
                Console.Error.WriteLine($"{data.Name}: searching {engine.Name}, pass {pass} of {Passes} …");
                double? seconds = builds.TryGetValue(engine.Name, out double built) ? built : null;
                passes.AddRange(EngineProcess.Search(engine, data, seconds, options.Threads, options.Patience, engine.HasFiles ? 1 : Passes));
            }
        }

        return Medians(passes);
    }

    private static double Build(Engine engine, AnnData data, int threads)
    {
        Console.Error.WriteLine($"{data.Name}: building {engine.Name} with {threads} threads …");
        return EngineProcess.Build(engine, data, threads);
    }

    /// <summary>Filters or churn, on the index that the comparison built; without it on the one of an earlier run, or a new one.</summary>
    private static IEnumerable<AnnRow> Study(string part, AnnData data, AnnOptions options)
    {
        Engine engine = Engines.Single(e => e.Name == Studied);
        if (part == AnnOptions.Churn && data.Rows > MostRowsForStudy) return [];
        string index = EngineProcess.IndexFile(engine, data);
        if (!File.Exists(index) || File.GetLastWriteTimeUtc(index) < File.GetLastWriteTimeUtc(data.Base)) _ = Build(engine, data, options.Threads);
        Console.Error.WriteLine($"{data.Name}: {part} …");
        return Medians(EngineProcess.Study(part, engine, data, options.Ef, Passes, options.Threads));
    }

    private static IEnumerable<AnnRow> Medians(IEnumerable<AnnRow> passes) =>
        passes.GroupBy(row => (row.Engine, row.Setting)).Select(group => group.First() with
        {
            Qps = Median(group, row => row.Qps)!.Value,
            P99Micros = Median(group, row => row.P99Micros),
            OpenSeconds = Median(group, row => row.OpenSeconds),
            ResidentMiB = Median(group, row => row.ResidentMiB),
        });

    private static double? Median(IEnumerable<AnnRow> rows, Func<AnnRow, double?> value)
    {
        double?[] sorted = [.. rows.Select(value).Where(v => v is not null).Order()];
        return sorted.Length == 0 ? null : sorted[sorted.Length / 2];
    }
}
