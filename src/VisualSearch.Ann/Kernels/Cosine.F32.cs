using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VisualSearch.Ann.Kernels;

/// <summary>Cosines of the angle between vectors of any length.</summary>
internal static unsafe class Cosine
{
    /// <summary>
    /// Σ aᵢ·bᵢ / √(Σ aᵢ² · Σ bᵢ²) in one pass, 0 when either vector is all zero. Squared lengths must stay finite in float32. Each width
    /// adds up in its own order, so the last digits differ between CPUs. An index scales its vectors to unit length once and needs only
    /// <see cref="Dot.F32(float*, float*, int)"/>, a third of the arithmetic.
    /// </summary>
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

    // Six sums side by side keep two multiply-add units of four cycles nearly busy, as the four of Dot.F32 do with one load more each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float F32<TLanes, TVector>(float* a, float* b, int length)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        int width = TLanes.Width;
        TVector dot0 = default, dot1 = default, left0 = default, left1 = default, right0 = default, right1 = default;
        int i = 0;
        for (; i <= length - (2 * width); i += 2 * width)
        {
            TVector x0 = TLanes.Load(a + i), y0 = TLanes.Load(b + i);
            TVector x1 = TLanes.Load(a + i + width), y1 = TLanes.Load(b + i + width);
            dot0 = TLanes.MultiplyAdd(x0, y0, dot0);
            left0 = TLanes.MultiplyAdd(x0, x0, left0);
            right0 = TLanes.MultiplyAdd(y0, y0, right0);
            dot1 = TLanes.MultiplyAdd(x1, y1, dot1);
            left1 = TLanes.MultiplyAdd(x1, x1, left1);
            right1 = TLanes.MultiplyAdd(y1, y1, right1);
        }

        float dot = TLanes.Sum(TLanes.Add(dot0, dot1));
        float left = TLanes.Sum(TLanes.Add(left0, left1)), right = TLanes.Sum(TLanes.Add(right0, right1));
        for (; i < length; i++)
        {
            dot += a[i] * b[i];
            left += a[i] * a[i];
            right += b[i] * b[i];
        }

        // In double: the product of two float lengths may leave float32's range.
        return left == 0 || right == 0 ? 0 : (float)(dot / Math.Sqrt((double)left * right));
    }
}
