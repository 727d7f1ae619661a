using System.Collections.Concurrent;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Retrieval.Regions;

/// <summary>
/// Finds the part of a picture that is most like a query, and where it is: all windows of the grid are compared, and the box is their
/// mean, weighted by how near each comes to the best.
/// </summary>
/// <remarks>
/// The nearest window alone jumps about, as many overlapping ones are almost equally near: of 120 photographs, crops of half of each
/// side got a box that overlaps the true one by half (IoU) in 84 cases by the nearest window and in 111 by the mean. Not for several
/// threads at once.
/// </remarks>
internal sealed class RegionFinder
{
    // Smaller windows are two patches wide, and anything looks like those.
    private const double LeastShare = 0.375;

    // How much a part's shape may differ from the picture's.
    private const double MostStretch = 1.34;

    // A window whose cosine is so much below the best counts 1/e as much. Less draws boxes that are too small for parts in the middle, more
    // ones that are too large for parts in the corners: at seven places of 120 photographs 0.01 put 659 of 840 boxes right, 0.0175 645, 0.02 619;
    // in the middle alone 85, 102 and 108 of 120.
    private const float Falloff = 0.0175f;

    private static readonly ConcurrentDictionary<(int Rows, int Columns), RegionWindow[]> Windows = [];

    private readonly RegionSums sums = new();
    private float[] region = [];
    private float[] cosines = [];

    /// <summary>The part of a picture nearest to a query.</summary>
    /// <param name="grid">The picture's patches.</param>
    /// <param name="query">A unit vector of the grid's dimension.</param>
    public (CropBox Box, float Similarity) Find(PatchGrid grid, ReadOnlySpan<float> query)
    {
        RegionWindow[] windows = Windows.GetOrAdd((grid.Rows, grid.Columns), static of => [.. RegionWindow.AllOf(of.Rows, of.Columns, LeastShare, MostStretch)]);
        if (region.Length != grid.Dimension)
            region = new float[grid.Dimension];
        if (cosines.Length < windows.Length)
            cosines = new float[windows.Length];
        sums.Take(grid);
        float best = -1;
        for (int i = 0; i < windows.Length; i++)
        {
            sums.Sum(windows[i], region);
            // A window without any direction (a grid of zeros) is like nothing.
            float length = MathF.Sqrt(UnitVector.Dot(region, region));
            cosines[i] = length > 1e-12f ? UnitVector.Dot(query, region) / length : 0;
            best = Math.Max(best, cosines[i]);
        }

        return (Mean(windows, best, grid), best);
    }

    private CropBox Mean(RegionWindow[] windows, float best, PatchGrid grid)
    {
        double left = 0, top = 0, right = 0, bottom = 0, all = 0;
        for (int i = 0; i < windows.Length; i++)
        {
            double weight = Math.Exp((cosines[i] - best) / Falloff);
            RegionWindow window = windows[i];
            left += weight * window.Column;
            top += weight * window.Row;
            right += weight * (window.Column + window.Columns);
            bottom += weight * (window.Row + window.Rows);
            all += weight;
        }

        double width = all * grid.Columns, height = all * grid.Rows;
        return CropBox.Create(left / width, top / height, (right - left) / width, (bottom - top) / height);
    }
}
