using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using VisualSearch.Ann;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// Question: how many exact queries a second does one core answer, one at a time and in batches? 50,000 vectors of 768 dimensions and 1,000
/// queries by default; each figure is the best of some passes, since what disturbs a machine can only slow it down.
/// </summary>
internal static class FlatBench
{
    private const int Passes = 5, K = 10, Dimension = 768;

    public static int Run(string[] arguments, bool json)
    {
        string? file = Value(arguments, "--file");
        int rows = Number(arguments, "--rows", 50_000), count = Number(arguments, "--queries", 1000);
        int dimension = file is null ? Dimension : VectorFile.Shape(file).Columns;
        float[] vectors = file is null ? Random(rows + count, dimension) : VectorFile.Read<float>(file, 0, rows + count);
        ReadOnlySpan<float> queries = vectors.AsSpan(rows * dimension);
        using var index = new FlatIndex(dimension, Metric.L2, rows);
        for (int row = 0; row < rows; row++)
            index.Add((ulong)row, vectors.AsSpan(row * dimension, dimension));

        Neighbor[] alone = new Neighbor[count * K], batched = new Neighbor[count * K];
        int[] counts = new int[count];
        double batch = 0, single = 0;
        for (int pass = 0; pass < Passes; pass++)
        {
            long start = Stopwatch.GetTimestamp();
            index.SearchBatch(queries, K, batched, counts);
            batch = Math.Max(batch, count / Stopwatch.GetElapsedTime(start).TotalSeconds);

            // A tenth of the queries, which take as long as all of them in a batch.
            int some = pass == 0 ? count : count / 10;
            start = Stopwatch.GetTimestamp();
            for (int q = 0; q < some; q++)
                index.Search(queries.Slice(q * dimension, dimension), alone.AsSpan(q * K, K));
            single = Math.Max(single, some / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        if (!alone.AsSpan().SequenceEqual(batched))
            throw new InvalidOperationException("A batch gives other results than the same queries one at a time.");
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                rows,
                dimension,
                queries = count,
                kernels = KernelSet.Description,
                batchQps = Math.Round(batch, 1),
                singleQps = Math.Round(single, 1),
                ratio = Math.Round(batch / single, 2),
            }));
            return 0;
        }

        Console.WriteLine($"Exact search of {rows:N0} × {dimension} vectors, k = {K}, L2, one thread, kernels {KernelSet.Description}");
        Console.WriteLine($"  one at a time       {single,8:N0} queries/s");
        Console.WriteLine($"  {count,5:N0} in a batch    {batch,8:N0} queries/s   {batch / single:N1}×, the same results bit by bit");
        return 0;
    }

    private static float[] Random(int rows, int dimension)
    {
        var random = new Random(1);
        var values = new float[rows * dimension];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle();
        return values;
    }

    private static int Number(string[] arguments, string name, int preset) =>
        Value(arguments, name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : preset;

    private static string? Value(string[] arguments, string name)
    {
        int at = Array.IndexOf(arguments, name);
        return at >= 0 && at + 1 < arguments.Length ? arguments[at + 1] : null;
    }
}
