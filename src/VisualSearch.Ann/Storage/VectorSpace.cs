using System.Buffers;
using System.Runtime.CompilerServices;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Quantization;

namespace VisualSearch.Ann.Storage;

/// <summary>The vectors in their slots, their codes if there are any, and the distance between them.</summary>
internal sealed unsafe class VectorSpace
{
    private MappedVectors? _mapped;

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

    /// <summary>Whether the first vectors lie in a mapped file.</summary>
    public bool IsMapped => _mapped is not null;

    /// <summary>Puts a vector in its slot. It has passed <see cref="VectorInput"/>; its codes are made by <see cref="Encode"/>.</summary>
    public void Write(int slot, float* vector) => new ReadOnlySpan<float>(vector, Dimension).CopyTo(new Span<float>(Vector(slot), Dimension));

    /// <summary>A slot's vector. A mapped one is checked when it is first read.</summary>
    /// <exception cref="CorruptIndexException">The vector's block in the file is damaged.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Vector(int slot)
    {
        _mapped?.Check(slot);
        return Vectors[slot];
    }

    /// <summary>
    /// Takes the first slots' vectors from a file, which stays mapped. Those of the last chunk are copied, as new slots will share it.
    /// </summary>
    public void Attach(MappedVectors mapped, int count)
    {
        int whole = count / Vectors.ChunkRows * Vectors.ChunkRows;
        Vectors.Attach(mapped.Start, whole);
        Vectors.EnsureCapacity(count);
        for (int slot = whole; slot < count; slot++)
        {
            mapped.Check(slot);
            new ReadOnlySpan<float>(mapped.Start + ((long)slot * Dimension), Dimension).CopyTo(Vectors.Span(slot));
        }

        _mapped = mapped;
    }

    /// <summary>Checks what is mapped and was not read yet.</summary>
    /// <exception cref="CorruptIndexException">A block is damaged.</exception>
    public void CheckAll() => _mapped?.CheckAll();

    /// <summary>Makes a slot's codes from its vector.</summary>
    public void Encode(int slot)
    {
        if (Codec is null)
            return;
        float[] work = ArrayPool<float>.Shared.Rent(Dimension);
        fixed (float* room = work)
            Codec.Encode(Vector(slot), Codes![slot], room);
        ArrayPool<float>.Shared.Return(work);
    }

    public float Distance(float* query, int slot) => Distance(query, Vector(slot), Dimension, Metric);

    public float Distance(int left, int right) => Distance(Vector(left), Vector(right), Dimension, Metric);

    /// <summary>
    /// A distance between two slots for choosing links: that of the codes where there are any, which touches a quarter of the memory or less.
    /// Comparable with itself only.
    /// </summary>
    public float Between(int left, int right) =>
        Codec is null || Metric == Metric.Dot ? Distance(left, right) : Codec.Between(Codes![left], Codes[right]);

    public bool AreEqual(int left, int right) => new ReadOnlySpan<float>(Vector(left), Dimension).SequenceEqual(new ReadOnlySpan<float>(Vector(right), Dimension));

    /// <summary>What callers see. Rounding may put the cosine of equal vectors a little above 1, which is cut off.</summary>
    public static float Distance(float* left, float* right, int dimension, Metric metric) => metric switch
    {
        Metric.Cosine => MathF.Max(0, 1 - Dot.F32(left, right, dimension)),
        Metric.Dot => -Dot.F32(left, right, dimension),
        _ => L2.F32(left, right, dimension),
    };
}
