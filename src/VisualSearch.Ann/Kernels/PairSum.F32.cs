using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VisualSearch.Ann.Kernels;

/// <summary>What one pair of values adds to a sum. The JIT makes one body of each kernel for each term, with the calls inlined.</summary>
internal unsafe interface IPairTerm
{
    static abstract TVector Add<TLanes, TVector>(TVector left, TVector right, TVector sum)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct;
}

/// <summary>Sums over two vectors, value by value: what <see cref="Dot"/> and <see cref="L2"/> have in common.</summary>
internal static unsafe class PairSum
{
    /// <summary>Σ term(aᵢ, bᵢ). Each width adds up in its own order, so the last digits differ between CPUs.</summary>
    public static float F32<TTerm>(float* a, float* b, int length)
        where TTerm : struct, IPairTerm
    {
        if (Vector512.IsHardwareAccelerated)
            return F32<TTerm, Lanes512, Vector512<float>>(a, b, length);
        if (Vector256.IsHardwareAccelerated)
            return F32<TTerm, Lanes256, Vector256<float>>(a, b, length);
        if (Vector128.IsHardwareAccelerated)
            return F32<TTerm, Lanes128, Vector128<float>>(a, b, length);
        return F32<TTerm, Lanes1, float>(a, b, length);
    }

    // Four sums run side by side because one multiply-add waits four cycles for the one before it (Zen 4).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static float F32<TTerm, TLanes, TVector>(float* a, float* b, int length)
        where TTerm : struct, IPairTerm
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        int width = TLanes.Width;
        TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        int i = 0;
        for (; i <= length - (4 * width); i += 4 * width)
        {
            sum0 = TTerm.Add<TLanes, TVector>(TLanes.Load(a + i), TLanes.Load(b + i), sum0);
            sum1 = TTerm.Add<TLanes, TVector>(TLanes.Load(a + i + width), TLanes.Load(b + i + width), sum1);
            sum2 = TTerm.Add<TLanes, TVector>(TLanes.Load(a + i + (2 * width)), TLanes.Load(b + i + (2 * width)), sum2);
            sum3 = TTerm.Add<TLanes, TVector>(TLanes.Load(a + i + (3 * width)), TLanes.Load(b + i + (3 * width)), sum3);
        }

        for (; i <= length - width; i += width)
            sum0 = TTerm.Add<TLanes, TVector>(TLanes.Load(a + i), TLanes.Load(b + i), sum0);
        float sum = TLanes.Sum(TLanes.Add(TLanes.Add(sum0, sum1), TLanes.Add(sum2, sum3)));
        for (; i < length; i++)
            sum = TTerm.Add<Lanes1, float>(a[i], b[i], sum);
        return sum;
    }
}
