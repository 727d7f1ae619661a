using System.Buffers.Binary;

namespace VisualSearch.Encoders.Media;

/// <summary>Looks into an ICC colour profile (ICC.1:2010) just far enough to see whether it says sRGB.</summary>
internal static class IccProfile
{
    private const int HeaderLength = 128;
    private const int TagLength = 12;
    private const int MaxTags = 100;

    /// <summary>
    /// Whether the profile's own description names sRGB. Such pictures need no conversion, and most pictures with a profile
    /// are of this kind; setting up a conversion costs about 3 ms, as much as decoding a 500-pixel JPEG.
    /// </summary>
    public static bool IsSrgb(ReadOnlySpan<byte> profile)
    {
        if (profile.Length < HeaderLength + 4 || !profile.Slice(16, 4).SequenceEqual("RGB "u8))
            return false;

        int count = (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(profile[HeaderLength..]), MaxTags);
        for (int i = 0; i < count; i++)
        {
            int at = HeaderLength + 4 + i * TagLength;
            if (at + TagLength > profile.Length)
                return false;
            ReadOnlySpan<byte> tag = profile.Slice(at, TagLength);
            if (tag.StartsWith("desc"u8))
                return NamesSrgb(profile, BinaryPrimitives.ReadUInt32BigEndian(tag[4..]), BinaryPrimitives.ReadUInt32BigEndian(tag[8..]));
        }

        return false;
    }

    /// <summary>Searches the description, which is ASCII (version 2) or UTF-16 (version 4); both without zero bytes are the same.</summary>
    private static bool NamesSrgb(ReadOnlySpan<byte> profile, uint offset, uint size)
    {
        if (offset > profile.Length || size > profile.Length - offset)
            return false;
        ReadOnlySpan<byte> description = profile.Slice((int)offset, (int)Math.Min(size, 512));
        Span<byte> letters = stackalloc byte[description.Length];
        int length = 0;
        foreach (byte letter in description)
        {
            if (letter != 0)
                letters[length++] = letter;
        }

        return letters[..length].IndexOf("sRGB"u8) >= 0;
    }
}
