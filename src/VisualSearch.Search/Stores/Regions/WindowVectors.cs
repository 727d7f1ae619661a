using VisualSearch.Encoders.Models;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Stores.Regions;

/// <summary>The vectors of a picture's windows that an index holds (<see cref="RegionWindow.ForIndex"/>), not of unit length.</summary>
internal static class WindowVectors
{
    /// <summary>The windows in order; those without a direction, whose patches are zero, are left out.</summary>
    /// <param name="grid">The picture's patches.</param>
    /// <param name="sums">Room for the sums, reused from picture to picture.</param>
    public static IEnumerable<(int Number, float[] Vector)> Of(PatchGrid grid, RegionSums sums)
    {
        sums.Take(grid);
        int number = 0;
        foreach (RegionWindow place in RegionWindow.ForIndex(grid.Rows, grid.Columns))
        {
            float[] window = new float[grid.Dimension];
            sums.Sum(place, window);
            if (UnitVector.Fault(window, grid.Dimension) is null)
                yield return (number, window);
            number++;
        }
    }
}
