using VisualSearch.Encoders.Models;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Retrieval.Regions;

/// <summary>
/// Late interaction (ColBERT, Khattab and Zaharia 2020) between two pictures: every patch of the query looks for the patch of the
/// other picture that is most like it, wherever that is, and the score is the mean of those likenesses (MaxSim).
/// </summary>
internal static class LateInteraction
{
    /// <summary>The mean over the query's patches of the greatest cosine among the picture's patches, -1 to 1. Not symmetric.</summary>
    public static float MaxSim(PatchGrid query, PatchGrid picture)
    {
        int sought = query.Rows * query.Columns, offered = picture.Rows * picture.Columns;
        Span<float> lengths = stackalloc float[offered];
        for (int i = 0; i < offered; i++)
            lengths[i] = Length(picture, i);
        float sum = 0;
        for (int i = 0; i < sought; i++)
        {
            float best = float.NegativeInfinity;
            for (int j = 0; j < offered; j++)
                best = Math.Max(best, UnitVector.Dot(Patch(query, i), Patch(picture, j)) / lengths[j]);
            sum += best / Length(query, i);
        }

        return sum / sought;
    }

    private static ReadOnlySpan<float> Patch(PatchGrid grid, int number) => grid[number / grid.Columns, number % grid.Columns];

    // A patch of no length is like nothing: 0, and not 0 / 0.
    private static float Length(PatchGrid grid, int number) => Math.Max(MathF.Sqrt(UnitVector.Dot(Patch(grid, number), Patch(grid, number))), 1e-12f);
}
