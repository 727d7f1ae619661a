namespace VisualSearch.Encoders.Media.Video;

/// <summary>Tells a GIF that moves from one that is a picture, from its blocks alone (GIF89a specification, sections 17 to 27).</summary>
internal static class AnimatedGif
{
    private const byte ImageBlock = 0x2C, ExtensionBlock = 0x21;
    private const int HeaderBytes = 13, ImageHeaderBytes = 9;

    /// <summary>Whether a file is a GIF of several frames. False for what is none, or can't be opened: who reads it then says why.</summary>
    public static bool Is(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            return Is(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Whether these bytes are a GIF of several frames; a file that is cut off counts those that begin in it.</summary>
    public static bool Is(Stream gif)
    {
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (gif.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header.StartsWith("GIF8"u8))
            return false;
        SkipColors(gif, header[10]);
        for (int frames = 0; ;)
        {
            switch (gif.ReadByte())
            {
                case ImageBlock when ++frames == 2:
                    return true;
                case ImageBlock:
                    if (gif.ReadAtLeast(header[..ImageHeaderBytes], ImageHeaderBytes, throwOnEndOfStream: false) < ImageHeaderBytes)
                        return false;
                    SkipColors(gif, header[8]);
                    gif.ReadByte();     // bits of a code
                    SkipSubBlocks(gif);
                    break;
                case ExtensionBlock:
                    gif.ReadByte();     // which extension
                    SkipSubBlocks(gif);
                    break;
                default:                // the trailer, the end, or damage
                    return false;
            }
        }
    }

    /// <summary>The lowest three bits say how many colours follow, the highest one whether any do.</summary>
    private static void SkipColors(Stream gif, byte flags)
    {
        if ((flags & 0x80) != 0)
            gif.Seek(3 << ((flags & 7) + 1), SeekOrigin.Current);
    }

    private static void SkipSubBlocks(Stream gif)
    {
        for (int length = gif.ReadByte(); length > 0; length = gif.ReadByte())
            gif.Seek(length, SeekOrigin.Current);
    }
}
