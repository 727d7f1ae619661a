using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace VisualSearch.Ann.Kernels;

/// <summary>Asks for memory before it is needed.</summary>
internal static unsafe class CacheLines
{
    public const int Size = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* start, int bytes)
    {
        if (!Sse.IsSupported)
            return;
        for (byte* line = (byte*)((nint)start & -Size); line < start + bytes; line += Size)
            Sse.Prefetch0(line);
    }
}
