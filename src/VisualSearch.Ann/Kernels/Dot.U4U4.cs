using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VisualSearch.Ann.Kernels;

/// <summary>Inner products.</summary>
internal static unsafe partial class Dot
{
    /// <summary>
    /// Σ aᵢ·bᵢ of two rows of packed 4-bit codes, exact. Both are packed alike, so low nibbles meet low ones, and what lies behind
    /// the dimension is 0 in both.
    /// </summary>
    /// <param name="a">Whole blocks, as <see cref="Quantization.NibblePacking"/> packs them.</param>
    /// <param name="b">The same.</param>
    /// <param name="bytes">Bytes of each, a multiple of 32.</param>
    public static int U4U4(byte* a, byte* b, int bytes)
    {
        if (Avx2.IsSupported)
            return U4U4Avx2(a, b, bytes);
        return U4U4Scalar(a, b, bytes);
    }

    internal static int U4U4Scalar(byte* a, byte* b, int bytes)
    {
        int sum = 0;
        for (int i = 0; i < bytes; i++)
            sum += ((a[i] & 15) * (b[i] & 15)) + ((a[i] >> 4) * (b[i] >> 4));
        return sum;
    }

    // Two pair-sums of at most 450 each a step: 36 steps fit 16 bits, 32 are taken.
    internal static int U4U4Avx2(byte* a, byte* b, int bytes)
    {
        Vector256<byte> mask = Vector256.Create((byte)15);
        Vector256<int> sum = default;
        for (int i = 0; i < bytes;)
        {
            Vector256<short> part = default;
            for (int end = Math.Min(bytes, i + (32 * 32)); i < end; i += 32)
            {
                Vector256<byte> left = Vector256.Load(a + i), right = Vector256.Load(b + i);
                part += Avx2.MultiplyAddAdjacent(left & mask, (right & mask).AsSByte());
                part += Avx2.MultiplyAddAdjacent(
                    Vector256.ShiftRightLogical(left.AsUInt16(), 4).AsByte() & mask, (Vector256.ShiftRightLogical(right.AsUInt16(), 4).AsByte() & mask).AsSByte());
            }

            sum += Avx2.MultiplyAddAdjacent(part, Vector256<short>.One);
        }

        return Vector256.Sum(sum);
    }
}
