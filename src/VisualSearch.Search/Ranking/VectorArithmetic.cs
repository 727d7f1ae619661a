namespace VisualSearch.Search.Ranking;

/// <summary>What composing a query vector needs.</summary>
internal static class VectorArithmetic
{
    /// <summary>Adds <paramref name="weight"/> · <paramref name="vector"/>.</summary>
    internal static void Add(float[] sum, ReadOnlySpan<float> vector, double weight)
    {
        for (int i = 0; i < sum.Length; i++)
            sum[i] += (float)(vector[i] * weight);
    }

    /// <summary>Scales to length 1; false when the vector is (almost) nothing or not finite.</summary>
    internal static bool TryNormalize(Span<float> vector)
    {
        double square = 0;
        foreach (float x in vector)
            square += (double)x * x;
        if (!(square > 1e-12 && double.IsFinite(square)))
            return false;
        double scale = 1 / Math.Sqrt(square);
        for (int i = 0; i < vector.Length; i++)
            vector[i] = (float)(vector[i] * scale);
        return true;
    }
}
