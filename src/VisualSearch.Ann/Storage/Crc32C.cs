using System.Numerics;
using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>CRC-32C (Castagnoli, RFC 3720 appendix B.4): the polynomial that x86 and ARM compute in hardware.</summary>
internal static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
            crc = BitOperations.Crc32C(crc, word);
        foreach (byte rest in bytes[(bytes.Length & ~7)..])
            crc = BitOperations.Crc32C(crc, rest);
        return ~crc;
    }
}
