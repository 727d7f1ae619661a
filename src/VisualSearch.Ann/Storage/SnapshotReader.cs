using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>A part of an index file's body that holds values of one kind.</summary>
/// <param name="Start">Its first byte, counted from the body's.</param>
/// <param name="Bytes">Its length, without the zeros up to the next section.</param>
internal readonly record struct Section(long Start, long Bytes);

/// <summary>
/// Reads an index file, section by section, and refuses it when a block is not as it was written. The sections are taken one after the
/// other; what they hold may be read in any order and by several threads at once.
/// </summary>
internal sealed class SnapshotReader : IDisposable
{
    private readonly FileStream _stream;
    private readonly uint[] _checksums;
    private readonly string _path;
    private long _position;

    private SnapshotReader(FileStream stream, string path, SnapshotHeader header, byte[] tag, uint[] checksums)
    {
        (_stream, _path, Header, Tag, _checksums) = (stream, path, header, tag, checksums);
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

    /// <summary>Takes the next section, which holds so many values; the one after it starts on a page.</summary>
    /// <exception cref="CorruptIndexException">The body ends before it.</exception>
    public Section Next<T>(long values)
        where T : unmanaged
    {
        var section = new Section(_position, values * Unsafe.SizeOf<T>());
        _position = RoundUp(_position + section.Bytes, SnapshotHeader.PageBytes);
        return _position <= Header.BodyBytes
            ? section
            : throw Wrong($"its header asks for more than the {Header.BodyBytes} bytes of its body.");
    }

    /// <summary>Fills <paramref name="values"/> with a section's, the first of them being its <paramref name="first"/>, after checking their blocks.</summary>
    /// <exception cref="CorruptIndexException">A block is damaged.</exception>
    public void Read<T>(Section section, long first, Span<T> values)
        where T : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        long at = section.Start + (first * Unsafe.SizeOf<T>());
        if (first < 0 || at + bytes.Length > section.Start + section.Bytes)
            throw new ArgumentOutOfRangeException(nameof(values), $"{values.Length} values from {first} on reach beyond their section.");
        byte[]? shared = null;
        while (bytes.Length > 0)
        {
            int block = (int)(at / Header.CheckedBytes), skipped = (int)(at % Header.CheckedBytes);
            int length = (int)Math.Min(Header.CheckedBytes, Header.BodyBytes - (at - skipped));
            int part = Math.Min(bytes.Length, length - skipped);

            // A block that others have a part in too comes by way of a buffer, the others go straight to where they belong.
            if (part == length)
            {
                ReadBlock(block, bytes[..length]);
            }
            else
            {
                shared ??= ArrayPool<byte>.Shared.Rent(Header.CheckedBytes);
                ReadBlock(block, shared.AsSpan(0, length));
                shared.AsSpan(skipped, part).CopyTo(bytes);
            }

            bytes = bytes[part..];
            at += part;
        }

        if (shared is not null)
            ArrayPool<byte>.Shared.Return(shared);
    }

    /// <summary>Maps the last section, whose vectors are checked when they are read.</summary>
    public MappedVectors MapVectors(int count)
    {
        long start = VectorsStart(count), bytes = Header.BodyBytes - start;
        return new MappedVectors(_path, _stream.SafeFileHandle, Header.BodyStart + start, count, Header.Dimension,
            _checksums[(int)(start / SnapshotHeader.BlockBytes)..], bytes);
    }

    /// <summary>Goes on behind the last section, which is mapped. It starts on a block.</summary>
    public void SkipVectors()
    {
        if (RoundUp(_position, SnapshotHeader.BlockBytes) != VectorsStart(Header.Slots))
            throw Wrong($"its sections before the vectors take {_position} bytes, and {VectorsStart(Header.Slots)} were written.");
        _position = Header.BodyBytes;
    }

    /// <summary>Goes on to the next block.</summary>
    public void EndBlock() => _position = RoundUp(_position, Header.CheckedBytes);

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

    private static long RoundUp(long position, int unit) => (position + unit - 1) / unit * unit;

    private void ReadBlock(int block, Span<byte> content)
    {
        long start = Header.BodyStart + ((long)block * Header.CheckedBytes);
        for (int filled = 0; filled < content.Length;)
        {
            int count = RandomAccess.Read(_stream.SafeFileHandle, content[filled..], start + filled);
            if (count == 0)
                throw Wrong($"it ended at byte {start + filled} while it was read.");
            filled += count;
        }

        uint found = Crc32C.Compute(content);
        if (found != _checksums[block])
            throw Wrong($"block {block} (bytes {start} to {start + content.Length - 1}) "
                + $"has CRC-32C {found:x8}, and {_checksums[block]:x8} was written.");
    }
}
