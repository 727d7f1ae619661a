using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// Our side of the comparison, in a process of its own like the peers, with their protocol: build and save, or open and search; one line
/// of JSON for each measurement. Families that have no files yet are built by the process that searches.
/// </summary>
internal static class OwnEngine
{
    public static int Run(string verb, IReadOnlyDictionary<string, string> options)
    {
        if (verb == "build") Build(options);
        else Search(options);
        return 0;
    }

    private static void Build(IReadOnlyDictionary<string, string> options)
    {
        float[] vectors = VectorFile.Read<float>(options["base"]);
        int dimension = VectorFile.Shape(options["base"]).Columns;
        long start = Stopwatch.GetTimestamp();
        using var index = new HnswIndex(dimension, MetricOf(options), new HnswOptions
        {
            M = Number(options["m"]),
            EfConstruction = Number(options["efc"]),
            Codes = Enum.Parse<CodeKind>(options["engine"]["hnsw-".Length..], ignoreCase: true),
        });
        index.AddRange(Ids(vectors.Length / dimension), vectors, Number(options["threads"]));
        index.Compact();
        Print(new { buildSeconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3) });
        index.Save(options["index"]);
    }

    private static void Search(IReadOnlyDictionary<string, string> options)
    {
        float[] queries = VectorFile.Read<float>(options["queries"]);
        int[] truth = VectorFile.Read<int>(options["truth"]);
        bool fromFile = options["engine"].StartsWith("hnsw", StringComparison.Ordinal);
        GC.Collect();
        double before = AnonymousMiB();
        long start = Stopwatch.GetTimestamp();
        using IVectorIndex index = fromFile ? HnswIndex.Open(options["index"]) : Fill(Create(options), options);
        double seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 4);
        GC.Collect();
        double residentMiB = Math.Round(AnonymousMiB() - before, 1);
        Print(fromFile ? new { openSeconds = seconds, residentMiB } : new { buildSeconds = seconds, residentMiB });
        foreach (string setting in options["efs"].Split(','))
        {
            if (setting == "batch") Print(MeasureBatch((FlatIndex)index, queries, truth));
            else Print(Measure(index, setting, Parse(options["engine"], setting), queries, truth));
        }
    }

    private static IVectorIndex Create(IReadOnlyDictionary<string, string> options)
    {
        (int rows, int dimension) = VectorFile.Shape(options["base"]);
        int lists = (int)Math.Sqrt(rows);
        return options["engine"] switch
        {
            "flat" => new FlatIndex(dimension, MetricOf(options), rows),
            "lsh" => new LshIndex(dimension, MetricOf(options)),
            "ivf-flat" => new IvfFlatIndex(dimension, MetricOf(options), new IvfOptions { NList = lists }),
            "ivf-pq" => new IvfPqIndex(dimension, MetricOf(options), new IvfPqOptions { NList = lists }),
            string other => throw new ArgumentException($"There is no engine '{other}'."),
        };
    }

    private static IVectorIndex Fill(IVectorIndex index, IReadOnlyDictionary<string, string> options)
    {
        const int Part = 10_000;
        int rows = VectorFile.Shape(options["base"]).Rows;
        for (int first = 0; first < rows; first += Part)
        {
            float[] part = VectorFile.Read<float>(options["base"], first, Math.Min(Part, rows - first));
            for (int i = 0; i < part.Length / index.Dimension; i++)
                index.Add((ulong)(first + i), part.AsSpan(i * index.Dimension, index.Dimension));
        }

        switch (index)
        {
            case LshIndex { IsTrained: false } lsh: lsh.Train(); break;
            case IvfFlatIndex { IsTrained: false } ivf: ivf.Train(); break;
            case IvfPqIndex { IsTrained: false } pq: pq.Train(); break;
        }

        return index;
    }

    /// <summary>A beam width or a number of probes, and after a colon the oversampling where it is not the index's own: 64 or 64:2.5.</summary>
    private static SearchParameters Parse(string engine, string setting)
    {
        string[] parts = setting.Split(':');
        bool beam = engine.StartsWith("hnsw", StringComparison.Ordinal) || engine == "flat";
        return new SearchParameters
        {
            EfSearch = beam ? Number(parts[0]) : 0,
            NProbe = beam ? 0 : Number(parts[0]),
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
                hits += Hits(found.AsSpan(0, results), truth, q);
            }
        }

        double total = micros.Sum();
        Array.Sort(micros);
        return Point(setting, hits, count, total / 1e6, Math.Round(micros[count * 99 / 100], 1));
    }

    private static object MeasureBatch(FlatIndex index, float[] queries, int[] truth)
    {
        int count = queries.Length / index.Dimension, hits = 0;
        var found = new Neighbor[count * AnnData.K];
        var counts = new int[count];
        index.SearchBatch(queries, AnnData.K, found, counts);
        long start = Stopwatch.GetTimestamp();
        index.SearchBatch(queries, AnnData.K, found, counts);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        for (int q = 0; q < count; q++)
            hits += Hits(found.AsSpan(q * AnnData.K, counts[q]), truth, q);
        return Point("batch", hits, count, seconds, null);
    }

    private static int Hits(ReadOnlySpan<Neighbor> found, int[] truth, int query)
    {
        int hits = 0;
        foreach (Neighbor neighbor in found)
            hits += truth.AsSpan(query * AnnData.K, AnnData.K).Contains((int)neighbor.Id) ? 1 : 0;
        return hits;
    }

    private static object Point(string setting, int hits, int count, double seconds, double? p99Micros) => new
    {
        setting,
        recall10 = Math.Round((double)hits / (count * AnnData.K), 5),
        qps = Math.Round(count / seconds, 1),
        p99Micros,
    };

    // Memory of its own: anonymous pages. Pages of mapped files belong to the page cache and may go at any time.
    private static double AnonymousMiB()
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    private static Metric MetricOf(IReadOnlyDictionary<string, string> options) => options["metric"] == "l2" ? Metric.L2 : Metric.Cosine;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static ulong[] Ids(int count) => [.. Enumerable.Range(0, count).Select(row => (ulong)row)];

    private static void Print(object value) => Console.WriteLine(JsonSerializer.Serialize(value));
}
