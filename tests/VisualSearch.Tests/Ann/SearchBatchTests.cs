using System.Runtime.Intrinsics;
using VisualSearch.Ann;
using VisualSearch.Ann.Kernels;

namespace VisualSearch.Tests.Ann;

/// <summary>Exact search of many queries: whatever the sizes, the results of as many single searches, bit by bit.</summary>
public sealed unsafe class SearchBatchTests
{
    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Dot)]
    [InlineData(Metric.L2)]
    public void Every_dimension_up_to_70_gives_the_results_of_single_searches(Metric metric)
    {
        for (int dimension = 1; dimension <= 70; dimension++)
        {
            using var index = new FlatIndex(dimension, metric);
            Fill(index, 100 + dimension, seed: dimension);
            Compare(index, queries: 1 + (dimension * 7 % 37), k: 1 + (dimension % 12), seed: dimension);
        }
    }

    [Theory]
    [InlineData(300, 1, 0, 5)]
    [InlineData(300, 0, 10, 5)]
    [InlineData(300, 3, 1, 1)]
    [InlineData(300, 17, 5, 0)]
    [InlineData(300, 33, 20, 30)]
    [InlineData(1000, 2, 97, 97)]
    [InlineData(16, 1100, 500, 3)]
    [InlineData(20_000, 70, 130, 4)]
    public void Sizes_that_fill_no_block_give_the_results_of_single_searches(int dimension, int queries, int count, int k)
    {
        foreach (Metric metric in Enum.GetValues<Metric>())
        {
            using var index = new FlatIndex(dimension, metric);
            Fill(index, count, seed: 4);
            Compare(index, queries, k, seed: 5);
        }
    }

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Dot)]
    [InlineData(Metric.L2)]
    public void Removed_and_replaced_vectors_and_filters_are_honoured(Metric metric)
    {
        const int Count = 700;
        using var index = new FlatIndex(24, metric);
        Fill(index, Count, seed: 1);
        for (int id = 0; id < Count; id += 3)
            index.Remove((ulong)id);
        Fill(index, Count / 5, seed: 2);
        Compare(index, queries: 40, k: 10, seed: 3);
        foreach (int step in new[] { 2, 50, 1000 })
        {
            IdSet filter = IdSet.FromIds(Enumerable.Range(0, Count + 50).Where(id => id % step == 1).Select(id => (ulong)id));
            Compare(index, queries: 40, k: 10, seed: 3, new SearchParameters { Filter = filter });
        }

        Compare(index, queries: 5, k: 10, seed: 3, new SearchParameters { Filter = new IdSet() });
    }

    /// <summary>|x|² − 2x·q + |q|² of vectors far from the origin is nearly all rounding; so are equal distances.</summary>
    [Theory]
    [InlineData(1e3f, 1e-3f)]
    [InlineData(1e4f, 0f)]
    [InlineData(1e-12f, 1e-12f)]
    [InlineData(1e15f, 1e10f)]
    public void Cancellation_and_ties_change_nothing(float center, float spread)
    {
        const int Dimension = 40, Count = 400;
        foreach (Metric metric in Enum.GetValues<Metric>())
        {
            using var index = new FlatIndex(Dimension, metric);
            var random = new Random(6);
            float[] Vector() => [.. Enumerable.Range(0, Dimension).Select(_ => center + (spread * random.Next(-3, 4)))];
            for (int i = 0; i < Count; i++)
                index.Add((ulong)((i * 7919) % Count), Vector());
            float[] queries = [.. Enumerable.Range(0, 20).SelectMany(_ => Vector())];
            Compare(index, queries, k: 7, default);
        }
    }

    [Fact]
    public void Vectors_of_very_different_lengths_are_ranked_as_single_searches_rank_them()
    {
        foreach (Metric metric in Enum.GetValues<Metric>())
        {
            using var index = new FlatIndex(16, metric);
            float[] vectors = VectorIndexTests.Random(500, 16, seed: 7);
            for (int i = 0; i < 500; i++)
                index.Add((ulong)i, [.. vectors.AsSpan(i * 16, 16).ToArray().Select(value => value * MathF.Pow(10, (i % 13) - 6))]);
            Compare(index, queries: 33, k: 20, seed: 8);
        }
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        using var index = new FlatIndex(3, Metric.Cosine);
        Fill(index, 4, seed: 1);
        var results = new Neighbor[4];
        int[] counts = new int[2];
        Assert.Throws<ArgumentException>("queries", () => index.SearchBatch([1, 2, 3, 4], 1, results, counts));
        Assert.Throws<ArgumentException>("results", () => index.SearchBatch(new float[6], 3, results, counts));
        Assert.Throws<ArgumentException>("counts", () => index.SearchBatch([1, 2, 3, 1, 2, 3], 2, results, new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>("k", () => index.SearchBatch([1, 2, 3], -1, results, counts));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.SearchBatch([1, 2, 3], 1, results, counts, new SearchParameters { EfSearch = -1 }));
        Assert.Throws<ArgumentException>("queries[1]", () => index.SearchBatch([1, 2, 3, 0, 0, 0], 1, results, counts));
        Assert.Throws<ArgumentException>("queries[1]", () => index.SearchBatch([1, 2, 3, 4, float.NaN, 0], 1, results, counts));
        index.Dispose();
        Assert.Throws<ObjectDisposedException>(() => index.SearchBatch([1, 2, 3], 1, results, counts));
    }

    [Theory]
    [MemberData(nameof(KernelTests.FloatWidths), MemberType = typeof(KernelTests))]
    public void Blocks_of_inner_products_agree_with_double_precision(string width)
    {
        int panelQueries = 2 * (width == "scalar" ? 1 : int.Parse(width) / 32);
        var random = new Random(9);
        float** pointers = stackalloc float*[18];
        foreach (int dimension in new[] { 1, 2, 15, 255, 256, 257, 600 })
        {
            foreach (int count in new[] { 1, 5, 6, 7, 12, 13 })
            {
                int room = (count + 5) / 6 * 6, queryCount = Math.Max(1, panelQueries - 1);
                float[] rows = VectorIndexTests.Random(count, dimension, random.Next()), queries = VectorIndexTests.Random(queryCount, dimension, random.Next());
                float[] panel = new float[panelQueries * dimension], sums = new float[room * panelQueries];
                fixed (float* x = rows, q = queries, p = panel, s = sums)
                {
                    for (int row = 0; row < room; row++)
                        pointers[row] = x + (Math.Min(row, count - 1) * dimension);
                    ScoreBlock.Pack(q, queryCount, dimension, p, panelQueries);
                    switch (width)
                    {
                        case "512":
                            ScoreBlock.F32<Lanes512, Vector512<float>>(pointers, count, p, dimension, s);
                            break;
                        case "256":
                            ScoreBlock.F32<Lanes256, Vector256<float>>(pointers, count, p, dimension, s);
                            break;
                        case "128":
                            ScoreBlock.F32<Lanes128, Vector128<float>>(pointers, count, p, dimension, s);
                            break;
                        default:
                            ScoreBlock.F32<Lanes1, float>(pointers, count, p, dimension, s);
                            break;
                    }
                }

                for (int row = 0; row < count; row++)
                {
                    for (int q = 0; q < panelQueries; q++)
                    {
                        double expected = q >= queryCount ? 0 : -BruteForce.Distance(
                            rows.AsSpan(row * dimension, dimension), queries.AsSpan(q * dimension, dimension), Metric.Dot);
                        Assert.Equal(expected, sums[(row * panelQueries) + q], 1e-6 * (10 + dimension));
                    }
                }
            }
        }
    }

    private static void Fill(FlatIndex index, int count, int seed)
    {
        float[] vectors = VectorIndexTests.Random(count, index.Dimension, seed);
        for (int i = 0; i < count; i++)
            index.Add((ulong)i, vectors.AsSpan(i * index.Dimension, index.Dimension));
    }

    private static void Compare(FlatIndex index, int queries, int k, int seed, SearchParameters parameters = default) =>
        Compare(index, VectorIndexTests.Random(queries, index.Dimension, seed), k, parameters);

    private static void Compare(FlatIndex index, float[] queries, int k, SearchParameters parameters)
    {
        int count = queries.Length / index.Dimension;
        var found = new Neighbor[(count * k) + 1];
        var expected = new Neighbor[k];
        int[] counts = new int[count + 1];
        counts[count] = 77;
        index.SearchBatch(queries, k, found, counts, parameters);
        for (int q = 0; q < count; q++)
        {
            int wanted = index.Search(queries.AsSpan(q * index.Dimension, index.Dimension), expected, parameters);
            Assert.Equal(wanted, counts[q]);
            Assert.Equal(expected.AsSpan(0, wanted), found.AsSpan(q * k, wanted));
        }

        Assert.Equal((77, default), (counts[count], found[count * k]));
    }
}
