using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VisualSearch.Ann.Kernels;

/// <summary>Inner products.</summary>
internal static unsafe partial class Dot
{
    /// <summary>
    /// Σ aᵢ·bᵢ of 7-bit codes (0 to 127) and signed bytes (−127 to 127), exact at every width. Seven bits and not eight, because
    /// vpmaddubsw adds two neighbouring products in 16 bits and saturates: 2·127·127 = 32,258 still fits.
    /// </summary>
    public static int U7I8(byte* a, sbyte* b, int length)
    {
        if (Avx512BW.IsSupported)
            return U7I8Avx512(a, b, length);
        if (Avx2.IsSupported)
            return U7I8Avx2(a, b, length);
        if (Vector128.IsHardwareAccelerated)
            return U7I8Vector128(a, b, length);
        return U7I8Scalar(a, b, length);
    }

    internal static int U7I8Scalar(byte* a, sbyte* b, int length)
    {
        int sum = 0;
        for (int i = 0; i < length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    internal static int U7I8Avx512(byte* a, sbyte* b, int length)
    {
        Vector512<short> ones = Vector512<short>.One;
        Vector512<int> even = default, odd = default;
        int i = 0;
        for (; i <= length - 128; i += 128)
        {
            even += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(Vector512.Load(a + i), Vector512.Load(b + i)), ones);
            odd += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(Vector512.Load(a + i + 64), Vector512.Load(b + i + 64)), ones);
        }

        if (i <= length - 64)
        {
            even += Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(Vector512.Load(a + i), Vector512.Load(b + i)), ones);
            i += 64;
        }

        return Vector512.Sum(even + odd) + U7I8Avx2(a + i, b + i, length - i);
    }

    internal static int U7I8Avx2(byte* a, sbyte* b, int length)
    {
        Vector256<short> ones = Vector256<short>.One;
        Vector256<int> even = default, odd = default;
        int i = 0;
        for (; i <= length - 64; i += 64)
        {
            even += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Load(a + i), Vector256.Load(b + i)), ones);
            odd += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Load(a + i + 32), Vector256.Load(b + i + 32)), ones);
        }

        if (i <= length - 32)
        {
            even += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Load(a + i), Vector256.Load(b + i)), ones);
            i += 32;
        }

        return Vector256.Sum(even + odd) + U7I8Scalar(a + i, b + i, length - i);
    }

    // The products fit 16 bits (127·127), their sums do not, so they widen to 32 before adding.
    internal static int U7I8Vector128(byte* a, sbyte* b, int length)
    {
        Vector128<int> sum = default;
        int i = 0;
        for (; i <= length - 16; i += 16)
        {
            (Vector128<short> aLow, Vector128<short> aHigh) = Vector128.Widen(Vector128.Load((sbyte*)a + i));
            (Vector128<short> bLow, Vector128<short> bHigh) = Vector128.Widen(Vector128.Load(b + i));
            (Vector128<int> first, Vector128<int> second) = Vector128.Widen(aLow * bLow);
            (Vector128<int> third, Vector128<int> fourth) = Vector128.Widen(aHigh * bHigh);
            sum += first + second + (third + fourth);
        }

        return Vector128.Sum(sum) + U7I8Scalar(a + i, b + i, length - i);
    }
}
