using VisualSearch.Encoders.Media;

namespace VisualSearch.Search.Retrieval.Regions;

/// <summary>A rectangle of patches in a grid.</summary>
/// <param name="Row">Its first row, from the top.</param>
/// <param name="Column">Its first column, from the left.</param>
/// <param name="Rows">How many rows, at least 1.</param>
/// <param name="Columns">How many columns, at least 1.</param>
internal readonly record struct RegionWindow(int Row, int Column, int Rows, int Columns)
{
    /// <summary>Where that is in a picture whose grid has so many rows and columns.</summary>
    public CropBox BoxIn(int gridRows, int gridColumns) => CropBox.Create(
        (double)Column / gridColumns, (double)Row / gridRows, (double)Columns / gridColumns, (double)Rows / gridRows);

    /// <summary>
    /// The 14 windows that the index holds of each picture: squares of half, three quarters and the whole side, a quarter apart. Any part
    /// of half the side or more overlaps one of them well enough to bring its picture among the candidates.
    /// </summary>
    public static IReadOnlyList<RegionWindow> ForIndex(int gridRows, int gridColumns)
    {
        List<RegionWindow> windows = [];
        foreach (int quarters in (int[])[2, 3, 4])
        {
            for (int down = 0; down + quarters <= 4; down++)
            {
                for (int right = 0; right + quarters <= 4; right++)
                {
                    (int top, int bottom) = (gridRows * down / 4, Math.Max(gridRows * (down + quarters) / 4, 1));
                    (int left, int end) = (gridColumns * right / 4, Math.Max(gridColumns * (right + quarters) / 4, 1));
                    windows.Add(new RegionWindow(top, left, bottom - top, end - left));
                }
            }
        }

        return windows;
    }

    /// <summary>All windows of a grid whose sides are at least a share of the grid's and of which none is much longer than wide.</summary>
    /// <param name="gridRows">Rows of the grid.</param>
    /// <param name="gridColumns">Columns of the grid.</param>
    /// <param name="leastShare">Of the grid's side, above 0 to 1.</param>
    /// <param name="mostStretch">How many times longer one side may be than the other, both as shares of the grid's; at least 1.</param>
    public static IReadOnlyList<RegionWindow> AllOf(int gridRows, int gridColumns, double leastShare, double mostStretch)
    {
        List<RegionWindow> windows = [];
        for (int rows = Least(gridRows, leastShare); rows <= gridRows; rows++)
        {
            for (int columns = Least(gridColumns, leastShare); columns <= gridColumns; columns++)
            {
                double stretch = (double)rows / gridRows / ((double)columns / gridColumns);
                if (Math.Max(stretch, 1 / stretch) > mostStretch + 1e-9)
                    continue;
                for (int row = 0; row + rows <= gridRows; row++)
                {
                    for (int column = 0; column + columns <= gridColumns; column++)
                        windows.Add(new RegionWindow(row, column, rows, columns));
                }
            }
        }

        return windows;
    }

    private static int Least(int side, double share) => Math.Max(1, (int)Math.Ceiling((side * share) - 1e-9));
}
