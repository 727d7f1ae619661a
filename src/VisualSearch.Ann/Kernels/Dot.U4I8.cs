using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using VisualSearch.Ann.Quantization;

namespace VisualSearch.Ann.Kernels;

/// <summary>Inner products.</summary>
internal static unsafe partial class Dot
{
    /// <summary>
    /// Σ aᵢ·bᵢ of 4-bit codes (0 to 15) as <see cref="NibblePacking"/> packs them and signed bytes (−127 to 127), exact at every width.
    /// A sum of two neighbouring products is at most 2·15·127 = 3,810, so eight of them are added in 16 bits (30,480) before they widen.
    /// </summary>
    public static int U4I8(byte* packed, sbyte* query, int dimension)
    {
        if (Avx512BW.IsSupported)
            return U4I8Avx512(packed, query, dimension);
        if (Avx2.IsSupported)
            return U4I8Avx2(packed, query, dimension);
        if (Vector128.IsHardwareAccelerated)
            return U4I8Vector128(packed, query, dimension);
        return U4I8Scalar(packed, query, dimension);
    }

    internal static int U4I8Scalar(byte* packed, sbyte* query, int dimension)
    {
        int sum = 0;
        for (int i = 0; i < dimension; i++)
            sum += NibblePacking.Code(packed, i) * query[i];
        return sum;
    }

    internal static int U4I8Avx512(byte* packed, sbyte* query, int dimension)
    {
        Vector512<short> ones = Vector512<short>.One;
        Vector512<int> sum = default;
        int blocks = dimension / NibblePacking.BlockCodes;
        for (; blocks >= 8; blocks -= 8, packed += 8 * NibblePacking.BlockBytes, query += 8 * NibblePacking.BlockCodes)
        {
            Vector512<short> even = Block512(packed, query) + Block512(packed + 64, query + 128);
            Vector512<short> odd = Block512(packed + 32, query + 64) + Block512(packed + 96, query + 192);
            even += Block512(packed + 128, query + 256) + Block512(packed + 192, query + 384);
            odd += Block512(packed + 160, query + 320) + Block512(packed + 224, query + 448);
            sum += Avx512BW.MultiplyAddAdjacent(even + odd, ones);
        }

        Vector512<short> rest = default;
        for (; blocks > 0; blocks--, packed += NibblePacking.BlockBytes, query += NibblePacking.BlockCodes)
            rest += Block512(packed, query);
        sum += Avx512BW.MultiplyAddAdjacent(rest, ones);
        return Vector512.Sum(sum) + U4I8Tail(packed, query, dimension % NibblePacking.BlockCodes);
    }

    internal static int U4I8Avx2(byte* packed, sbyte* query, int dimension)
    {
        Vector256<short> ones = Vector256<short>.One;
        Vector256<int> sum = default;
        int blocks = dimension / NibblePacking.BlockCodes;
        for (; blocks >= 4; blocks -= 4, packed += 4 * NibblePacking.BlockBytes, query += 4 * NibblePacking.BlockCodes)
        {
            Vector256<short> even = Block256(packed, query) + Block256(packed + 64, query + 128);
            Vector256<short> odd = Block256(packed + 32, query + 64) + Block256(packed + 96, query + 192);
            sum += Avx2.MultiplyAddAdjacent(even + odd, ones);
        }

        Vector256<short> rest = default;
        for (; blocks > 0; blocks--, packed += NibblePacking.BlockBytes, query += NibblePacking.BlockCodes)
            rest += Block256(packed, query);
        sum += Avx2.MultiplyAddAdjacent(rest, ones);
        return Vector256.Sum(sum) + U4I8Tail(packed, query, dimension % NibblePacking.BlockCodes);
    }

    // A lane adds up the eight products of a block in 16 bits: 8·15·127 = 15,240.
    internal static int U4I8Vector128(byte* packed, sbyte* query, int dimension)
    {
        Vector128<int> sum = default;
        int blocks = dimension / NibblePacking.BlockCodes;
        for (; blocks > 0; blocks--, packed += NibblePacking.BlockBytes, query += NibblePacking.BlockCodes)
        {
            (Vector128<int> low, Vector128<int> high) = Vector128.Widen(Block128(packed, query) + Block128(packed + 16, query + 16));
            sum += low + high;
        }

        return Vector128.Sum(sum) + U4I8Tail(packed, query, dimension % NibblePacking.BlockCodes);
    }

    // One block is read twice, as the two halves of a register; the upper half shifts its high nibbles down, and the codes lie in order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Block512(byte* packed, sbyte* query)
    {
        Vector256<ulong> block = Vector256.Load((ulong*)packed);
        Vector512<ulong> shifts = Vector512.Create(Vector256<ulong>.Zero, Vector256.Create(4UL));
        Vector512<ulong> codes = Avx512F.ShiftRightLogicalVariable(Vector512.Create(block, block), shifts);
        return Avx512BW.MultiplyAddAdjacent(codes.AsByte() & Vector512.Create((byte)15), Vector512.Load(query));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Block256(byte* packed, sbyte* query)
    {
        Vector256<byte> block = Vector256.Load(packed), mask = Vector256.Create((byte)15);
        Vector256<byte> high = Vector256.ShiftRightLogical(block.AsUInt16(), 4).AsByte() & mask;
        return Avx2.MultiplyAddAdjacent(block & mask, Vector256.Load(query)) + Avx2.MultiplyAddAdjacent(high, Vector256.Load(query + 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Block128(byte* packed, sbyte* query)
    {
        Vector128<byte> block = Vector128.Load(packed);
        (Vector128<short> code0, Vector128<short> code1) = Vector128.Widen((block & Vector128.Create((byte)15)).AsSByte());
        (Vector128<short> code2, Vector128<short> code3) = Vector128.Widen((block >>> 4).AsSByte());
        (Vector128<short> query0, Vector128<short> query1) = Vector128.Widen(Vector128.Load(query));
        (Vector128<short> query2, Vector128<short> query3) = Vector128.Widen(Vector128.Load(query + 32));
        return (code0 * query0) + (code1 * query1) + (code2 * query2) + (code3 * query3);
    }

    // The last block is whole in the row, but the query ends within it: a copy with zeros behind it makes that a block like any other.
    private static int U4I8Tail(byte* packed, sbyte* query, int count)
    {
        if (count == 0)
            return 0;
        sbyte* whole = stackalloc sbyte[NibblePacking.BlockCodes];
        new Span<sbyte>(whole + count, NibblePacking.BlockCodes - count).Clear();
        new ReadOnlySpan<sbyte>(query, count).CopyTo(new Span<sbyte>(whole, count));
        if (Avx2.IsSupported)
            return Vector256.Sum(Avx2.MultiplyAddAdjacent(Block256(packed, whole), Vector256<short>.One));
        return U4I8Scalar(packed, whole, count);
    }
}
