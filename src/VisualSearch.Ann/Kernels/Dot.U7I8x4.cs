using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VisualSearch.Ann.Kernels;

/// <summary>Inner products.</summary>
internal static unsafe partial class Dot
{
    /// <summary><paramref name="sums"/>[r] = <see cref="U7I8"/> of row r and the query, exactly, with the query loaded once for four rows.</summary>
    public static void U7I8x4(byte* row0, byte* row1, byte* row2, byte* row3, sbyte* query, int length, int* sums)
    {
        if (Avx512BW.IsSupported)
            U7I8x4Avx512(row0, row1, row2, row3, query, length, sums);
        else if (Avx2.IsSupported)
            U7I8x4Avx2(row0, row1, row2, row3, query, length, sums);
        else
            U7I8x4OneByOne(row0, row1, row2, row3, query, length, sums);
    }

    // Without wide registers to share there is nothing to gain: each row's own kernel, 128 bits wide or scalar.
    internal static void U7I8x4OneByOne(byte* row0, byte* row1, byte* row2, byte* row3, sbyte* query, int length, int* sums)
    {
        sums[0] = U7I8(row0, query, length);
        sums[1] = U7I8(row1, query, length);
        sums[2] = U7I8(row2, query, length);
        sums[3] = U7I8(row3, query, length);
    }

    internal static void U7I8x4Avx512(byte* row0, byte* row1, byte* row2, byte* row3, sbyte* query, int length, int* sums)
    {
        Vector512<int> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= length - 64; i += 64)
        {
            Vector512<sbyte> piece = Vector512.Load(query + i);
            sum0 = Add512(row0 + i, piece, sum0);
            sum1 = Add512(row1 + i, piece, sum1);
            sum2 = Add512(row2 + i, piece, sum2);
            sum3 = Add512(row3 + i, piece, sum3);
        }

        U7I8x4Avx2(row0 + i, row1 + i, row2 + i, row3 + i, query + i, length - i, sums);
        sums[0] += Vector512.Sum(sum0);
        sums[1] += Vector512.Sum(sum1);
        sums[2] += Vector512.Sum(sum2);
        sums[3] += Vector512.Sum(sum3);
    }

    internal static void U7I8x4Avx2(byte* row0, byte* row1, byte* row2, byte* row3, sbyte* query, int length, int* sums)
    {
        Vector256<int> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= length - 32; i += 32)
        {
            Vector256<sbyte> piece = Vector256.Load(query + i);
            sum0 = Add256(row0 + i, piece, sum0);
            sum1 = Add256(row1 + i, piece, sum1);
            sum2 = Add256(row2 + i, piece, sum2);
            sum3 = Add256(row3 + i, piece, sum3);
        }

        sums[0] = Vector256.Sum(sum0) + U7I8Scalar(row0 + i, query + i, length - i);
        sums[1] = Vector256.Sum(sum1) + U7I8Scalar(row1 + i, query + i, length - i);
        sums[2] = Vector256.Sum(sum2) + U7I8Scalar(row2 + i, query + i, length - i);
        sums[3] = Vector256.Sum(sum3) + U7I8Scalar(row3 + i, query + i, length - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Add512(byte* row, Vector512<sbyte> query, Vector512<int> sum) =>
        sum + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(Vector512.Load(row), query), Vector512<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Add256(byte* row, Vector256<sbyte> query, Vector256<int> sum) =>
        sum + Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(Vector256.Load(row), query), Vector256<short>.One);
}
