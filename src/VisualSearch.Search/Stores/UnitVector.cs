using System.Numerics;
using System.Runtime.InteropServices;

namespace VisualSearch.Search.Stores;

/// <summary>What the catalog asks of vectors (the right length, finite, of norm 1), and the products of two of them. The index has its own kernels.</summary>
internal static class UnitVector
{
    /// <summary>How far a stored norm may be from 1: float32 rounding of a few thousand additions stays well below.</summary>
    public const double NormTolerance = 1e-3;

    /// <summary>What is wrong with an embedding, or null.</summary>
    public static string? Fault(ReadOnlySpan<float> vector, int dimension)
    {
        if (vector.Length != dimension)
            return $"has {vector.Length} numbers; the collection's vectors have {dimension}";
        double square = SquaredNorm(vector);
        if (!double.IsFinite(square))
            return "holds a number that is not finite";
        return square == 0 ? "is all zero and so has no direction" : null;
    }

    /// <summary>Writes the vector divided by its norm.</summary>
    public static void Normalize(ReadOnlySpan<float> vector, Span<float> unit)
    {
        double scale = 1 / Math.Sqrt(SquaredNorm(vector));
        for (int i = 0; i < vector.Length; i++)
            unit[i] = (float)(vector[i] * scale);
    }

    /// <summary>The sum of squares in double precision: no float32 vector overflows or underflows it.</summary>
    public static double SquaredNorm(ReadOnlySpan<float> vector)
    {
        double sum = 0;
        foreach (float value in vector)
            sum += (double)value * value;
        return sum;
    }

    /// <summary>The inner product: the cosine, where both have unit norm.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
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

    /// <summary>The cosine of a query of any norm with a unit vector.</summary>
    public static float Cosine(ReadOnlySpan<float> query, ReadOnlySpan<float> unit)
    {
        double norm = Math.Sqrt(SquaredNorm(query));
        return norm == 0 ? throw new ArgumentException("The query is all zero and so has no direction.", nameof(query)) : (float)(Dot(query, unit) / norm);
    }
}
