using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VisualSearch.Ann.Kernels;

/// <summary>Squared Euclidean distances.</summary>
internal static unsafe partial class L2
{
    /// <summary>Σ (aᵢ − bᵢ)². Each width adds up in its own order, so the last digits differ between CPUs.</summary>
    public static float F32(float* a, float* b, int length)
    {
        if (Vector512.IsHardwareAccelerated)
            return F32<Lanes512, Vector512<float>>(a, b, length);
        if (Vector256.IsHardwareAccelerated)
            return F32<Lanes256, Vector256<float>>(a, b, length);
        if (Vector128.IsHardwareAccelerated)
            return F32<Lanes128, Vector128<float>>(a, b, length);
        return F32<Lanes1, float>(a, b, length);
    }

    // Four sums side by side, as in Dot.F32.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float F32<TLanes, TVector>(float* a, float* b, int length)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        int width = TLanes.Width;
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= length - (4 * width); i += 4 * width)
        {
            TVector gap0 = TLanes.Subtract(TLanes.Load(a + i), TLanes.Load(b + i));
            TVector gap1 = TLanes.Subtract(TLanes.Load(a + i + width), TLanes.Load(b + i + width));
            TVector gap2 = TLanes.Subtract(TLanes.Load(a + i + (2 * width)), TLanes.Load(b + i + (2 * width)));
            TVector gap3 = TLanes.Subtract(TLanes.Load(a + i + (3 * width)), TLanes.Load(b + i + (3 * width)));
            sum0 = TLanes.MultiplyAdd(gap0, gap0, sum0);
            sum1 = TLanes.MultiplyAdd(gap1, gap1, sum1);
            sum2 = TLanes.MultiplyAdd(gap2, gap2, sum2);
            sum3 = TLanes.MultiplyAdd(gap3, gap3, sum3);
        }

        for (; i <= length - width; i += width)
        {
            TVector gap = TLanes.Subtract(TLanes.Load(a + i), TLanes.Load(b + i));
            sum0 = TLanes.MultiplyAdd(gap, gap, sum0);
        }

        float sum = TLanes.Sum(TLanes.Add(TLanes.Add(sum0, sum1), TLanes.Add(sum2, sum3)));
        for (; i < length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum;
    }
}
