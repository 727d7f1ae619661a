using System.Text.Json;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// Question: how many queries a second does each engine answer at equal recall, and what does it cost to build, hold and open? Peers and our
/// families run on the same data in one run, with the same M and EfConstruction, one thread to search; figures are medians of three passes.
/// </summary>
internal static class AnnBench
{
    private const int Passes = 3;
    private static readonly string[] Beams = ["10", "16", "24", "32", "48", "64", "96", "128", "192", "256", "384"];
    private static readonly string[] Probes = ["1", "2", "4", "8", "16", "32", "64", "128"];

    private static readonly Engine[] Engines =
    [
        new("hnswlib", [.. Beams, "512", "768"], "hnswlib_peer.cpp", "-lpthread"),
        new("faiss-hnsw", [.. Beams, "512", "768"], "faiss_peer.cpp", "-lfaiss -lopenblas"),
        new("visualsearch-hnsw-int8", Beams),
        new("visualsearch-hnsw-int4", [.. Beams, "512"]),
        new("visualsearch-flat", ["0", "batch"]),
        new("visualsearch-ivf-flat", Probes),
        new("visualsearch-ivf-pq", Probes),
        new("visualsearch-lsh", Probes),
    ];

    public static int Run(string[] arguments, bool json)
    {
        string? archives = Value(arguments, "--data") ?? new[] { "../shared/data/train" }.Select(p => Path.Combine(BenchFiles.Repository, p)).FirstOrDefault(TinyImageNet.IsIn);
        if (archives is not null && !TinyImageNet.IsIn(archives))
        {
            Console.Error.WriteLine($"vsearch bench ann: {archives} has no tiny-imagenet-train-0.zip, tiny-imagenet-val.zip and classes.json.");
            return 2;
        }

        string[] wanted = (Value(arguments, "--sets") ?? "pixels,embeddings,synthetic").Split(',');
        string[] engines = Value(arguments, "--engines")?.Split(',') ?? [];
        int threads = int.Parse(Value(arguments, "--threads") ?? Environment.ProcessorCount.ToString(null as IFormatProvider), null as IFormatProvider);
        Engine[] running = [.. Engines.Where(e => engines.Length == 0 || engines.Contains(e.Name)).Where(e => e.PeerSource is null || EngineProcess.Compile(e))];
        string folder = Value(arguments, "--out") ?? Path.Combine(BenchFiles.Root, "ann-report");
        var rows = new List<AnnRow>();
        var sets = new List<AnnData>();
        foreach (AnnData data in Sets(arguments, archives, wanted))
        {
            sets.Add(data);
            rows.AddRange(Measure(data, running, threads));

            // After each set: what was measured stays when a long run is broken off.
            AnnReport.Write(folder, sets, rows);
        }

        Console.Error.WriteLine($"The report is in {folder}: ann.md, ann.json and a picture for each data set.");
        if (json) Console.WriteLine(JsonSerializer.Serialize(rows, AnnReport.Json));
        else Console.WriteLine(File.ReadAllText(Path.Combine(folder, "ann.md")));
        return 0;
    }

    private static IEnumerable<AnnData> Sets(string[] arguments, string? archives, string[] wanted)
    {
        if (Value(arguments, "--file") is { } file)
        {
            yield return AnnDataSets.OfFile(file, Value(arguments, "--metric") == "cosine" ? Metric.Cosine : Metric.L2);
            yield break;
        }

        if (archives is not null && wanted.Contains("pixels")) yield return AnnDataSets.Pixels(archives);
        if (wanted.Contains("embeddings")) yield return archives is null ? AnnDataSets.SampleEmbeddings() : AnnDataSets.Embeddings(archives);
        if (wanted.Contains("synthetic")) yield return AnnDataSets.Synthetic(int.Parse(Value(arguments, "--rows") ?? "1000000", null as IFormatProvider));
    }

    /// <summary>Builds everything, then takes the engines in turn, three times: what disturbs the machine disturbs them alike.</summary>
    private static List<AnnRow> Measure(AnnData data, Engine[] engines, int threads)
    {
        // Exact search and the families for study answer tens of queries a second on a million vectors; there they are left out.
        Engine[] fitting = [.. engines.Where(e => e.HasFiles || data.Rows <= 200_000)];
        var builds = new Dictionary<string, double>();
        foreach (Engine engine in fitting.Where(e => e.HasFiles))
        {
            Console.Error.WriteLine($"{data.Name}: building {engine.Name} with {threads} threads …");
            builds[engine.Name] = EngineProcess.Build(engine, data, threads);
        }

        var passes = new List<AnnRow>();
        for (int pass = 1; pass <= Passes; pass++)
        {
            foreach (Engine engine in fitting)
            {
                Console.Error.WriteLine($"{data.Name}: searching {engine.Name}, pass {pass} of {Passes} …");
                passes.AddRange(EngineProcess.Search(engine, data, builds.TryGetValue(engine.Name, out double seconds) ? seconds : null, threads));
            }
        }

        return [.. passes.GroupBy(row => (row.Engine, row.Setting)).Select(group => group.First() with
        {
            Qps = Median(group.Select(row => row.Qps)),
            P99Micros = group.First().P99Micros is null ? null : Median(group.Select(row => row.P99Micros!.Value)),
            OpenSeconds = group.First().OpenSeconds is null ? null : Median(group.Select(row => row.OpenSeconds!.Value)),
            ResidentMiB = group.First().ResidentMiB is null ? null : Median(group.Select(row => row.ResidentMiB!.Value)),
        })];
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static string? Value(string[] arguments, string name)
    {
        int at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }
}
