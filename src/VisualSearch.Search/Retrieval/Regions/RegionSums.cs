using VisualSearch.Encoders.Models;

namespace VisualSearch.Search.Retrieval.Regions;

/// <summary>
/// The summed-area table (Crow 1984) of a patch grid: the sum of the patch vectors in any window is four vectors added, so that all
/// windows of a picture are compared with a query in about the time of reading its patches. Reused from picture to picture.
/// </summary>
internal sealed class RegionSums
{
    private float[] table = [];
    private int rows, columns, dimension;

    /// <summary>Takes the sums of a grid.</summary>
    public void Take(PatchGrid grid)
    {
        (rows, columns, dimension) = (grid.Rows, grid.Columns, grid.Dimension);
        int room = (rows + 1) * (columns + 1) * dimension;
        if (table.Length < room)
            table = new float[room];
        table.AsSpan(0, room).Clear();
        for (int row = 1; row <= rows; row++)
        {
            for (int column = 1; column <= columns; column++)
            {
                ReadOnlySpan<float> patch = grid[row - 1, column - 1];
                ReadOnlySpan<float> above = At(row - 1, column), left = At(row, column - 1), both = At(row - 1, column - 1);
                Span<float> sum = At(row, column);
                for (int i = 0; i < sum.Length; i++)
                    sum[i] = patch[i] + above[i] + left[i] - both[i];
            }
        }
    }

    /// <summary>The vector of a window, not of unit length.</summary>
    public void Sum(RegionWindow window, Span<float> vector)
    {
        ReadOnlySpan<float> a = At(window.Row, window.Column), b = At(window.Row, window.Column + window.Columns);
        ReadOnlySpan<float> c = At(window.Row + window.Rows, window.Column), d = At(window.Row + window.Rows, window.Column + window.Columns);
        for (int i = 0; i < vector.Length; i++)
            vector[i] = d[i] - b[i] - c[i] + a[i];
    }

    private Span<float> At(int row, int column) => table.AsSpan(((row * (columns + 1)) + column) * dimension, dimension);
}
