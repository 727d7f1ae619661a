using System.Globalization;
using VisualSearch.Ann.Kernels;

namespace VisualSearch.Ann.Storage;

/// <summary>The one gate through which vectors and queries enter: checks them and brings them into the form that the metric works on.</summary>
internal static unsafe class VectorInput
{
    /// <summary>Vectors longer than this are refused: a 7-bit inner product of 65,536 terms still fits 32 bits.</summary>
    public const int MaxDimension = 65_536;

    // Squared distances of two vectors below this stay finite: |a − b|² ≤ 2(|a|² + |b|²).
    private const double MaxSquaredNorm = 1e37;

    public static void CheckShape(int dimension, Metric metric)
    {
        if (dimension is < 1 or > MaxDimension)
            throw new ArgumentOutOfRangeException(nameof(dimension), dimension, $"Dimension is {dimension}; give 1 to {MaxDimension}.");
        if (!Enum.IsDefined(metric))
            throw new ArgumentOutOfRangeException(nameof(metric), metric, $"Metric is {metric}; give Cosine, Dot or L2.");
    }

    /// <summary>Checks a vector and writes it to <paramref name="destination"/>, at unit length under cosine.</summary>
    /// <exception cref="ArgumentException">Wrong length, a value that is not finite, too long, or no direction.</exception>
    public static void Read(ReadOnlySpan<float> source, float* destination, int dimension, Metric metric, string name)
    {
        double squaredNorm = Check(source, dimension, metric, name);
        if (metric != Metric.Cosine)
        {
            source.CopyTo(new Span<float>(destination, dimension));
            return;
        }

        // A vector of unit length stays as it is, so that what was read from an index can go into another one unchanged.
        double scale = Math.Abs(squaredNorm - 1) < 1e-6 ? 1 : 1 / Math.Sqrt(squaredNorm);
        for (int i = 0; i < source.Length; i++)
            destination[i] = (float)(source[i] * scale);
    }

    /// <summary>Checks a vector.</summary>
    /// <returns>Its squared length.</returns>
    public static double Check(ReadOnlySpan<float> source, int dimension, Metric metric, string name)
    {
        if (source.Length != dimension)
            throw new ArgumentException($"The vector has {source.Length} numbers and the index {dimension} dimensions; give {dimension} numbers.", name);
        double squaredNorm;
        fixed (float* values = source)
            squaredNorm = SquaredNorm.F32(values, dimension);
        if (!double.IsFinite(squaredNorm))
        {
            int at = 0;
            while (float.IsFinite(source[at]))
                at++;
            string value = source[at].ToString(CultureInfo.InvariantCulture);
            throw new ArgumentException($"The vector's value {at} is {value}; give finite numbers.", name);
        }

        if (metric == Metric.Cosine && squaredNorm == 0)
            throw new ArgumentException("The vector is all zero and has no direction; the cosine metric needs one that is not.", name);
        if (metric != Metric.Cosine && squaredNorm > MaxSquaredNorm)
            throw new ArgumentException($"The vector's squared length is {squaredNorm:G3}, so distances may overflow; scale it below {MaxSquaredNorm:G3}.", name);
        return squaredNorm;
    }
}
