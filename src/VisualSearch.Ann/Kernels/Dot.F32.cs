using System.Runtime.CompilerServices;

namespace VisualSearch.Ann.Kernels;

/// <summary>Inner products.</summary>
internal static unsafe partial class Dot
{
    /// <summary>Σ aᵢ·bᵢ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float F32(float* a, float* b, int length) => PairSum.F32<Term>(a, b, length);

    internal readonly struct Term : IPairTerm
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static TVector Add<TLanes, TVector>(TVector left, TVector right, TVector sum)
            where TLanes : struct, IFloatLanes<TVector>
            where TVector : struct => TLanes.MultiplyAdd(left, right, sum);
    }
}
