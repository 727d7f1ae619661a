using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>Writes an index file front to back; the layout is drawn at <see cref="SnapshotHeader"/>.</summary>
internal sealed class SnapshotWriter
{
    private readonly FileStream _stream;
    private readonly byte[] _block = new byte[SnapshotHeader.BlockBytes];
    private readonly List<uint> _checksums = [];
    private int _filled;
    private long _body;

    private SnapshotWriter(FileStream stream)
    {
        _stream = stream;
        _stream.Position = SnapshotHeader.BlockBytes;
    }

    /// <summary>Writes a whole file and puts it in the place of the old one.</summary>
    /// <param name="path">Where.</param>
    /// <param name="header">What the index knows; sizes and checksums are filled in here.</param>
    /// <param name="tag">The caller's block.</param>
    /// <param name="writeBody">Writes the sections.</param>
    public static void Write(string path, SnapshotHeader header, ReadOnlyMemory<byte> tag, Action<SnapshotWriter> writeBody)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Index files are little-endian, and this CPU is not.");
        if (tag.Length > SnapshotHeader.MaxTagBytes)
            throw new ArgumentException($"The tag has {tag.Length} bytes; give at most {SnapshotHeader.MaxTagBytes}.", nameof(tag));
        DurableFile.Replace(path, stream =>
        {
            var writer = new SnapshotWriter(stream);
            writeBody(writer);
            writer.Finish(header, tag.Span);
        });
    }

    public void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
        while (bytes.Length > 0)
        {
            int part = Math.Min(bytes.Length, _block.Length - _filled);
            bytes[..part].CopyTo(_block.AsSpan(_filled));
            _filled += part;
            bytes = bytes[part..];
            if (_filled == _block.Length)
                WriteBlock();
        }
    }

    /// <summary>Ends a section: the next one starts on a page.</summary>
    public void EndSection()
    {
        ReadOnlySpan<byte> zeros = stackalloc byte[SnapshotHeader.PageBytes];
        int over = (int)((_body + _filled) % SnapshotHeader.PageBytes);
        if (over != 0)
            Write(zeros[over..]);
    }

    /// <summary>Ends a section so that the next one starts on a block.</summary>
    public void EndBlock()
    {
        if (_filled > 0)
            Write((ReadOnlySpan<byte>)new byte[_block.Length - _filled]);
    }

    private void WriteBlock()
    {
        ReadOnlySpan<byte> block = _block.AsSpan(0, _filled);
        _checksums.Add(Crc32C.Compute(block));
        _stream.Write(block);
        _body += _filled;
        _filled = 0;
    }

    private void Finish(SnapshotHeader header, ReadOnlySpan<byte> tag)
    {
        if (_filled > 0)
            WriteBlock();
        ReadOnlySpan<byte> table = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_checksums));
        _stream.Write(table);
        if (_stream.Length < SnapshotHeader.BlockBytes)
            _stream.SetLength(SnapshotHeader.BlockBytes);

        header.Magic = SnapshotHeader.ExpectedMagic;
        header.Version = SnapshotHeader.CurrentVersion;
        header.BodyBytes = _body;
        header.TableChecksum = Crc32C.Compute(table);
        header.TagBytes = tag.Length;
        byte[] page = new byte[SnapshotHeader.PageBytes];
        MemoryMarshal.Write(page, in header);
        tag.CopyTo(page.AsSpan(Marshal.SizeOf<SnapshotHeader>()));
        MemoryMarshal.Write(page.AsSpan(page.Length - sizeof(uint)), Crc32C.Compute(page.AsSpan(0, page.Length - sizeof(uint))));
        _stream.Position = 0;
        _stream.Write(page);
    }
}
