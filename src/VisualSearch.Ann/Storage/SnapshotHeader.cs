using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>Which index a file holds.</summary>
internal enum SnapshotKind
{
    Flat = 1,
    Hnsw = 2,
}

/// <summary>
/// The fixed part of an index file's first page. Everything is little-endian.
/// <code>
/// 0      SnapshotHeader (128 bytes), then the caller's tag (at most 2,048 bytes), zeros, CRC-32C of the page's first 4,092 bytes
/// 65536  body: sections one after the other, each starting at a multiple of 4,096, with zeros between them; vectors that may be
///        mapped come last and start at a multiple of 65,536
/// …      block table: CRC-32C of each 64 KiB of the body, 4 bytes each; the table's own CRC-32C is in the header
/// </code>
/// So every byte of the file lies under a checksum (but for the zeros between page and body, which must be zeros), and a reader checks a
/// block before it uses any of it.
/// <para>
/// Version 1 had its body at 4,096, blocks of a mebibyte, the vectors before the codes, and other codes: it is read by
/// <see cref="Hnsw.HnswFileVersion1"/> and written no more.
/// </para>
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 128)]
internal struct SnapshotHeader
{
    public const int PageBytes = 4096;
    public const int BlockBytes = 1 << 16;
    public const int MaxTagBytes = 2048;
    public const uint CurrentVersion = 2;

    private const int BlockBytesOfVersion1 = 1 << 20;

    /// <summary>The bytes "VSANNIDX".</summary>
    public const ulong ExpectedMagic = 0x5844494E_4E415356;

    [FieldOffset(0)]
    public ulong Magic;

    [FieldOffset(8)]
    public uint Version;

    [FieldOffset(12)]
    public SnapshotKind Kind;

    [FieldOffset(16)]
    public int Dimension;

    [FieldOffset(20)]
    public Metric Metric;

    [FieldOffset(24)]
    public int Slots;

    [FieldOffset(28)]
    public int Live;

    [FieldOffset(32)]
    public int M;

    [FieldOffset(36)]
    public int EfConstruction;

    [FieldOffset(40)]
    public int EfSearch;

    [FieldOffset(44)]
    public CodeKind Codes;

    [FieldOffset(48)]
    public int Seed;

    [FieldOffset(52)]
    public int EntrySlot;

    [FieldOffset(56)]
    public int EntryLevel;

    [FieldOffset(60)]
    public int TagBytes;

    [FieldOffset(64)]
    public long BodyBytes;

    [FieldOffset(72)]
    public uint TableChecksum;

    [FieldOffset(76)]
    public float Alpha;

    [FieldOffset(80)]
    public float Oversampling;

    /// <summary>Whether a section holds the mean that codes are centred on.</summary>
    [FieldOffset(84)]
    public int HasMean;

    /// <summary>Where the body starts. A page for version 1; a block since, so that blocks lie at multiples of their size in the file too.</summary>
    public readonly int BodyStart => Version == 1 ? PageBytes : BlockBytes;

    /// <summary>Bytes under one checksum.</summary>
    public readonly int CheckedBytes => Version == 1 ? BlockBytesOfVersion1 : BlockBytes;
}
