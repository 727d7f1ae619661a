using System.Diagnostics;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// Question: does the index age? Three times over, 30 % of the vectors at random are removed one by one and added again; recall at the
/// same beam, queries a second, memory, and the seconds of each step.
/// </summary>
internal static class ChurnStudy
{
    private const int Rounds = 3, Seed = 23;
    private const double Share = 0.3;

    public static void Run(string file, OwnOptions options)
    {
        int rows = VectorFile.Shape(options.Base).Rows, dimension = VectorFile.Shape(options.Base).Columns;
        ulong[][] chosen = Choose(rows);
        var whole = new QueryRun(options.Queries, dimension, options.Truth);
        QueryRun[] left = Remaining(chosen, rows, dimension, options);
        var again = new float[chosen[0].Length * dimension];
        double before = QueryRun.AnonymousMiB();
        using HnswIndex index = HnswIndex.Open(file);
        int ef = options.Ef > 0 ? options.Ef : whole.Beam(index);
        Report("built", whole, 0);
        for (int round = 0; round < Rounds; round++)
        {
            // Read back before they go, outside the time.
            for (int i = 0; i < chosen[round].Length; i++)
                index.TryGetVector(chosen[round][i], again.AsSpan(i * dimension, dimension));
            long start = Stopwatch.GetTimestamp();
            foreach (ulong id in chosen[round])
                index.Remove(id);
            Report($"{round + 1} removed", left[round], Stopwatch.GetElapsedTime(start).TotalSeconds);
            start = Stopwatch.GetTimestamp();
            index.AddRange(chosen[round], again, options.Threads);
            Report($"{round + 1} added", whole, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        long compacting = Stopwatch.GetTimestamp();
        index.Compact();
        Report("compacted", whole, Stopwatch.GetElapsedTime(compacting).TotalSeconds);

        void Report(string step, QueryRun run, double seconds)
        {
            for (int pass = 0; pass < options.Passes; pass++)
            {
                QueryRun.Print(run.Measure($"ef={ef} churn={step}", index, _ => new SearchParameters { EfSearch = ef }, warm: pass > 0) with
                {
                    Seconds = Math.Round(seconds, 2),
                    ResidentMiB = Math.Round(QueryRun.AnonymousMiB() - before, 1),
                });
            }
        }
    }

    private static ulong[][] Choose(int rows)
    {
        ulong[] ids = [.. Enumerable.Range(0, rows).Select(row => (ulong)row)];
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, Rounds).Select(_ =>
        {
            random.Shuffle(ids);
            return ids[..(int)(Share * rows)];
        })];
    }

    /// <summary>Searches over what each round leaves, with their truth, found before any memory is counted.</summary>
    private static QueryRun[] Remaining(ulong[][] chosen, int rows, int dimension, OwnOptions options)
    {
        using FlatIndex exact = ExactTruth.Open(options.Base, options.Metric);
        return [.. chosen.Select(gone =>
        {
            IdSet kept = IdSet.FromIds(Enumerable.Range(0, rows).Select(row => (ulong)row));
            kept.ExceptWith(IdSet.FromIds(gone));
            int[] truth = ExactTruth.Nearest(exact, options.Queries, [kept], new int[options.Queries.Length / dimension]);
            return new QueryRun(options.Queries, dimension, truth);
        })];
    }
}
