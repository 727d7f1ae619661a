using System.Runtime.InteropServices;
using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>What libvips can do on this machine, for diagnosis.</summary>
/// <param name="Installed">Whether libvips was found and started.</param>
/// <param name="Version">Its version, such as <c>8.14.1</c>; empty when not installed.</param>
/// <param name="Formats">Picture formats that can be read here, of jpeg, png, webp, gif, tiff, heif.</param>
/// <param name="Fix">What to do about a fault, or null when there is none.</param>
public sealed record VipsStatus(bool Installed, string Version, IReadOnlyList<string> Formats, string? Fix);

/// <summary>The libvips that decodes pictures.</summary>
public static class Vips
{
    /// <summary>The version in use, such as <c>8.14.1</c>.</summary>
    /// <exception cref="VipsMissingException">libvips isn't installed or too old.</exception>
    public static string Version
    {
        get
        {
            VipsLibrary.Start();
            string text = Marshal.PtrToStringUTF8(VipsNative.VersionString()) ?? "unknown";
            int end = text.IndexOfAny(['-', ' ']);
            return end < 0 ? text : text[..end];
        }
    }

    /// <summary>Whether libvips works here and what it reads; never throws for a missing library.</summary>
    public static VipsStatus Status
    {
        get
        {
            try
            {
                VipsLibrary.Start();
            }
            catch (VipsMissingException exception)
            {
                return new VipsStatus(false, "", [], exception.Message);
            }

            string[] formats = [.. PictureFormats.All.Where(format => format.IsInstalled).Select(format => format.Name)];
            string[] absent = [.. PictureFormats.All.Where(format => !format.IsInstalled).Select(format => format.Name)];
            string? fix = absent.Length == 0
                ? null
                : $"This libvips can't read {string.Join(", ", absent)}; install a complete build. {VipsLibrary.InstallHint}";
            return new VipsStatus(true, Version, formats, fix);
        }
    }
}
