namespace VisualSearch.Encoders.Media.Video;

/// <summary>One kind of container that is read, and the ffmpeg demuxer that reads it.</summary>
/// <param name="Name">The container's name in messages and in the catalog.</param>
/// <param name="Demuxer">ffmpeg's name of the demuxer.</param>
internal sealed record VideoFormat(string Name, string Demuxer);

/// <summary>Tells a container from its first bytes; the file's name plays no part.</summary>
/// <remarks>
/// An allow list, and the demuxer is forced: ffmpeg's own detection also knows playlists (HLS, DASH, concat) that make it open
/// other files, so a text file named .mp4 could otherwise have any file of this machine read into the index.
/// </remarks>
internal static class VideoFormats
{
    /// <summary>How many first bytes <see cref="Detect"/> looks at.</summary>
    public const int HeadBytes = 4096;

    private static readonly VideoFormat Mp4 = new("mp4", "mov");
    private static readonly VideoFormat Mov = new("mov", "mov");
    private static readonly VideoFormat Mkv = new("mkv", "matroska");
    private static readonly VideoFormat Webm = new("webm", "matroska");
    private static readonly VideoFormat Avi = new("avi", "avi");
    private static readonly VideoFormat Gif = new("gif", "gif");

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".mp4", ".m4v", ".mov", ".qt", ".mkv", ".webm", ".avi", ".gif",
    };

    public static bool HasVideoExtension(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>The container of these first bytes, or null when it is none that is read.</summary>
    public static VideoFormat? Detect(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
            return Gif;
        if (head.Length < 12)
            return null;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
            return DetectMatroska(head);
        if (head.StartsWith("RIFF"u8) && head[8..12].SequenceEqual("AVI "u8))
            return Avi;
        ReadOnlySpan<byte> box = head[4..8];
        if (box.SequenceEqual("ftyp"u8))
            return head[8..12].SequenceEqual("qt  "u8) ? Mov : IsPictureBrand(head[8..12]) ? null : Mp4;
        // QuickTime files from before 2001 start without a brand.
        return box.SequenceEqual("moov"u8) || box.SequenceEqual("mdat"u8) || box.SequenceEqual("wide"u8) || box.SequenceEqual("free"u8)
            || box.SequenceEqual("skip"u8) || box.SequenceEqual("pnot"u8) ? Mov : null;
    }

    /// <summary>What refused content seems to be, in words for a message.</summary>
    public static string Guess(ReadOnlySpan<byte> head)
    {
        if (PictureFormats.Detect(head) is { } picture)
            return $"a {picture.Name} picture";
        if (head.StartsWith("#EXTM3U"u8))
            return "a playlist";
        if (head.StartsWith("FLV"u8))
            return "Flash video";
        if (head.StartsWith("OggS"u8))
            return "an Ogg stream";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x30, 0x26, 0xB2, 0x75]))
            return "Windows Media";
        if (head.StartsWith((ReadOnlySpan<byte>)[0, 0, 1, 0xBA]))
            return "an MPEG program stream";
        if (head.Length > 188 && head[0] == 0x47 && head[188] == 0x47)
            return "an MPEG transport stream";
        return head.IndexOfAnyInRange((byte)0, (byte)8) < 0 ? "text" : "no known kind of video";
    }

    /// <summary>The EBML header holds the document type, element 0x4282, as text behind a one-byte length.</summary>
    private static VideoFormat? DetectMatroska(ReadOnlySpan<byte> head)
    {
        int at = head.IndexOf((ReadOnlySpan<byte>)[0x42, 0x82]);
        if (at < 0 || at + 3 > head.Length)
            return Mkv;
        ReadOnlySpan<byte> type = head[(at + 3)..];
        return type.StartsWith("webm"u8) ? Webm : Mkv;
    }

    private static bool IsPictureBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("avif"u8) || brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("mif1"u8)
        || brand.SequenceEqual("crx "u8);
}
