using System.Text;
using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>One kind of picture that is read, and the libvips loader that reads it.</summary>
/// <param name="Name">The format's name in messages and in the catalog.</param>
/// <param name="Loader">Nickname of the loader, null-terminated UTF-8.</param>
internal sealed record PictureFormat(string Name, byte[] Loader)
{
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

/// <summary>
/// The loaders that users' files may reach. An allow list: a format that libvips adds tomorrow stays out until it is
/// listed here.
/// </summary>
internal static class PictureFormats
{
    public static readonly IReadOnlyList<PictureFormat> All =
    [
        Make("jpeg"), Make("png"), Make("webp"), Make("gif"), Make("tiff"), Make("heif"),
    ];

    private static PictureFormat Make(string name) => new(name, Encoding.ASCII.GetBytes($"{name}load_source\0"));
}
