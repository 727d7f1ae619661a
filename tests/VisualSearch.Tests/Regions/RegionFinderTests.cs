using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Tests.Regions;

/// <summary>Windows, their sums and the best of them, against plain loops.</summary>
public sealed class RegionFinderTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 5, 4)]
    [InlineData(8, 8, 16)]
    public void The_sum_over_every_window_is_that_of_its_patches(int rows, int columns, int dimension)
    {
        PatchGrid grid = Random(rows, columns, dimension, seed: 1);
        var sums = new RegionSums();
        sums.Take(Random(9, 9, dimension, seed: 2));
        sums.Take(grid);
        float[] sum = new float[dimension];
        foreach (RegionWindow window in RegionWindow.AllOf(rows, columns, leastShare: 0.01, mostStretch: 1000))
        {
            sums.Sum(window, sum);
            for (int i = 0; i < dimension; i++)
            {
                double expected = 0;
                for (int row = window.Row; row < window.Row + window.Rows; row++)
                    for (int column = window.Column; column < window.Column + window.Columns; column++)
                        expected += grid[row, column][i];
                Assert.Equal(expected, sum[i], 1e-4);
            }
        }
    }

    [Fact]
    public void All_windows_are_all_there_are()
    {
        Assert.Equal(10 * 6, RegionWindow.AllOf(4, 3, 0.01, 1000).Count);
        Assert.Equal(10 * 6, RegionWindow.AllOf(4, 3, 0.01, 1000).Distinct().Count());
        // Squares of 3 to 8 patches a side.
        Assert.Equal(36 + 25 + 16 + 9 + 4 + 1, RegionWindow.AllOf(8, 8, 0.375, 1).Count);
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(4, 4)]
    [InlineData(1, 1)]
    [InlineData(6, 9)]
    public void The_index_has_fourteen_windows_of_any_grid_and_all_lie_in_it(int rows, int columns)
    {
        IReadOnlyList<RegionWindow> windows = RegionWindow.ForIndex(rows, columns);
        Assert.Equal(14, windows.Count);
        Assert.All(windows, window => Assert.True(window is { Rows: > 0, Columns: > 0, Row: >= 0, Column: >= 0 } && window.Row + window.Rows <= rows && window.Column + window.Columns <= columns));
        Assert.Contains(new RegionWindow(0, 0, rows, columns), windows);
    }

    [Theory]
    [InlineData(0, 0, 4, 4)]
    [InlineData(2, 3, 3, 4)]
    [InlineData(4, 4, 4, 4)]
    public void The_box_lies_on_the_part_that_looks_like_the_query(int row, int column, int rows, int columns)
    {
        // The part points one way and the rest another, so that every window with some of both is less near.
        float[] vectors = new float[8 * 8 * 3];
        for (int i = 0; i < 64; i++)
        {
            bool inside = i / 8 >= row && i / 8 < row + rows && i % 8 >= column && i % 8 < column + columns;
            (vectors[i * 3], vectors[(i * 3) + 1]) = inside ? (1, 0) : (0, 1);
        }

        (CropBox box, float similarity) = new RegionFinder().Find(new PatchGrid(8, 8, 3, vectors), [1, 0, 0]);
        Assert.Equal(1, similarity, 1e-5);
        Assert.InRange(box.X, column / 8.0 - 0.01, (column / 8.0) + 0.13);
        Assert.InRange(box.Y, row / 8.0 - 0.01, (row / 8.0) + 0.13);
        Assert.InRange(box.X + box.Width, ((column + columns) / 8.0) - 0.13, ((column + columns) / 8.0) + 0.01);
        Assert.InRange(box.Y + box.Height, ((row + rows) / 8.0) - 0.13, ((row + rows) / 8.0) + 0.01);
    }

    [Fact]
    public void Late_interaction_is_the_mean_of_the_best_cosines()
    {
        PatchGrid query = Random(2, 3, 7, seed: 3), picture = Random(4, 2, 7, seed: 4);
        double expected = 0;
        for (int i = 0; i < 6; i++)
        {
            double best = -1;
            for (int j = 0; j < 8; j++)
                best = Math.Max(best, Cosine(query[i / 3, i % 3], picture[j / 2, j % 2]));
            expected += best / 6;
        }

        Assert.Equal(expected, LateInteraction.MaxSim(query, picture), 1e-5);
        Assert.Equal(1, LateInteraction.MaxSim(query, query), 1e-5);
        Assert.Equal(0, LateInteraction.MaxSim(query, new PatchGrid(1, 1, 7, new float[7])), 1e-5);
    }

    [Fact]
    public void A_grid_written_and_read_points_the_same_ways()
    {
        PatchGrid grid = Random(5, 4, 32, seed: 5);
        byte[] bytes = new byte[PatchGrid.SizeOf(5, 4, 32)];
        grid.Write(bytes);
        PatchGrid again = PatchGrid.Read(bytes, 32);
        Assert.Equal((5, 4, 32), (again.Rows, again.Columns, again.Dimension));
        for (int i = 0; i < 20; i++)
            Assert.InRange(Cosine(grid[i / 4, i % 4], again[i / 4, i % 4]), 0.999, 1.0001);
        Assert.Throws<ArgumentException>(() => PatchGrid.Read(bytes.AsSpan(1), 32));
        Assert.Throws<ArgumentException>(() => PatchGrid.Read(bytes, 31));
    }

    [Fact]
    public void A_grid_of_zeros_is_like_nothing_and_keeps_its_zeros()
    {
        var zeros = new PatchGrid(4, 4, 8, new float[4 * 4 * 8]);
        byte[] bytes = new byte[PatchGrid.SizeOf(4, 4, 8)];
        zeros.Write(bytes);
        (CropBox box, float similarity) = new RegionFinder().Find(PatchGrid.Read(bytes, 8), [1, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(0, similarity);
        Assert.True(box.Width > 0);
    }

    private static PatchGrid Random(int rows, int columns, int dimension, int seed)
    {
        var random = new Random(seed);
        float[] vectors = new float[rows * columns * dimension];
        for (int i = 0; i < vectors.Length; i++)
            vectors[i] = (float)((random.NextDouble() * 2) - 1);
        return new PatchGrid(rows, columns, dimension, vectors);
    }

    private static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, aa = 0, bb = 0;
        for (int i = 0; i < a.Length; i++)
            (dot, aa, bb) = (dot + ((double)a[i] * b[i]), aa + ((double)a[i] * a[i]), bb + ((double)b[i] * b[i]));
        return dot / Math.Sqrt(aa * bb);
    }
}
