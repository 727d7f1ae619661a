using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>
/// Memory that never moves, aligned to a cache line, with whatever content it had. A pinned array and not native memory: a reader that
/// outlives <c>Dispose</c> still reads valid memory. The pointer is good while the block is reachable.
/// </summary>
internal sealed unsafe class PinnedBlock
{
    private const int Alignment = 64;
    private readonly byte[] _array;

    public PinnedBlock(int bytes)
    {
        _array = GC.AllocateUninitializedArray<byte>(checked(bytes + Alignment), pinned: true);
        nint start = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        Start = (byte*)((start + Alignment - 1) & -Alignment);
    }

    public byte* Start { get; }

    public int AllocatedBytes => _array.Length;
}
