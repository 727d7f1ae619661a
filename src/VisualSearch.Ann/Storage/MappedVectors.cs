using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace VisualSearch.Ann.Storage;

/// <summary>
/// The float32 vectors of an index file, mapped: they take memory only as far as they are read, and the system may take it back. Each block
/// is checked against its CRC-32C when one of its vectors is first read. A slot that is used again is written to in place, in a private
/// copy of its page: the file stays as it is.
/// </summary>
internal sealed unsafe class MappedVectors
{
    private readonly string _path;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _blocks;
    private readonly long _bytes;
    private readonly long _rowBytes;
    private readonly uint[] _checksums;
    private readonly bool[] _checked;

    /// <param name="path">For messages.</param>
    /// <param name="file">The open file; it may be closed afterwards, and the name may go to another file.</param>
    /// <param name="offset">Where the vectors start: at a block's first byte.</param>
    /// <param name="count">Vectors.</param>
    /// <param name="dimension">Numbers in each.</param>
    /// <param name="checksums">CRC-32C of each block of <see cref="SnapshotHeader.BlockBytes"/>, up to the section's end.</param>
    /// <param name="bytes">Bytes of the section with its padding, which the checksums cover.</param>
    public MappedVectors(string path, SafeFileHandle file, long offset, int count, int dimension, uint[] checksums, long bytes)
    {
        (_path, _bytes, _checksums, _checked) = (path, bytes, checksums, new bool[checksums.Length]);
        (Count, _rowBytes) = (count, (long)dimension * sizeof(float));

        // The view outlives it; kept, it would hold the file's lock.
        using var mapping = MemoryMappedFile.CreateFromFile(file, mapName: null, 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
        _view = mapping.CreateViewAccessor(offset, bytes, MemoryMappedFileAccess.CopyOnWrite);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _blocks = start + _view.PointerOffset;
    }

    ~MappedVectors()
    {
        // Without this the view's handle counts one user for ever and never unmaps.
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
    }

    public int Count { get; }

    public float* Start => (float*)_blocks;

    /// <summary>Whether mapping suits this system: where an open file can be replaced by another under its name.</summary>
    public static bool IsSupported => !OperatingSystem.IsWindows();

    /// <summary>Checks the blocks that a vector lies in, if that was not done before.</summary>
    /// <exception cref="CorruptIndexException">A block is damaged.</exception>
    public void Check(int slot)
    {
        if (slot >= Count)
            return;
        int first = (int)(slot * _rowBytes / SnapshotHeader.BlockBytes), last = (int)((((slot + 1) * _rowBytes) - 1) / SnapshotHeader.BlockBytes);
        for (int block = first; block <= last; block++)
        {
            if (!Volatile.Read(ref _checked[block]))
                CheckBlock(block);
        }
    }

    public void CheckAll()
    {
        for (int block = 0; block < _checksums.Length; block++)
        {
            if (!Volatile.Read(ref _checked[block]))
                CheckBlock(block);
        }
    }

    private void CheckBlock(int block)
    {
        long start = (long)block * SnapshotHeader.BlockBytes;
        int bytes = (int)Math.Min(SnapshotHeader.BlockBytes, _bytes - start);
        uint found = Crc32C.Compute(new ReadOnlySpan<byte>(_blocks + start, bytes));

        // Writers change a block only once it is checked. So a block that another thread has checked meanwhile was sound, and changed
        // while this one summed it up.
        if (found != _checksums[block] && !Volatile.Read(ref _checked[block]))
            throw new CorruptIndexException(_path, $"block {block} of its vectors has CRC-32C {found:x8}, and {_checksums[block]:x8} was written.");
        Volatile.Write(ref _checked[block], true);
    }
}
