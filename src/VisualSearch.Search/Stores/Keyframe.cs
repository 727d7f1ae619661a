namespace VisualSearch.Search.Stores;

/// <summary>A picture out of a shot, with its vector.</summary>
/// <param name="Seconds">When it is shown.</param>
/// <param name="Vector">Of norm 1.</param>
internal readonly record struct Keyframe(double Seconds, float[] Vector)
{
    /// <summary>
    /// The vector that a shot is found by: the mean of its keyframes', of norm 1. Keyframes that cancel each other out exactly leave
    /// the first.
    /// </summary>
    public static float[] Mean(IReadOnlyList<Keyframe> keyframes)
    {
        var mean = new float[keyframes[0].Vector.Length];
        foreach (Keyframe keyframe in keyframes)
            for (int i = 0; i < mean.Length; i++)
                mean[i] += keyframe.Vector[i] / keyframes.Count;
        if (UnitVector.SquaredNorm(mean) < 1e-12)
            return keyframes[0].Vector;
        UnitVector.Normalize(mean, mean);
        return mean;
    }
}

/// <summary>The keyframe of a shot that fits a query best.</summary>
/// <param name="ItemId">The shot.</param>
/// <param name="Seconds">When the keyframe is shown.</param>
/// <param name="Similarity">Its cosine similarity with the query, -1..1.</param>
public readonly record struct FoundKeyframe(long ItemId, double Seconds, float Similarity);
