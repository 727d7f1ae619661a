using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VisualSearch.Ann.Kernels;

/// <summary>Squared lengths in double precision.</summary>
internal static unsafe class SquaredNorm
{
    /// <summary>
    /// Σ aᵢ² in float64. No finite float can overflow it, so the result is finite exactly when every value is: one pass both
    /// measures a vector and checks it.
    /// </summary>
    public static double F32(float* a, int length) =>
        Vector256.IsHardwareAccelerated ? F32Vector256(a, length) : F32Scalar(a, length);

    internal static double F32Scalar(float* a, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i++)
            sum += (double)a[i] * a[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double F32Vector256(float* a, int length)
    {
        Vector256<double> sum0 = default, sum1 = default;
        int i = 0;
        for (; i <= length - 8; i += 8)
        {
            (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Load(a + i));
            sum0 += low * low;
            sum1 += high * high;
        }

        return Vector256.Sum(sum0 + sum1) + F32Scalar(a + i, length - i);
    }
}
