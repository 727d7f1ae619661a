using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VisualSearch.Ann.Kernels;

/// <summary>Inner products.</summary>
internal static unsafe partial class Dot
{
    /// <summary>Σ aᵢ·bᵢ. Each width adds up in its own order, so the last digits differ between CPUs.</summary>
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

    // Four sums run side by side because one multiply-add waits four cycles for the one before it (Zen 4).
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
            sum0 = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sum0);
            sum1 = TLanes.MultiplyAdd(TLanes.Load(a + i + width), TLanes.Load(b + i + width), sum1);
            sum2 = TLanes.MultiplyAdd(TLanes.Load(a + i + (2 * width)), TLanes.Load(b + i + (2 * width)), sum2);
            sum3 = TLanes.MultiplyAdd(TLanes.Load(a + i + (3 * width)), TLanes.Load(b + i + (3 * width)), sum3);
        }

        for (; i <= length - width; i += width)
            sum0 = TLanes.MultiplyAdd(TLanes.Load(a + i), TLanes.Load(b + i), sum0);
        float sum = TLanes.Sum(TLanes.Add(TLanes.Add(sum0, sum1), TLanes.Add(sum2, sum3)));
        for (; i < length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
