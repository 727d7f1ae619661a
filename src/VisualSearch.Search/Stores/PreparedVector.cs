using VisualSearch.Ann;

namespace VisualSearch.Search.Stores;

/// <summary>A vector of a generation as it is stored: checked, and of length 1.</summary>
/// <param name="ItemId">The item.</param>
/// <param name="ContentHash">Of the file that it was made from.</param>
/// <param name="Unit">The vector; of a shot its keyframes' mean.</param>
/// <param name="Keyframes">A shot's; empty for a picture.</param>
internal sealed record PreparedVector(long ItemId, string ContentHash, float[] Unit, Keyframe[] Keyframes)
{
    /// <summary>Checks a batch before anything of it is written.</summary>
    /// <exception cref="ArgumentException">A vector has a wrong length, a number that is not finite, or only zeros.</exception>
    public static PreparedVector[] Prepare(IReadOnlyList<GenerationVector> batch, int dimension) => [.. batch.Select(row =>
    {
        Keyframe[] keyframes = [.. row.Keyframes.Select(frame => new Keyframe(frame.Seconds, UnitOf(row.ItemId, frame.Vector, dimension)))];
        return new PreparedVector(row.ItemId, row.ContentHash, keyframes.Length == 0 ? UnitOf(row.ItemId, row.Vector, dimension) : Keyframe.Mean(keyframes), keyframes);
    })];

    /// <summary>The same for vectors of passages.</summary>
    public static (long ItemId, float[] Unit)[] Prepare(IReadOnlyList<(long ItemId, ReadOnlyMemory<float> Vector)> batch, int dimension) =>
        [.. batch.Select(row => (row.ItemId, UnitOf(row.ItemId, row.Vector, dimension)))];

    private static float[] UnitOf(long itemId, ReadOnlyMemory<float> vector, int dimension)
    {
        if (UnitVector.Fault(vector.Span, dimension) is string fault)
            throw new ArgumentException($"The vector of item {itemId} {fault}. Nothing of the batch was written.", nameof(vector));
        var unit = new float[vector.Length];
        UnitVector.Normalize(vector.Span, unit);
        return unit;
    }
}
