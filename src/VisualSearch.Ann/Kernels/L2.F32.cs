using System.Runtime.CompilerServices;

namespace VisualSearch.Ann.Kernels;

/// <summary>Squared Euclidean distances.</summary>
internal static unsafe class L2
{
    /// <summary>Σ (aᵢ − bᵢ)².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float F32(float* a, float* b, int length) => PairSum.F32<Term>(a, b, length);

    internal readonly struct Term : IPairTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<TLanes, TVector>(TVector left, TVector right, TVector sum)
            where TLanes : struct, IFloatLanes<TVector>
            where TVector : struct
        {
            TVector gap = TLanes.Subtract(left, right);
            return TLanes.MultiplyAdd(gap, gap, sum);
        }
    }
}
