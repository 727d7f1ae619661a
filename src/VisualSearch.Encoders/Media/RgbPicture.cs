namespace VisualSearch.Encoders.Media;

/// <summary>A picture as plain pixels: 8-bit sRGB, three bytes a pixel, rows from top to bottom without padding.</summary>
public sealed class RgbPicture
{
    /// <summary>Wraps pixels without copying them.</summary>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">Exactly <c>width × height × 3</c> bytes: red, green, blue.</param>
    /// <exception cref="ArgumentException">A side is below 1 or the length doesn't fit the sides.</exception>
    public RgbPicture(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.LongLength != (long)width * height * 3)
        {
            throw new ArgumentException(
                $"{width} x {height} RGB pixels take {(long)width * height * 3} bytes, but {pixels.LongLength} were given.", nameof(pixels));
        }

        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>Red, green, blue of each pixel, row by row; <c>Width × Height × 3</c> bytes.</summary>
    public byte[] Pixels { get; }
}
