using System.Buffers;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Quantization;

namespace VisualSearch.Ann.Storage;

/// <summary>The vectors in their slots, their codes if there are any, and the distance between them.</summary>
internal sealed unsafe class VectorSpace
{
    public VectorSpace(int dimension, Metric metric, CodeKind codes, float[]? mean = null)
    {
        (Dimension, Metric) = (dimension, metric);
        Vectors = new Rows<float>(dimension);
        if (codes == CodeKind.None)
            return;
        Codec = new VectorCodec(dimension, metric, codes, mean);
        Codes = new Rows<byte>(Codec.RowBytes);
    }

    public int Dimension { get; }

    public Metric Metric { get; }

    public Rows<float> Vectors { get; }

    /// <summary>What the codes mean; null without codes.</summary>
    public VectorCodec? Codec { get; }

    public Rows<byte>? Codes { get; }

    /// <summary>Fills a slot. The vector has passed <see cref="VectorInput"/>.</summary>
    public void Write(int slot, float* vector)
    {
        new ReadOnlySpan<float>(vector, Dimension).CopyTo(Vectors.Span(slot));
        Encode(slot);
    }

    /// <summary>Makes a slot's codes from its vector.</summary>
    public void Encode(int slot)
    {
        if (Codec is null)
            return;
        float[] work = ArrayPool<float>.Shared.Rent(Dimension);
        fixed (float* room = work)
            Codec.Encode(Vectors[slot], Codes![slot], room);
        ArrayPool<float>.Shared.Return(work);
    }

    public float Distance(float* query, int slot) => Distance(query, Vectors[slot], Dimension, Metric);

    public float Distance(int left, int right) => Distance(Vectors[left], Vectors[right], Dimension, Metric);

    /// <summary>
    /// A distance between two slots for choosing links: that of the codes where there are any, which touches a quarter of the memory or less.
    /// Comparable with itself only.
    /// </summary>
    public float Between(int left, int right) =>
        Codec is null || Metric == Metric.Dot ? Distance(left, right) : Codec.Between(Codes![left], Codes[right]);

    public bool AreEqual(int left, int right) => Vectors.Span(left).SequenceEqual(Vectors.Span(right));

    /// <summary>What callers see. Rounding may put the cosine of equal vectors a little above 1, which is cut off.</summary>
    public static float Distance(float* left, float* right, int dimension, Metric metric) => metric switch
    {
        Metric.Cosine => MathF.Max(0, 1 - Dot.F32(left, right, dimension)),
        Metric.Dot => -Dot.F32(left, right, dimension),
        _ => L2.F32(left, right, dimension),
    };
}
