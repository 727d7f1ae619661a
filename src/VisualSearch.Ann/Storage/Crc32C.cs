using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4): the polynomial that x86 and ARM compute in hardware.</summary>
internal static class Crc32C
{
    /// <summary>The checksum of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="seed">
    /// The checksum of the bytes before them, to go on from; or any number, to tell apart equal bytes of different files: under two seeds
    /// the same bytes never have the same checksum.
    /// </param>
    // Compiled well at once, as opening a file calls it thousands of times in its first second: see HnswFileCheck.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Compute(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        uint crc = ~seed;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
            crc = BitOperations.Crc32C(crc, word);
        foreach (byte rest in bytes[(bytes.Length & ~7)..])
            crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }
}
