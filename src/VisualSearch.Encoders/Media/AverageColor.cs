namespace VisualSearch.Encoders.Media;

/// <summary>The mean colour of a picture, for placeholders while a thumbnail loads.</summary>
internal static class AverageColor
{
    /// <summary>Mean of each channel as <c>0xRRGGBB</c>.</summary>
    public static uint Compute(RgbPicture picture)
    {
        ReadOnlySpan<byte> pixels = picture.Pixels;
        long red = 0;
        long green = 0;
        long blue = 0;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            red += pixels[i];
            green += pixels[i + 1];
            blue += pixels[i + 2];
        }

        long count = pixels.Length / 3;
        return (uint)((red + count / 2) / count << 16 | (green + count / 2) / count << 8 | (blue + count / 2) / count);
    }
}
