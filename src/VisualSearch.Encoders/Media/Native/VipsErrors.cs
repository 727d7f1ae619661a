using System.Runtime.InteropServices;

namespace VisualSearch.Encoders.Media.Native;

/// <summary>An operation of libvips failed; the message is libvips' own text.</summary>
internal sealed class VipsException(string message) : Exception(message);

/// <summary>Reads and clears libvips' error text.</summary>
/// <remarks>
/// libvips keeps one text for the whole process. Copying clears it under libvips' own lock, so no text is read twice;
/// when two pictures fail in the same instant one may carry the other's line too. That is why faults are never decided
/// by this text: it is only quoted.
/// </remarks>
internal static class VipsErrors
{
    /// <summary>Long enough for the chain of two or three operations that pass one failure on.</summary>
    private const int MaxLength = 300;

    public static string Take()
    {
        nint copy = VipsNative.ErrorBufferCopy();
        string text = Marshal.PtrToStringUTF8(copy) ?? "";
        GObjectNative.Free(copy);

        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string joined = string.Join("; ", lines.Distinct());
        return joined.Length switch
        {
            0 => "libvips gave no reason",
            > MaxLength => joined[..MaxLength] + "…",
            _ => joined,
        };
    }
}
