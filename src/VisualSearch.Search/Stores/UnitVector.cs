using System.Numerics;

namespace VisualSearch.Search.Stores;

/// <summary>What the catalog asks of vectors: the right length, finite, and of norm 1.</summary>
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

    /// <summary>The cosine of a query of any norm with a unit vector.</summary>
    public static float Cosine(ReadOnlySpan<float> query, ReadOnlySpan<float> unit)
    {
        float dot = 0;
        int i = 0;
        var sums = Vector<float>.Zero;
        for (; i <= query.Length - Vector<float>.Count; i += Vector<float>.Count)
            sums += new Vector<float>(query[i..]) * new Vector<float>(unit[i..]);
        dot = Vector.Sum(sums);
        for (; i < query.Length; i++)
            dot += query[i] * unit[i];
        double norm = Math.Sqrt(SquaredNorm(query));
        return norm == 0 ? throw new ArgumentException("The query is all zero and so has no direction.", nameof(query)) : (float)(dot / norm);
    }
}
