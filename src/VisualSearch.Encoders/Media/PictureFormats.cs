using System.Text;
using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>One kind of picture that is read, and the libvips loader that reads it.</summary>
/// <param name="Name">The format's name in messages and in the catalog.</param>
/// <param name="Loader">Nickname of the loader, null-terminated UTF-8.</param>
internal sealed record PictureFormat(string Name, byte[] Loader)
{
    /// <summary>Whether the loader can shrink by 2, 4 or 8 while decoding.</summary>
    public bool ShrinksOnLoad => Name == "jpeg";

    /// <summary>Whether this machine's libvips has the loader.</summary>
    public unsafe bool IsInstalled
    {
        get
        {
            fixed (byte* parent = "VipsOperation"u8, nickname = Loader)
                return VipsNative.TypeFind(parent, nickname) != 0;
        }
    }
}

/// <summary>Tells a file's format from its first bytes; the file's name plays no part.</summary>
/// <remarks>
/// An allow list: a format that libvips adds tomorrow, and the loaders that it marks untrusted, can't be reached by a
/// user's file. libvips' own detection would first run the test of every loader, trusted or not, on the content.
/// </remarks>
internal static class PictureFormats
{
    private static readonly PictureFormat Jpeg = Make("jpeg");
    private static readonly PictureFormat Png = Make("png");
    private static readonly PictureFormat Webp = Make("webp");
    private static readonly PictureFormat Gif = Make("gif");
    private static readonly PictureFormat Tiff = Make("tiff");
    private static readonly PictureFormat Heif = Make("heif");

    public static readonly IReadOnlyList<PictureFormat> All = [Jpeg, Png, Webp, Gif, Tiff, Heif];

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".tif", ".tiff", ".avif", ".heic", ".heif",
    };

    public static bool HasPictureExtension(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>The format of these first bytes, or null when it is none that is read.</summary>
    public static PictureFormat? Detect(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return Jpeg;
        if (head.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            return Png;
        if (head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..12].SequenceEqual("WEBP"u8))
            return Webp;
        if (head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8))
            return Gif;
        if (head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8) || head.StartsWith("II+\0"u8) || head.StartsWith("MM\0+"u8))
            return Tiff;
        return head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8) && IsHeifBrand(head[8..12]) ? Heif : null;
    }

    /// <summary>What refused content seems to be, in words for a message.</summary>
    public static string Guess(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("%PDF"u8))
            return "a PDF document";
        if (head.StartsWith("BM"u8))
            return "a BMP picture";
        if (head.StartsWith("8BPS"u8))
            return "a Photoshop document";
        if (head.StartsWith("PK\x03\x04"u8))
            return "a ZIP archive";
        if (head.Length >= 8 && head[4..8].SequenceEqual("ftyp"u8))
            return "a video";
        if (head.IndexOf("<svg"u8) >= 0)
            return "an SVG drawing";
        return head.IndexOfAnyInRange((byte)0, (byte)8) < 0 ? "text" : "no known kind of picture";
    }

    private static bool IsHeifBrand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8)
        || brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("heim"u8) || brand.SequenceEqual("heis"u8)
        || brand.SequenceEqual("hevc"u8) || brand.SequenceEqual("hevx"u8) || brand.SequenceEqual("hevm"u8) || brand.SequenceEqual("hevs"u8);

    private static PictureFormat Make(string name) => new(name, Encoding.ASCII.GetBytes($"{name}load_source\0"));
}
