using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VisualSearch.Ann.Storage.Durable;

/// <summary>Reads one log: its first page, and records at given offsets through a window of two mebibytes.</summary>
internal sealed class LogReader : IDisposable
{
    private const int WindowBytes = 2 * LogFormat.MaxRecordBytes;

    private readonly SafeFileHandle _file;
    private readonly byte[] _window = new byte[WindowBytes];
    private long _windowStart;
    private int _windowFilled;

    private LogReader(string path, SafeFileHandle file)
    {
        (Path, _file) = (path, file);
        Length = RandomAccess.GetLength(file);
    }

    public string Path { get; }

    /// <summary>Bytes in the file.</summary>
    public long Length { get; }

    public LogHeader Header { get; private set; }

    /// <summary>What the mark says, or −1 where it does not check out.</summary>
    public long Synced { get; private set; }

    /// <summary>Whether the mark says that the next log was there once.</summary>
    public bool IsFollowed { get; private set; }

    /// <summary>Opens a log and checks its first page.</summary>
    /// <exception cref="CorruptIndexException">The page is damaged, or of another format version.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LogReader Open(string path)
    {
        var reader = new LogReader(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        try
        {
            reader.ReadPage();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>Reads the record at an offset, if an intact one is there.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="expected">Its sequence number, or 0 for any.</param>
    /// <param name="record">The record, valid until the next call.</param>
    /// <param name="found">Why there is none.</param>
    public bool TryRead(long offset, long expected, out LogRecord record, out string found)
    {
        record = default;
        found = $"only {Length - offset} bytes are left";
        Span<byte> bytes = At(offset, LogFormat.RecordHeaderBytes);
        if (bytes.Length < LogFormat.RecordHeaderBytes)
            return false;
        LogRecordHeader header = MemoryMarshal.Read<LogRecordHeader>(bytes);
        found = "its first bytes are no record's";
        if (!LogFormat.IsPlausible(header, Header.Dimension))
            return false;
        int length = LogFormat.RecordBytes(header.Kind, header.Count, Header.Dimension);
        found = $"it takes {length} bytes, and {Length - offset} are left";
        bytes = At(offset, length);
        if (bytes.Length < length)
            return false;
        record = new LogRecord(bytes, Header.Dimension);
        uint checksum = record.ComputeChecksum(Header.Seed);
        found = $"it has CRC-32C {checksum:x8}, and {header.Checksum:x8} was written";
        if (checksum != header.Checksum)
            return false;
        found = $"it is write {header.Sequence}, and {expected} comes next";
        return expected == 0 || header.Sequence == expected;
    }

    /// <summary>
    /// Looks behind a place for an intact record that was written after the place was on the disk, which makes what is wrong there damage
    /// and not a write cut short.
    /// </summary>
    /// <returns>Where the record is, or −1.</returns>
    public long FindLaterRecord(long place, long expected)
    {
        for (long at = place + 1; at + LogFormat.RecordHeaderBytes <= Length; at++)
        {
            // Every byte may start one, so the cheap tests come first: of 256⁸ sequence numbers only the next few are possible.
            LogRecordHeader header = MemoryMarshal.Read<LogRecordHeader>(At(at, LogFormat.RecordHeaderBytes));
            long most = expected + ((Length - place) / LogFormat.RecordHeaderBytes) + 1;
            if (header.Sequence > expected && header.Sequence <= most && header.Synced > place && header.Synced <= at
                && TryRead(at, expected: 0, out _, out _))
                return at;
        }

        return -1;
    }

    public CorruptIndexException Wrong(string found, string remedy = CorruptIndexException.DefaultRemedy) => new(Path, found, remedy);

    public void Dispose() => _file.Dispose();

    private void ReadPage()
    {
        if (Length < LogFormat.PageBytes)
            throw Wrong($"it has {Length} bytes, and a log has at least {LogFormat.PageBytes}.");
        Span<byte> page = At(0, LogFormat.PageBytes);
        Header = MemoryMarshal.Read<LogHeader>(page);
        if (Header.Magic != LogFormat.ExpectedMagic)
            throw Wrong("it does not start with the mark of a log.");
        if (Header.Version != LogFormat.CurrentVersion && Header.Version is > 0 and < 1000)
            throw Wrong($"it has format version {Header.Version}, and this program reads version {LogFormat.CurrentVersion}.", "Use the program that wrote it.");
        uint checksum = Crc32C.Compute(page[..(Marshal.SizeOf<LogHeader>() - sizeof(uint))]);
        if (checksum != Header.Checksum)
            throw Wrong($"its header has CRC-32C {checksum:x8}, and {Header.Checksum:x8} was written.");
        if (Header.Dimension is < 1 or > VectorInput.MaxDimension || Header.FirstSequence < 1)
            throw Wrong("its header is checked but makes no sense.");
        LogMark mark = MemoryMarshal.Read<LogMark>(page[LogMark.Offset..]);
        bool isIntact = mark.Checksum == mark.ComputeChecksum(Header.Seed);
        (Synced, IsFollowed) = isIntact ? (mark.Synced, mark.IsFollowed != 0) : (-1, false);
        if (page[(LogMark.Offset + Marshal.SizeOf<LogMark>())..].ContainsAnyExcept((byte)0))
            throw Wrong("its first page has other bytes than zeros where nothing was written.");
    }

    /// <summary>Up to <paramref name="count"/> bytes of the file from an offset; fewer only at its end.</summary>
    private Span<byte> At(long offset, int count)
    {
        if (offset < _windowStart || offset + count > _windowStart + _windowFilled)
        {
            _windowStart = offset;
            _windowFilled = 0;
            while (_windowFilled < count)
            {
                int read = RandomAccess.Read(_file, _window.AsSpan(_windowFilled), offset + _windowFilled);
                if (read == 0)
                    break;
                _windowFilled += read;
            }
        }

        int start = (int)(offset - _windowStart);
        return _window.AsSpan(start, Math.Min(count, _windowFilled - start));
    }
}
