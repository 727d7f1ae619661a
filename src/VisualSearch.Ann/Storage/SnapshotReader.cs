using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>Reads an index file front to back and refuses it at the first byte that is not as it was written.</summary>
internal sealed class SnapshotReader : IDisposable
{
    private readonly FileStream _stream;
    private readonly byte[] _block = new byte[SnapshotHeader.BlockBytes];
    private readonly uint[] _checksums;
    private readonly string _path;
    private int _nextBlock;
    private int _filled;
    private int _used;
    private long _position;

    private SnapshotReader(FileStream stream, string path, SnapshotHeader header, byte[] tag, uint[] checksums)
    {
        (_stream, _path, Header, Tag, _checksums) = (stream, path, header, tag, checksums);
        _stream.Position = SnapshotHeader.PageBytes;
    }

    public SnapshotHeader Header { get; }

    public byte[] Tag { get; }

    /// <summary>Opens a file and checks its first page, its length and its block table.</summary>
    /// <exception cref="CorruptIndexException">The file is not a whole index file of this kind and version.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static SnapshotReader Open(string path, SnapshotKind kind)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Index files are little-endian, and this CPU is not.");
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        try
        {
            byte[] page = new byte[SnapshotHeader.PageBytes];
            if (stream.ReadAtLeast(page, page.Length, throwOnEndOfStream: false) < page.Length)
                throw new CorruptIndexException(path, $"it has {stream.Length} bytes and an index file at least {page.Length}.");
            SnapshotHeader header = MemoryMarshal.Read<SnapshotHeader>(page);
            CheckHeader(path, kind, header, page);
            uint[] checksums = ReadTable(path, stream, header);
            byte[] tag = page.AsSpan(Marshal.SizeOf<SnapshotHeader>(), header.TagBytes).ToArray();
            return new SnapshotReader(stream, path, header, tag, checksums);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Fills <paramref name="values"/> with checked bytes.</summary>
    public void Read<T>(Span<T> values)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        while (bytes.Length > 0)
        {
            if (_used == _filled)
                ReadBlock();
            int part = Math.Min(bytes.Length, _filled - _used);
            _block.AsSpan(_used, part).CopyTo(bytes);
            bytes = bytes[part..];
            _used += part;
            _position += part;
        }
    }

    /// <summary>Skips to the page on which the next section starts.</summary>
    public void EndSection()
    {
        Span<byte> padding = stackalloc byte[SnapshotHeader.PageBytes];
        int over = (int)(_position % SnapshotHeader.PageBytes);
        if (over != 0)
            Read(padding[over..]);
    }

    /// <summary>Checks that the body ends here.</summary>
    public void End()
    {
        if (_position != Header.BodyBytes)
            throw Wrong($"its sections take {_position} bytes, and its header says {Header.BodyBytes}.");
    }

    public CorruptIndexException Wrong(string found) => new(_path, found);

    public void Dispose() => _stream.Dispose();

    private static void CheckHeader(string path, SnapshotKind kind, in SnapshotHeader header, byte[] page)
    {
        if (header.Magic != SnapshotHeader.ExpectedMagic)
            throw new CorruptIndexException(path, "it does not start with the mark of an index file.", "Check the path, or build the index again.");
        if (header.Version != SnapshotHeader.CurrentVersion && header.Version > 0 && header.Version < 1000)
            throw new CorruptIndexException(path,
                $"it has format version {header.Version}, and this program reads version {SnapshotHeader.CurrentVersion}.",
                "Use the program that wrote it, or delete it and build the index again.");
        uint expected = MemoryMarshal.Read<uint>(page.AsSpan(page.Length - sizeof(uint)));
        uint found = Crc32C.Compute(page.AsSpan(0, page.Length - sizeof(uint)));
        if (found != expected)
            throw new CorruptIndexException(path, $"its header has CRC-32C {found:x8}, and {expected:x8} was written.");
        if (header.Kind != kind)
            throw new CorruptIndexException(path, $"it holds a {header.Kind} index, not a {kind} index.", $"Open it as a {header.Kind} index.");
        if (header.Slots < 0 || header.BodyBytes < 0 || header.TagBytes is < 0 or > SnapshotHeader.MaxTagBytes
            || header.Dimension is < 1 or > VectorInput.MaxDimension || !Enum.IsDefined(header.Metric))
            throw new CorruptIndexException(path, "its header is checked but makes no sense.");
    }

    private static uint[] ReadTable(string path, FileStream stream, in SnapshotHeader header)
    {
        long blocks = (header.BodyBytes + SnapshotHeader.BlockBytes - 1) / SnapshotHeader.BlockBytes;
        long length = SnapshotHeader.PageBytes + header.BodyBytes + (blocks * sizeof(uint));
        if (stream.Length != length)
            throw new CorruptIndexException(path, $"it has {stream.Length} bytes, and {length} were written.");
        var checksums = new uint[blocks];
        stream.Position = SnapshotHeader.PageBytes + header.BodyBytes;
        stream.ReadExactly(MemoryMarshal.AsBytes(checksums.AsSpan()));
        uint found = Crc32C.Compute(MemoryMarshal.AsBytes(checksums.AsSpan()));
        if (found != header.TableChecksum)
            throw new CorruptIndexException(path, $"its block table has CRC-32C {found:x8}, and {header.TableChecksum:x8} was written.");
        return checksums;
    }

    private void ReadBlock()
    {
        long start = (long)_nextBlock * SnapshotHeader.BlockBytes;
        _filled = (int)Math.Min(SnapshotHeader.BlockBytes, Header.BodyBytes - start);
        if (_filled <= 0)
            throw Wrong($"its header asks for more than the {Header.BodyBytes} bytes of its body.");
        _stream.ReadExactly(_block.AsSpan(0, _filled));
        uint found = Crc32C.Compute(_block.AsSpan(0, _filled));
        if (found != _checksums[_nextBlock])
            throw Wrong($"block {_nextBlock} (bytes {SnapshotHeader.PageBytes + start} to {SnapshotHeader.PageBytes + start + _filled - 1}) "
                + $"has CRC-32C {found:x8}, and {_checksums[_nextBlock]:x8} was written.");
        _nextBlock++;
        _used = 0;
    }
}
