using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Quantization;

namespace VisualSearch.Ann.Storage;

/// <summary>The vectors in their slots, their codes if there are any, and the distance between them.</summary>
internal sealed unsafe class VectorSpace
{
    public VectorSpace(int dimension, Metric metric, CodeKind codes)
    {
        (Dimension, Metric) = (dimension, metric);
        Vectors = new Rows<float>(dimension);
        Codes = codes == CodeKind.None ? null : new Rows<byte>(Int8Codec.RowBytes(dimension));
    }

    public int Dimension { get; }

    public Metric Metric { get; }

    public Rows<float> Vectors { get; }

    public Rows<byte>? Codes { get; }

    /// <summary>Fills a slot. The vector has passed <see cref="VectorInput"/>.</summary>
    public void Write(int slot, float* vector)
    {
        new ReadOnlySpan<float>(vector, Dimension).CopyTo(Vectors.Span(slot));
        if (Codes is not null)
            Int8Codec.Encode(vector, Dimension, Codes[slot], Codes.RowBytes);
    }

    public float Distance(float* query, int slot) => Distance(query, Vectors[slot], Dimension, Metric);

    public float Distance(int left, int right) => Distance(Vectors[left], Vectors[right], Dimension, Metric);

    public bool AreEqual(int left, int right) => Vectors.Span(left).SequenceEqual(Vectors.Span(right));

    /// <summary>What callers see. Rounding may put the cosine of equal vectors a little above 1, which is cut off.</summary>
    public static float Distance(float* left, float* right, int dimension, Metric metric) => metric switch
    {
        Metric.Cosine => MathF.Max(0, 1 - Dot.F32(left, right, dimension)),
        Metric.Dot => -Dot.F32(left, right, dimension),
        _ => L2.F32(left, right, dimension),
    };
}
