using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>Asks every query of a list, one at a time on one thread, and holds the answers against the truth.</summary>
/// <param name="queries">One after the other.</param>
/// <param name="dimension">Numbers in each.</param>
/// <param name="truth">Ten row numbers a query, nearest first; −1 where there are fewer.</param>
internal sealed class QueryRun(float[] queries, int dimension, int[] truth)
{
    public const int Nothing = -1;

    // The index's default, and wider ones for data on which it finds too little.
    private static readonly int[] Beams = [64, 96, 128, 192, 256, 384, 512];

    private readonly double[] _micros = new double[queries.Length / dimension];

    public int Count => _micros.Length;

    /// <summary>Measures one setting.</summary>
    /// <param name="setting">Its name in the report.</param>
    /// <param name="index">What is asked.</param>
    /// <param name="parameters">Of each query; called outside its time.</param>
    /// <param name="warm">Whether all queries were asked before; if not, they are asked twice and the second time counts.</param>
    public Point Measure(string setting, IVectorIndex index, Func<int, SearchParameters> parameters, bool warm = false)
    {
        if (!warm) _ = Ask(index, parameters);
        int hits = Ask(index, parameters);
        double total = _micros.Sum();
        double[] sorted = [.. _micros.Order()];
        return PointOf(setting, hits, total / 1e6, Math.Round(sorted[Count * 99 / 100], 1));
    }

    /// <summary>
    /// Asks for two seconds without measuring: in its first second a process still runs what the first tier compiled, and the narrowest
    /// beams, which come first, seemed slower than wider ones.
    /// </summary>
    public void WarmUp(IVectorIndex index, SearchParameters parameters)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 2)
            _ = Ask(index, _ => parameters);
    }

    /// <summary>Measures exact search of all queries in one call.</summary>
    public Point MeasureBatch(FlatIndex index)
    {
        var found = new Neighbor[Count * AnnData.K];
        var counts = new int[Count];
        index.SearchBatch(queries, AnnData.K, found, counts);
        long start = Stopwatch.GetTimestamp();
        index.SearchBatch(queries, AnnData.K, found, counts);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        int hits = Enumerable.Range(0, Count).Sum(q => Hits(found.AsSpan(q * AnnData.K, counts[q]), q));
        return PointOf("batch", hits, seconds, null);
    }

    /// <summary>64, or the first wider beam that finds 95 of 100 of the truth: a study of what lowers recall has to start from enough.</summary>
    public int Beam(IVectorIndex index) =>
        Beams.FirstOrDefault(ef => (double)Ask(index, _ => new SearchParameters { EfSearch = ef }) / Known >= 0.95, Beams[^1]);

    /// <summary>Memory of this process's own, in MiB: anonymous pages. Pages of mapped files belong to the page cache and may go at any time.</summary>
    public static double AnonymousMiB()
    {
        // Native memory goes back in finalizers. Other modes of collecting keep freed pages for a while: an index then seemed to take −7 MiB.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("RssAnon:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>One line for the process that called.</summary>
    public static void Print(object value) => Console.WriteLine(JsonSerializer.Serialize(value, AnnReport.Json));

    private double Known => Math.Max(1, truth.Count(id => id != Nothing));

    private int Ask(IVectorIndex index, Func<int, SearchParameters> parameters)
    {
        Span<Neighbor> found = stackalloc Neighbor[AnnData.K];
        int hits = 0;
        for (int q = 0; q < Count; q++)
        {
            SearchParameters asked = parameters(q);
            long start = Stopwatch.GetTimestamp();
            int results = index.Search(queries.AsSpan(q * dimension, dimension), found, asked);
            _micros[q] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            hits += Hits(found[..results], q);
        }

        return hits;
    }

    private int Hits(ReadOnlySpan<Neighbor> found, int query)
    {
        ReadOnlySpan<int> nearest = truth.AsSpan(query * AnnData.K, AnnData.K);
        int hits = 0;
        foreach (Neighbor neighbor in found)
            hits += nearest.Contains((int)neighbor.Id) ? 1 : 0;
        return hits;
    }

    private Point PointOf(string setting, int hits, double seconds, double? p99Micros) =>
        new(setting, Math.Round(hits / Known, 5), Math.Round(Count / seconds, 1), p99Micros);

    /// <summary>A measured setting; the last two are of a churn's step.</summary>
    internal sealed record Point(
        string Setting, double Recall10, double Qps, double? P99Micros, double? Seconds = null, double? ResidentMiB = null);
}
