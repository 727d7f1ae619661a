using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>Reads an index file front to back and refuses it at the first byte that is not as it was written.</summary>
internal sealed class SnapshotReader : IDisposable
{
    private readonly FileStream _stream;
    private readonly byte[] _block;
    private readonly uint[] _checksums;
    private readonly string _path;
    private int _nextBlock;
    private int _filled;
    private int _used;
    private long _position;

    private SnapshotReader(FileStream stream, string path, SnapshotHeader header, byte[] tag, uint[] checksums)
    {
        (_stream, _path, Header, Tag, _checksums) = (stream, path, header, tag, checksums);
        _block = new byte[header.CheckedBytes];
        _stream.Position = header.BodyStart;
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
            CheckPadding(path, stream, header);
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

    /// <summary>Maps the last section, whose vectors are checked when they are read.</summary>
    public MappedVectors MapVectors(int count)
    {
        long start = VectorsStart(count), bytes = Header.BodyBytes - start;
        return new MappedVectors(_path, _stream.SafeFileHandle, Header.BodyStart + start, count, Header.Dimension,
            _checksums[(int)(start / SnapshotHeader.BlockBytes)..], bytes);
    }

    /// <summary>Goes on behind the last section, which is mapped.</summary>
    public void SkipVectors()
    {
        if (_position != VectorsStart(Header.Slots))
            throw Wrong($"its sections before the vectors take {_position} bytes, and {VectorsStart(Header.Slots)} were written.");
        _position = Header.BodyBytes;
    }

    /// <summary>Skips to the next block; what is skipped was checked with its block.</summary>
    public void EndBlock()
    {
        _position += _filled - _used;
        _used = _filled;
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
        if (header.Version is > SnapshotHeader.CurrentVersion and < 1000)
            throw new CorruptIndexException(path,
                $"it has format version {header.Version}, and this program reads versions 1 to {SnapshotHeader.CurrentVersion}.",
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

    private long VectorsStart(int count)
    {
        long bytes = (long)count * Header.Dimension * sizeof(float), pages = (bytes + SnapshotHeader.PageBytes - 1) / SnapshotHeader.PageBytes;
        long start = Header.BodyBytes - (pages * SnapshotHeader.PageBytes);
        return start >= 0 && start % SnapshotHeader.BlockBytes == 0
            ? start
            : throw Wrong($"its body of {Header.BodyBytes} bytes has no room for {count} vectors of {Header.Dimension} numbers.");
    }

    private static void CheckPadding(string path, FileStream stream, in SnapshotHeader header)
    {
        byte[] padding = new byte[header.BodyStart - SnapshotHeader.PageBytes];
        int found = stream.ReadAtLeast(padding, padding.Length, throwOnEndOfStream: false);
        if (found < padding.Length || padding.AsSpan().IndexOfAnyExcept((byte)0) >= 0)
            throw new CorruptIndexException(path, "there are no zeros between its first page and its body.");
    }

    private static uint[] ReadTable(string path, FileStream stream, in SnapshotHeader header)
    {
        long blocks = (header.BodyBytes + header.CheckedBytes - 1) / header.CheckedBytes;
        long length = header.BodyStart + header.BodyBytes + (blocks * sizeof(uint));
        if (stream.Length != length)
            throw new CorruptIndexException(path, $"it has {stream.Length} bytes, and {length} were written.");
        var checksums = new uint[blocks];
        stream.Position = header.BodyStart + header.BodyBytes;
        stream.ReadExactly(MemoryMarshal.AsBytes(checksums.AsSpan()));
        uint found = Crc32C.Compute(MemoryMarshal.AsBytes(checksums.AsSpan()));
        if (found != header.TableChecksum)
            throw new CorruptIndexException(path, $"its block table has CRC-32C {found:x8}, and {header.TableChecksum:x8} was written.");
        return checksums;
    }

    private void ReadBlock()
    {
        long start = (long)_nextBlock * _block.Length;
        _filled = (int)Math.Min(_block.Length, Header.BodyBytes - start);
        if (_filled <= 0)
            throw Wrong($"its header asks for more than the {Header.BodyBytes} bytes of its body.");
        _stream.ReadExactly(_block.AsSpan(0, _filled));
        uint found = Crc32C.Compute(_block.AsSpan(0, _filled));
        if (found != _checksums[_nextBlock])
            throw Wrong($"block {_nextBlock} (bytes {Header.BodyStart + start} to {Header.BodyStart + start + _filled - 1}) "
                + $"has CRC-32C {found:x8}, and {_checksums[_nextBlock]:x8} was written.");
        _nextBlock++;
        _used = 0;
    }
}
