using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Quantization;

/// <summary>What turns a row's codes back into numbers: cᵢ ≈ <see cref="Offset"/> + <see cref="Scale"/>·uᵢ.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CodeTail
{
    public float Scale;
    public float Offset;

    /// <summary>
    /// Half the squared length of what the codes stand for, not of the original: see <see cref="VectorCodec"/>. 0 for inner products.
    /// </summary>
    public float HalfSquaredNorm;

    /// <summary>Σuᵢ.</summary>
    public int Sum;
}

/// <summary>A query in codes: pᵢ ≈ <see cref="Scale"/>·wᵢ with signed bytes wᵢ, and <see cref="Sum"/> = Σwᵢ.</summary>
internal readonly record struct CodeQuery(float Scale, int Sum);

/// <summary>
/// Codes with a scale and an offset for each vector (locally adaptive quantisation, arXiv 2304.04759), and signed 8-bit queries. A vector
/// x is first centred, c = x − mean, and with 4 bits turned by a random rotation, so that its numbers are alike in size. Row layout, in bytes:
/// <code>
/// [codes: one byte a dimension, or packed nibbles][padding][CodeTail: 16]      a multiple of 16
/// </code>
/// <para>
/// With codes u of c and w of the query p, c·p ≈ t·(offset·Σw + scale·Σuw); the second sum is a kernel's. Nearness is ranked by
/// ½|ĉ|² − ĉ·p, where ĉ is what the codes restore: half the squared distance of ĉ and p but for what all rows share. Cosine is ranked so
/// too, since all vectors have unit length: taking the length of the reconstruction turns the error e·p of a plain inner product into
/// e·(p − c), which is small just where c is near p. Inner products of any lengths are ranked by −ĉ·p; their query is not centred.
/// </para>
/// </summary>
internal sealed unsafe class VectorCodec
{
    private const int Alignment = 16;
    private const int MostQueryCode = 127;

    // Shares of a vector's range that 4-bit codes may span: cutting off what is far out makes the steps for all others finer.
    private static readonly float[] Spans = [1, 0.9f, 0.8f, 0.7f];

    private readonly float[]? _mean;
    private readonly RandomRotation? _rotation;
    private readonly bool _centresQuery;

    /// <param name="dimension">Numbers in a vector.</param>
    /// <param name="metric">How distances are computed.</param>
    /// <param name="kind">Which codes.</param>
    /// <param name="mean">What vectors are centred on; null for the origin.</param>
    public VectorCodec(int dimension, Metric metric, CodeKind kind, float[]? mean = null)
    {
        (Dimension, Metric, Kind, _mean) = (dimension, metric, kind, mean);
        _rotation = kind == CodeKind.Int4 ? new RandomRotation(dimension) : null;
        _centresQuery = metric != Metric.Dot;
        int codeBytes = kind == CodeKind.Int4 ? NibblePacking.PackedBytes(dimension) : dimension;
        RowBytes = (codeBytes + sizeof(CodeTail) + Alignment - 1) / Alignment * Alignment;
        QueryBytes = kind == CodeKind.Int4 ? codeBytes * 2 : dimension;
    }

    public int Dimension { get; }

    public Metric Metric { get; }

    public CodeKind Kind { get; }

    public int RowBytes { get; }

    /// <summary>Bytes of a query's codes; what lies behind the dimension is 0, so that kernels need no tail.</summary>
    public int QueryBytes { get; }

    /// <summary>What vectors are centred on; empty for the origin.</summary>
    public ReadOnlySpan<float> Mean => _mean;

    private int MostCode => Kind == CodeKind.Int4 ? NibblePacking.MostCode : 127;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CodeTail* Tail(byte* row, int rowBytes) => (CodeTail*)(row + rowBytes - sizeof(CodeTail));

