using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VisualSearch.Ann.Kernels;

/// <summary>Squared Euclidean distances.</summary>
internal static unsafe partial class L2
{
    /// <summary>
    /// <paramref name="sums"/>[r] = Σ (rowᵣ,ᵢ − queryᵢ)² for four rows, with each piece of the query loaded once for all of them. Adds up
    /// in another order than <see cref="F32(float*, float*, int)"/>, so the last digits may differ.
    /// </summary>
    public static void F32x4(float* row0, float* row1, float* row2, float* row3, float* query, int length, float* sums)
    {
        if (Vector512.IsHardwareAccelerated)
            F32x4<Lanes512, Vector512<float>>(row0, row1, row2, row3, query, length, sums);
        else if (Vector256.IsHardwareAccelerated)
            F32x4<Lanes256, Vector256<float>>(row0, row1, row2, row3, query, length, sums);
        else if (Vector128.IsHardwareAccelerated)
            F32x4<Lanes128, Vector128<float>>(row0, row1, row2, row3, query, length, sums);
        else
            F32x4<Lanes1, float>(row0, row1, row2, row3, query, length, sums);
    }

    // Two sums a row, as in Dot.F32x4.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void F32x4<TLanes, TVector>(
        float* row0, float* row1, float* row2, float* row3, float* query, int length, float* sums)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        int width = TLanes.Width;
        TVector even0 = default, even1 = default, even2 = default, even3 = default;
        TVector odd0 = default, odd1 = default, odd2 = default, odd3 = default;
        int i = 0;
        for (; i <= length - (2 * width); i += 2 * width)
        {
            TVector even = TLanes.Load(query + i), odd = TLanes.Load(query + i + width);
            even0 = AddSquare<TLanes, TVector>(row0 + i, even, even0);
            even1 = AddSquare<TLanes, TVector>(row1 + i, even, even1);
            even2 = AddSquare<TLanes, TVector>(row2 + i, even, even2);
            even3 = AddSquare<TLanes, TVector>(row3 + i, even, even3);
            odd0 = AddSquare<TLanes, TVector>(row0 + i + width, odd, odd0);
            odd1 = AddSquare<TLanes, TVector>(row1 + i + width, odd, odd1);
            odd2 = AddSquare<TLanes, TVector>(row2 + i + width, odd, odd2);
            odd3 = AddSquare<TLanes, TVector>(row3 + i + width, odd, odd3);
        }

        // The half step matters to the short vectors of product quantisation: without it eight values would go one by one.
        if (i <= length - width)
        {
            TVector piece = TLanes.Load(query + i);
            even0 = AddSquare<TLanes, TVector>(row0 + i, piece, even0);
            even1 = AddSquare<TLanes, TVector>(row1 + i, piece, even1);
            even2 = AddSquare<TLanes, TVector>(row2 + i, piece, even2);
            even3 = AddSquare<TLanes, TVector>(row3 + i, piece, even3);
            i += width;
        }

        float sum0 = TLanes.Sum(TLanes.Add(even0, odd0)), sum1 = TLanes.Sum(TLanes.Add(even1, odd1));
        float sum2 = TLanes.Sum(TLanes.Add(even2, odd2)), sum3 = TLanes.Sum(TLanes.Add(even3, odd3));
        for (; i < length; i++)
        {
            sum0 += (row0[i] - query[i]) * (row0[i] - query[i]);
            sum1 += (row1[i] - query[i]) * (row1[i] - query[i]);
            sum2 += (row2[i] - query[i]) * (row2[i] - query[i]);
            sum3 += (row3[i] - query[i]) * (row3[i] - query[i]);
        }

        (sums[0], sums[1], sums[2], sums[3]) = (sum0, sum1, sum2, sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddSquare<TLanes, TVector>(float* row, TVector query, TVector sum)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        TVector gap = TLanes.Subtract(TLanes.Load(row), query);
        return TLanes.MultiplyAdd(gap, gap, sum);
    }
}
