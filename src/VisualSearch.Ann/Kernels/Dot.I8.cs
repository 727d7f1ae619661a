using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VisualSearch.Ann.Kernels;

/// <summary>Inner products.</summary>
internal static unsafe partial class Dot
{
    /// <summary>
    /// Σ aᵢ·bᵢ of signed bytes over their whole range (−128 to 127), exact at every width. Both sides widen to 16 bits first, because
    /// vpmaddubsw takes one unsigned side and saturates at full range; that costs twice the instructions of <see cref="U7I8"/>.
    /// </summary>
    public static int I8(sbyte* a, sbyte* b, int length)
    {
        if (Avx512BW.IsSupported)
            return I8Avx512(a, b, length);
        if (Avx2.IsSupported)
            return I8Avx2(a, b, length);
        if (Vector128.IsHardwareAccelerated)
            return I8Vector128(a, b, length);
        return I8Scalar(a, b, length);
    }

    internal static int I8Scalar(sbyte* a, sbyte* b, int length)
    {
        int sum = 0;
        for (int i = 0; i < length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    internal static int I8Avx512(sbyte* a, sbyte* b, int length)
    {
        Vector512<int> even = default, odd = default;
        int i = 0;
        for (; i <= length - 64; i += 64)
        {
            even += Avx512BW.MultiplyAddAdjacent(
                Avx512BW.ConvertToVector512Int16(Vector256.Load(a + i)), Avx512BW.ConvertToVector512Int16(Vector256.Load(b + i)));
            odd += Avx512BW.MultiplyAddAdjacent(
                Avx512BW.ConvertToVector512Int16(Vector256.Load(a + i + 32)), Avx512BW.ConvertToVector512Int16(Vector256.Load(b + i + 32)));
        }

        return Vector512.Sum(even + odd) + I8Avx2(a + i, b + i, length - i);
    }

    internal static int I8Avx2(sbyte* a, sbyte* b, int length)
    {
        Vector256<int> even = default, odd = default;
        int i = 0;
        for (; i <= length - 32; i += 32)
        {
            even += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(a + i), Avx2.ConvertToVector256Int16(b + i));
            odd += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(a + i + 16), Avx2.ConvertToVector256Int16(b + i + 16));
        }

        if (i <= length - 16)
        {
            even += Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(a + i), Avx2.ConvertToVector256Int16(b + i));
            i += 16;
        }

        return Vector256.Sum(even + odd) + I8Scalar(a + i, b + i, length - i);
    }

    // A product fits 16 bits ((−128)² = 16,384), the sum of two does not, so products widen to 32 before adding.
    internal static int I8Vector128(sbyte* a, sbyte* b, int length)
    {
        Vector128<int> sum = default;
        int i = 0;
        for (; i <= length - 16; i += 16)
        {
            (Vector128<short> aLow, Vector128<short> aHigh) = Vector128.Widen(Vector128.Load(a + i));
            (Vector128<short> bLow, Vector128<short> bHigh) = Vector128.Widen(Vector128.Load(b + i));
            (Vector128<int> first, Vector128<int> second) = Vector128.Widen(aLow * bLow);
            (Vector128<int> third, Vector128<int> fourth) = Vector128.Widen(aHigh * bHigh);
            sum += first + second + (third + fourth);
        }

        return Vector128.Sum(sum) + I8Scalar(a + i, b + i, length - i);
    }
}