    /// <summary>Writes a vector's row.</summary>
    /// <param name="vector">The vector, at unit length under cosine.</param>
    /// <param name="row">Room for <see cref="RowBytes"/> bytes.</param>
    /// <param name="work">Scratch room for one vector.</param>
    public void Encode(float* vector, byte* row, float* work)
    {
        Prepare(vector, work, centred: true);
        (float least, float most) = Range(work);
        float span = Kind == CodeKind.Int4 ? BestSpan(work, least, most) : 1;
        float cut = (1 - span) * (most - least) / 2;
        (float offset, float scale, float inverse) = Steps(least + cut, most - cut);
        new Span<byte>(row, RowBytes).Clear();
        double squaredNorm = 0;
        int sum = 0;
        byte* codes = Kind == CodeKind.Int4 ? (byte*)work : row;
        for (int i = 0; i < Dimension; i++)
        {
            int code = Math.Clamp((int)MathF.Round((work[i] - offset) * inverse), 0, MostCode);

            // In place: byte i lies in a float that was read already.
            codes[i] = (byte)code;
            sum += code;
            double restored = offset + ((double)scale * code);
            squaredNorm += restored * restored;
        }

        if (Kind == CodeKind.Int4)
            NibblePacking.Pack(codes, Dimension, row);
        *Tail(row, RowBytes) = new CodeTail
        {
            Scale = scale,
            Offset = offset,
            HalfSquaredNorm = Metric == Metric.Dot ? 0 : (float)(squaredNorm / 2),
            Sum = sum,
        };
    }

    /// <summary>Writes a query's codes.</summary>
    /// <param name="query">The query, at unit length under cosine.</param>
    /// <param name="codes">Room for <see cref="QueryBytes"/> bytes.</param>
    /// <param name="work">Scratch room for one vector.</param>
    public CodeQuery EncodeQuery(float* query, sbyte* codes, float* work)
    {
        Prepare(query, work, _centresQuery);
        (float least, float most) = Range(work);
        float scale = Math.Max(MathF.Abs(least), MathF.Abs(most)) / MostQueryCode;
        float inverse = scale > 0 ? 1 / scale : 0;
        if (!float.IsFinite(inverse))
            (scale, inverse) = (0, 0);
        int sum = 0;
        for (int i = 0; i < Dimension; i++)
        {
            codes[i] = (sbyte)Math.Clamp((int)MathF.Round(work[i] * inverse), -MostQueryCode, MostQueryCode);
            sum += codes[i];
        }

        new Span<sbyte>(codes + Dimension, QueryBytes - Dimension).Clear();
        return new CodeQuery(scale, sum);
    }

    /// <summary>The squared distance of what two rows stand for. Not for inner products, whose rows hold no length.</summary>
    public float Between(byte* left, byte* right)
    {
        CodeTail* a = Tail(left, RowBytes);
        CodeTail* b = Tail(right, RowBytes);
        float products = Kind == CodeKind.Int4
            ? Kernels.Dot.U4U4(left, right, NibblePacking.PackedBytes(Dimension))
            : Kernels.Dot.U7I8(left, (sbyte*)right, Dimension);
        float product = (Dimension * a->Offset * b->Offset) + (a->Offset * b->Scale * b->Sum) + (b->Offset * a->Scale * a->Sum)
            + (a->Scale * b->Scale * products);
        return 2 * (a->HalfSquaredNorm + b->HalfSquaredNorm - product);
    }

    private (float Offset, float Scale, float Inverse) Steps(float least, float most)
    {
        float scale = (most - least) / MostCode;
        float inverse = scale > 0 ? 1 / scale : 0;
        return float.IsFinite(inverse) ? (least, scale, inverse) : (least, 0, 0);
    }

    private void Prepare(float* vector, float* work, bool centred)
    {
        new ReadOnlySpan<float>(vector, Dimension).CopyTo(new Span<float>(work, Dimension));
        if (centred && _mean is not null)
        {
            for (int i = 0; i < Dimension; i++)
                work[i] -= _mean[i];
        }

        _rotation?.Apply(work);
    }

    private (float Least, float Most) Range(float* values)
    {
        float least = float.MaxValue, most = float.MinValue;
        for (int i = 0; i < Dimension; i++)
        {
            least = MathF.Min(least, values[i]);
            most = MathF.Max(most, values[i]);
        }

        return (least, most);
    }

    /// <summary>The share of the range whose codes lie nearest to the values (least squares).</summary>
    private float BestSpan(float* values, float least, float most)
    {
        float best = 1;
        double bestError = double.MaxValue;
        foreach (float span in Spans)
        {
            float cut = (1 - span) * (most - least) / 2;
            (float offset, float scale, float inverse) = Steps(least + cut, most - cut);
            double error = 0;
            for (int i = 0; i < Dimension; i++)
            {
                float code = Math.Clamp(MathF.Round((values[i] - offset) * inverse), 0, MostCode);
                float gap = values[i] - (offset + (scale * code));
                error += gap * gap;
            }

            if (error < bestError)
                (best, bestError) = (span, error);
        }

        return best;
    }
}
