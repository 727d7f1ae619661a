using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VisualSearch.Ann.Kernels;

namespace VisualSearch.Ann.Quantization;

/// <summary>What turns a row's codes back into a vector: xᵢ ≈ <see cref="Offset"/> + <see cref="Scale"/>·uᵢ.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CodeTail
{
    public float Scale;
    public float Offset;

    /// <summary>Half the squared length of the vector that the codes stand for (not of the original: see <see cref="Int8Codec"/>).</summary>
    public float HalfSquaredNorm;
}

/// <summary>A query in codes: qᵢ ≈ <see cref="Scale"/>·wᵢ with signed bytes wᵢ.</summary>
internal readonly record struct CodeQuery(float Scale, int Sum);

/// <summary>
/// Seven-bit codes with a scale and an offset for each vector (locally adaptive quantisation, arXiv 2304.04759), and signed 8-bit queries.
/// Row layout, in bytes: <c>[codes: dimension][padding][CodeTail: 12]</c>, a multiple of 64, so a row starts on a cache line.
/// <para>
/// With codes u of x and w of q, x·q ≈ t·(offset·Σw + scale·Σuw); the second sum is <see cref="Dot.U7I8"/>. Distances are ranked as
/// ½|x̂|² − x̂·q, also under cosine, where |x| = 1: taking the length of the reconstruction x̂ turns the error e·q of a plain inner
/// product into e·(q − x), which is small just where x is near q.
/// </para>
/// </summary>
internal static unsafe class Int8Codec
{
    private const int Line = 64;
    private const int MostCode = 127;

    public static int RowBytes(int dimension) => (dimension + sizeof(CodeTail) + Line - 1) / Line * Line;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CodeTail* Tail(byte* row, int rowBytes) => (CodeTail*)(row + rowBytes - sizeof(CodeTail));

    public static void Encode(float* vector, int dimension, byte* row, int rowBytes)
    {
        float least = float.MaxValue, most = float.MinValue;
        for (int i = 0; i < dimension; i++)
        {
            least = MathF.Min(least, vector[i]);
            most = MathF.Max(most, vector[i]);
        }

        float scale = (most - least) / MostCode;
        float inverse = scale > 0 ? 1 / scale : 0;
        if (!float.IsFinite(inverse))
            (scale, inverse) = (0, 0);
        new Span<byte>(row, rowBytes).Clear();
        double squaredNorm = 0;
        for (int i = 0; i < dimension; i++)
        {
            int code = Math.Clamp((int)MathF.Round((vector[i] - least) * inverse), 0, MostCode);
            row[i] = (byte)code;
            double restored = least + ((double)scale * code);
            squaredNorm += restored * restored;
        }

        *Tail(row, rowBytes) = new CodeTail { Scale = scale, Offset = least, HalfSquaredNorm = (float)(squaredNorm / 2) };
    }

    public static CodeQuery EncodeQuery(float* query, int dimension, sbyte* codes)
    {
        float most = 0;
        for (int i = 0; i < dimension; i++)
            most = MathF.Max(most, MathF.Abs(query[i]));
        float scale = most / MostCode;
        float inverse = scale > 0 ? 1 / scale : 0;
        if (!float.IsFinite(inverse))
            (scale, inverse) = (0, 0);
        int sum = 0;
        for (int i = 0; i < dimension; i++)
        {
            codes[i] = (sbyte)Math.Clamp((int)MathF.Round(query[i] * inverse), -MostCode, MostCode);
            sum += codes[i];
        }

        return new CodeQuery(scale, sum);
    }
}
