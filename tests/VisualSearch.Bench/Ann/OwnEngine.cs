using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// Our side of the comparison, in a process of its own like the peers, with their protocol: build and save, or open and search; one line
/// of JSON for each measurement.
/// </summary>
internal static class OwnEngine
{
    public static int Run(string verb, IReadOnlyDictionary<string, string> options)
    {
        if (verb == "build") Build(options);
        else Search(options);
        return 0;
    }

    /// <summary>Memory of its own, in MiB: anonymous pages. Pages of mapped files belong to the page cache and may go at any time.</summary>
    public static double AnonymousMiB()
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static void Build(IReadOnlyDictionary<string, string> options)
    {
        (int rows, int columns) = VectorFile.Shape(options["base"]);
        float[] vectors = VectorFile.Read<float>(options["base"]);
        ulong[] ids = [.. Enumerable.Range(0, rows).Select(row => (ulong)row)];
        long start = Stopwatch.GetTimestamp();
        using var index = new HnswIndex(columns, MetricOf(options), new HnswOptions
        {
            M = int.Parse(options["m"], CultureInfo.InvariantCulture),
            EfConstruction = int.Parse(options["efc"], CultureInfo.InvariantCulture),
            Codes = Enum.Parse<CodeKind>(options["codes"], ignoreCase: true),
        });
        index.AddRange(ids, vectors, int.Parse(options["threads"], CultureInfo.InvariantCulture));
        Console.Error.WriteLine(Stopwatch.GetElapsedTime(start).TotalSeconds);
        if (Environment.GetEnvironmentVariable("NOCOMPACT") is null) index.Compact();
        Print(new { buildSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds });
        Console.Error.WriteLine(index.GetStatistics());
        index.Save(options["index"]);
    }

    private static void Search(IReadOnlyDictionary<string, string> options)
    {
        float[] queries = VectorFile.Read<float>(options["queries"]);
        int[] truth = VectorFile.Read<int>(options["truth"]);
        GC.Collect();
        double before = AnonymousMiB();
        long start = Stopwatch.GetTimestamp();
        using HnswIndex index = HnswIndex.Open(options["index"]);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        GC.Collect();
        Print(new { openSeconds = Math.Round(seconds, 4), residentMiB = Math.Round(AnonymousMiB() - before, 1) });
        foreach (string setting in options["efs"].Split(','))
            Print(Measure(index, setting, Parse(setting), queries, truth));
    }

    /// <summary>A beam width, and after a colon the oversampling where it is not the index's own: 64 or 64:2.5.</summary>
    private static SearchParameters Parse(string setting)
    {
        string[] parts = setting.Split(':');
        return new SearchParameters
        {
            EfSearch = int.Parse(parts[0], CultureInfo.InvariantCulture),
            Oversampling = parts.Length > 1 ? float.Parse(parts[1], CultureInfo.InvariantCulture) : 0,
        };
    }

    /// <summary>Runs every query once to warm up and once timed, one at a time.</summary>
    private static object Measure(IVectorIndex index, string setting, SearchParameters parameters, float[] queries, int[] truth)
    {
        int count = queries.Length / index.Dimension, hits = 0;
        var micros = new double[count];
        var found = new Neighbor[AnnData.K];
        for (int pass = 0; pass < 2; pass++)
        {
            hits = 0;
            for (int q = 0; q < count; q++)
            {
                long start = Stopwatch.GetTimestamp();
                int results = index.Search(queries.AsSpan(q * index.Dimension, index.Dimension), found, parameters);
                micros[q] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                ReadOnlySpan<int> nearest = truth.AsSpan(q * AnnData.K, AnnData.K);
                for (int i = 0; i < results; i++)
                    hits += nearest.Contains((int)found[i].Id) ? 1 : 0;
            }
        }

        double total = micros.Sum();
        Array.Sort(micros);
        return new
        {
            setting,
            recall10 = Math.Round((double)hits / (count * AnnData.K), 5),
            qps = Math.Round(count / (total / 1e6), 1),
            p99Micros = Math.Round(micros[count * 99 / 100], 1),
        };
    }

    private static Metric MetricOf(IReadOnlyDictionary<string, string> options) => options["metric"] == "l2" ? Metric.L2 : Metric.Cosine;

    private static void Print(object value) => Console.WriteLine(JsonSerializer.Serialize(value));
}
