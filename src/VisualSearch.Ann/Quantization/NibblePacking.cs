using System.Runtime.CompilerServices;
using VisualSearch.Ann.Kernels;

namespace VisualSearch.Ann.Quantization;

/// <summary>
/// 4-bit codes, two in a byte, ordered so that <see cref="Dot.U4I8"/> unpacks 64 of them with one shift and two masks. Codes go in blocks
/// of 64, a block in 32 bytes:
/// <code>
/// byte          0        1    …     31
/// low nibble    code 0   1          31
/// high nibble   code 32  33         63
/// </code>
/// The last block is always whole: codes beyond the dimension are 0, and a row is ⌈dimension / 64⌉·32 bytes long.
/// </summary>
internal static unsafe class NibblePacking
{
    public const int BlockCodes = 64;
    public const int BlockBytes = 32;
    public const int MostCode = 15;

    /// <summary>Bytes of a packed row.</summary>
    public static int PackedBytes(int dimension) => (dimension + BlockCodes - 1) / BlockCodes * BlockBytes;

    /// <summary>One code of a packed row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Code(byte* packed, int i) => (packed[ByteOf(i)] >> ShiftOf(i)) & MostCode;

    /// <summary>Packs one code a byte, each 0 to 15, into <see cref="PackedBytes"/> bytes.</summary>
    public static void Pack(byte* codes, int dimension, byte* packed)
    {
        new Span<byte>(packed, PackedBytes(dimension)).Clear();
        for (int i = 0; i < dimension; i++)
            packed[ByteOf(i)] |= (byte)(codes[i] << ShiftOf(i));
    }

    /// <summary>Writes one code a byte.</summary>
    public static void Unpack(byte* packed, int dimension, byte* codes)
    {
        for (int i = 0; i < dimension; i++)
            codes[i] = (byte)Code(packed, i);
    }

    private static int ByteOf(int i) => (i / BlockCodes * BlockBytes) + (i % BlockBytes);

    private static int ShiftOf(int i) => i % BlockCodes < BlockBytes ? 0 : 4;
}
