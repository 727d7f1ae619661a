using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VisualSearch.Ann.Kernels;

/// <summary>Numbers of differing bits.</summary>
internal static unsafe class Hamming
{
    /// <summary>
    /// Σ popcount(aᵢ ⊕ bᵢ) over bytes of eight 1-bit codes each. The wide forms look each nibble's count up in a register (vpshufb; Muła,
    /// Kurz and Lemire, arXiv 1611.07612).
    /// </summary>
    public static int U1(byte* a, byte* b, int bytes)
    {
        if (Avx512BW.IsSupported)
            return U1Avx512(a, b, bytes);
        if (Avx2.IsSupported)
            return U1Avx2(a, b, bytes);
        if (Vector128.IsHardwareAccelerated)
            return U1Vector128(a, b, bytes);
        return U1Scalar(a, b, bytes);
    }

    internal static int U1Scalar(byte* a, byte* b, int bytes)
    {
        int count = 0;
        for (int i = 0; i < bytes; i++)
            count += BitOperations.PopCount((uint)(a[i] ^ b[i]));
        return count;
    }

    internal static int U1Avx512(byte* a, byte* b, int bytes)
    {
        Vector512<byte> counts = Vector512.Create(Vector256.Create(NibbleCounts, NibbleCounts), Vector256.Create(NibbleCounts, NibbleCounts));
        Vector512<byte> nibble = Vector512.Create((byte)15);
        Vector512<long> sum = default;
        int i = 0;
        for (; i <= bytes - 64; i += 64)
        {
            Vector512<byte> differing = Vector512.Load(a + i) ^ Vector512.Load(b + i);
            Vector512<byte> high = Vector512.ShiftRightLogical(differing.AsUInt16(), 4).AsByte() & nibble;
            Vector512<byte> ofBytes = Avx512BW.Shuffle(counts, differing & nibble) + Avx512BW.Shuffle(counts, high);
            sum += Avx512BW.SumAbsoluteDifferences(ofBytes, Vector512<byte>.Zero).AsInt64();
        }

        return (int)Vector512.Sum(sum) + U1Avx2(a + i, b + i, bytes - i);
    }

    internal static int U1Avx2(byte* a, byte* b, int bytes)
    {
        Vector256<byte> counts = Vector256.Create(NibbleCounts, NibbleCounts);
        Vector256<byte> nibble = Vector256.Create((byte)15);
        Vector256<long> sum = default;
        int i = 0;
        for (; i <= bytes - 32; i += 32)
        {
            Vector256<byte> differing = Vector256.Load(a + i) ^ Vector256.Load(b + i);
            Vector256<byte> high = Vector256.ShiftRightLogical(differing.AsUInt16(), 4).AsByte() & nibble;
            Vector256<byte> ofBytes = Avx2.Shuffle(counts, differing & nibble) + Avx2.Shuffle(counts, high);
            sum += Avx2.SumAbsoluteDifferences(ofBytes, Vector256<byte>.Zero).AsInt64();
        }

        return (int)Vector256.Sum(sum) + U1Words(a + i, b + i, bytes - i);
    }

    // Counts in each byte by adding neighbouring bits, then pairs, then nibbles; no lookup that every CPU would have.
    internal static int U1Vector128(byte* a, byte* b, int bytes)
    {
        Vector128<uint> sum = default;
        int i = 0;
        for (; i <= bytes - 16; i += 16)
        {
            Vector128<byte> bits = Vector128.Load(a + i) ^ Vector128.Load(b + i);
            bits -= (bits >>> 1) & Vector128.Create((byte)0x55);
            bits = (bits & Vector128.Create((byte)0x33)) + ((bits >>> 2) & Vector128.Create((byte)0x33));
            bits = (bits + (bits >>> 4)) & Vector128.Create((byte)0x0F);
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(bits);
            (Vector128<uint> first, Vector128<uint> second) = Vector128.Widen(low + high);
            sum += first + second;
        }

        return (int)Vector128.Sum(sum) + U1Words(a + i, b + i, bytes - i);
    }

    private static Vector128<byte> NibbleCounts
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    }

    // Short codes are all tail: eight bytes at a time keep 64 to 248 bits off the bytewise loop.
    private static int U1Words(byte* a, byte* b, int bytes)
    {
        int count = 0, i = 0;
        for (; i <= bytes - 8; i += 8)
            count += BitOperations.PopCount(Unsafe.ReadUnaligned<ulong>(a + i) ^ Unsafe.ReadUnaligned<ulong>(b + i));
        return count + U1Scalar(a + i, b + i, bytes - i);
    }
}
