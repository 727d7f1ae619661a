using System.Numerics;
using System.Runtime.InteropServices;

namespace VisualSearch.Search.Ranking;

/// <summary>The little vector arithmetic that ranking needs; the index has its own kernels.</summary>
internal static class VectorArithmetic
{
    /// <summary>The inner product: the cosine, where both have unit norm.</summary>
    internal static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"Vectors have {a.Length} and {b.Length} numbers; they must be of one model.", nameof(b));
        Vector<float> sums = Vector<float>.Zero;
        ReadOnlySpan<Vector<float>> wideA = MemoryMarshal.Cast<float, Vector<float>>(a);
        ReadOnlySpan<Vector<float>> wideB = MemoryMarshal.Cast<float, Vector<float>>(b);
        for (int i = 0; i < wideA.Length; i++)
            sums += wideA[i] * wideB[i];
        float sum = Vector.Sum(sums);
        for (int i = wideA.Length * Vector<float>.Count; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

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
