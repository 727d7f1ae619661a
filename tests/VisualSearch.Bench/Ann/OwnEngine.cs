using System.Diagnostics;
using System.Globalization;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// Our side of the comparison, in a process of its own like the peers, with their protocol: build and save, or open and search; one line
/// of JSON for each measurement. Families that have no files yet are built by the process that searches. The studies of our own index
/// run here too.
/// </summary>
internal static class OwnEngine
{
    public static int Run(string verb, IReadOnlyDictionary<string, string> words)
    {
        var options = new OwnOptions(words);
        switch (verb)
        {
            case "build":
                Build(options);
                return 0;
            case "search":
                Search(options);
                return 0;
            case AnnOptions.Filters:
                using (HnswIndex index = HnswIndex.Open(options.Index))
                    FilterStudy.Run(index, options);
                return 0;
            case AnnOptions.Churn:
                ChurnStudy.Run(options.Index, options);
                return 0;
            default:
                Console.Error.WriteLine($"ann-engine: there is no '{verb}'.");
                return 2;
        }
    }

    // The peers' time starts at the same point (vectors in memory, no index) and ends before saving; ours includes the laying out anew.
    private static void Build(OwnOptions options)
    {
        float[] vectors = VectorFile.Read<float>(options.Base);
        int dimension = VectorFile.Shape(options.Base).Columns;
        long start = Stopwatch.GetTimestamp();
        using var index = new HnswIndex(dimension, options.Metric, new HnswOptions
        {
            M = options.M,
            EfConstruction = options.EfConstruction,
            Codes = Enum.Parse<CodeKind>(options.Engine["hnsw-".Length..], ignoreCase: true),
        });
        index.AddRange([.. Enumerable.Range(0, vectors.Length / dimension).Select(row => (ulong)row)], vectors, options.Threads);
        index.Compact();
        QueryRun.Print(new { buildSeconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3) });
        index.Save(options.Index);
    }

    private static void Search(OwnOptions options)
    {
        bool fromFile = options.Engine.StartsWith("hnsw", StringComparison.Ordinal);
        var run = new QueryRun(options.Queries, VectorFile.Shape(options.Base).Columns, options.Truth);
        double before = QueryRun.AnonymousMiB();
        long start = Stopwatch.GetTimestamp();
        using IVectorIndex index = fromFile ? HnswIndex.Open(options.Index) : Fill(Create(options), options);
        double seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 4);
        QueryRun.Print(fromFile ? (object)new { openSeconds = seconds } : new { buildSeconds = seconds });
        run.WarmUp(index, Parse(options, options.Settings[0]));
        for (int pass = 0; pass < options.Passes; pass++)
        {
            foreach (string setting in options.Settings)
            {
                SearchParameters parameters = setting == "batch" ? default : Parse(options, setting);
                QueryRun.Print(setting == "batch"
                    ? run.MeasureBatch((FlatIndex)index)
                    : run.Measure(setting, index, _ => parameters, warm: pass > 0));
            }
        }

        // After the searches, as the peers: what they keep (visited marks, buffers) belongs to the index.
        QueryRun.Print(new { residentMiB = Math.Round(QueryRun.AnonymousMiB() - before, 1) });
    }

    private static IVectorIndex Create(OwnOptions options)
    {
        (int rows, int dimension) = VectorFile.Shape(options.Base);
        int lists = (int)Math.Sqrt(rows);
        return options.Engine switch
        {
            "flat" => new FlatIndex(dimension, options.Metric, rows),
            "lsh" => new LshIndex(dimension, options.Metric),
            "ivf-flat" => new IvfFlatIndex(dimension, options.Metric, new IvfOptions { NList = lists }),
            "ivf-pq" => new IvfPqIndex(dimension, options.Metric, new IvfPqOptions { NList = lists }),
            string other => throw new ArgumentException($"There is no engine '{other}'."),
        };
    }

    private static IVectorIndex Fill(IVectorIndex index, OwnOptions options)
    {
        ExactTruth.Fill(index, options.Base);
        if (index is TrainedIndex { IsTrained: false } trained) trained.Train();
        return index;
    }

    /// <summary>A beam width or a number of probes, and after a colon the oversampling where it is not the index's own: 64 or 64:2.5.</summary>
    private static SearchParameters Parse(OwnOptions options, string setting)
    {
        string[] parts = setting.Split(':');
        int number = int.Parse(parts[0], CultureInfo.InvariantCulture);
        bool beam = options.Engine.StartsWith("hnsw", StringComparison.Ordinal) || options.Engine == "flat";
        return new SearchParameters
        {
            EfSearch = beam ? number : 0,
            Patience = options.Patience,
            NProbe = beam ? 0 : number,
            Oversampling = parts.Length > 1 ? float.Parse(parts[1], CultureInfo.InvariantCulture) : 0,
        };
    }
}
