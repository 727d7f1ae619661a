using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage.Durable;

/// <summary>
/// The write-ahead log's bytes, all little-endian. A log is one page and then records, one after the other:
/// <code>
/// 0     LogHeader (64 bytes, written once)    magic, version, dimension, index id, number, first sequence, seed, CRC-32C of the 60 before
/// 64    LogMark (16 bytes, written over)      up to where the log was on the disk when last heard of; whether a log follows; CRC-32C
/// 80    zeros to 4096
/// 4096  record │ record │ …
///
/// record   0  u32  CRC-32C of the rest of the record, from the log's random seed: bytes of an older file in the same blocks never pass
///          4  i32  count of ids, at least 1
///          8  i64  sequence number: one more than the record before, across logs
///         16  i64  synced: all bytes of this log before here were on the disk before this record was written
///         24  u8   1 add or replace, 2 remove
///         25  u8   1 when the batch goes on in the next record; a batch counts only when it is whole
///         26       six zeros
///         32  u64 × count ids, then for adds f32 × count × dimension: the vectors as the index holds them, of unit length under cosine
/// </code>
/// <b>Torn or damaged?</b> A record that does not check out is the end of the log if it may have been in the middle of being written when
/// the power went, and then it was never acknowledged. It is damage if the mark, or an intact record behind it, says with its
/// <c>synced</c> that the place had been on the disk before. After a clean close, and after the death of the process alone, the mark
/// covers every acknowledged byte; after a power cut it may lack the last commit, whose damage then cannot be told from a torn write.
/// </summary>
internal static class LogFormat
{
    public const int PageBytes = 4096;
    public const int RecordHeaderBytes = 32;
    public const uint CurrentVersion = 1;

    /// <summary>Batches are cut into records of at most this size, so that a reader needs no more memory; one vector always fits.</summary>
    public const int MaxRecordBytes = 1 << 20;

    /// <summary>The bytes "VSANNLOG".</summary>
    public const ulong ExpectedMagic = 0x474F4C4E_4E415356;

    public static int RecordBytes(LogKind kind, int count, int dimension) =>
        RecordHeaderBytes + (count * sizeof(ulong)) + (kind == LogKind.Add ? count * dimension * sizeof(float) : 0);

    /// <summary>How many vectors one record can take.</summary>
    public static int MaxCount(int dimension) => (MaxRecordBytes - RecordHeaderBytes) / (sizeof(ulong) + (dimension * sizeof(float)));

    /// <summary>Whether a record header can be one at all, before its checksum has been computed.</summary>
    public static bool IsPlausible(in LogRecordHeader header, int dimension) =>
        header.Kind is LogKind.Add or LogKind.Remove && header.Continues <= 1 && header.Count > 0 && header.Count <= MaxRecordBytes / sizeof(ulong)
        && RecordHeaderBytes + (header.Count * (sizeof(ulong) + (header.Kind == LogKind.Add ? dimension * (long)sizeof(float) : 0))) <= MaxRecordBytes;
}

internal enum LogKind : byte
{
    Add = 1,
    Remove = 2,
}

[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct LogHeader
{
    [FieldOffset(0)]
    public ulong Magic;

    [FieldOffset(8)]
    public uint Version;

    [FieldOffset(12)]
    public int Dimension;

    /// <summary>The index that the log belongs to.</summary>
    [FieldOffset(16)]
    public Guid Index;

    [FieldOffset(32)]
    public long Number;

    /// <summary>The sequence number of the first record, also when there is none yet.</summary>
    [FieldOffset(40)]
    public long FirstSequence;

    [FieldOffset(48)]
    public uint Seed;

    [FieldOffset(60)]
    public uint Checksum;
}

/// <summary>Sixteen bytes in one disk sector, which a disk writes whole or not at all.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct LogMark
{
    public const int Offset = 64;

    /// <summary>All bytes before this were on the disk before the mark was written.</summary>
    [FieldOffset(0)]
    public long Synced;

    /// <summary>1 once the next log is there, so that its loss is noticed.</summary>
    [FieldOffset(8)]
    public uint IsFollowed;

    [FieldOffset(12)]
    public uint Checksum;

    public LogMark(long synced, bool isFollowed, uint seed)
    {
        (Synced, IsFollowed) = (synced, isFollowed ? 1u : 0u);
        Checksum = ComputeChecksum(seed);
    }

    public readonly uint ComputeChecksum(uint seed) => Crc32C.Compute(MemoryMarshal.AsBytes(new ReadOnlySpan<LogMark>(in this))[..^sizeof(uint)], seed);
}

[StructLayout(LayoutKind.Explicit, Size = LogFormat.RecordHeaderBytes)]
internal struct LogRecordHeader
{
    [FieldOffset(0)]
    public uint Checksum;

    [FieldOffset(4)]
    public int Count;

    [FieldOffset(8)]
    public long Sequence;

    [FieldOffset(16)]
    public long Synced;

    [FieldOffset(24)]
    public LogKind Kind;

    [FieldOffset(25)]
    public byte Continues;
}

/// <summary>One record's bytes, with names for their parts.</summary>
internal readonly ref struct LogRecord
{
    private readonly int _dimension;

    /// <param name="bytes">Starts with the record; may be longer.</param>
    /// <param name="dimension">Of the index.</param>
    public LogRecord(Span<byte> bytes, int dimension)
    {
        _dimension = dimension;
        Bytes = bytes[..LogFormat.RecordBytes(MemoryMarshal.AsRef<LogRecordHeader>(bytes).Kind, MemoryMarshal.AsRef<LogRecordHeader>(bytes).Count, dimension)];
    }

    public Span<byte> Bytes { get; }

    public ref LogRecordHeader Header => ref MemoryMarshal.AsRef<LogRecordHeader>(Bytes);

    public Span<ulong> Ids => MemoryMarshal.Cast<byte, ulong>(Bytes.Slice(LogFormat.RecordHeaderBytes, Header.Count * sizeof(ulong)));

    /// <summary>The vectors one after the other; empty for a removal.</summary>
    public Span<float> Vectors => MemoryMarshal.Cast<byte, float>(Bytes[(LogFormat.RecordHeaderBytes + (Header.Count * sizeof(ulong)))..]);

    public Span<float> Vector(int at) => Vectors.Slice(at * _dimension, _dimension);

    /// <summary>Starts a record; ids, vectors and what <see cref="LogWriter"/> stamps come after.</summary>
    public static LogRecord Create(Span<byte> bytes, LogKind kind, int count, int dimension, bool continues)
    {
        bytes[..LogFormat.RecordHeaderBytes].Clear();
        ref LogRecordHeader header = ref MemoryMarshal.AsRef<LogRecordHeader>(bytes);
        header.Kind = kind;
        header.Count = count;
        header.Continues = continues ? (byte)1 : (byte)0;
        return new LogRecord(bytes, dimension);
    }

    public uint ComputeChecksum(uint seed) => Crc32C.Compute(Bytes[sizeof(uint)..], seed);
}
