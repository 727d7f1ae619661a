namespace VisualSearch.Encoders.Media;

/// <summary>A rectangle of whole pixels.</summary>
internal readonly record struct PixelBox(int X, int Y, int Width, int Height);

/// <summary>How the stored rows have to be turned and mirrored to stand upright: EXIF's values 1 to 8.</summary>
/// <remarks>
/// Cutting and resizing happen on the stored picture and only the small result is turned: turning a photograph by 90°
/// at full size would need all of it in memory. So boxes of the upright picture are mapped back here.
/// </remarks>
internal readonly struct Orientation(int exif)
{
    /// <summary>EXIF's number; anything outside 1 to 8 counts as upright.</summary>
    public int Exif { get; } = exif is >= 1 and <= 8 ? exif : 1;

    /// <summary>Whether width and height change places.</summary>
    public bool SwapsSides => Exif >= 5;

    /// <summary>Maps a part of the upright picture to pixels of the stored one, at least one pixel on each side.</summary>
    public PixelBox ToStored(CropBox? crop, int storedWidth, int storedHeight)
    {
        if (crop is not { } box)
            return new PixelBox(0, 0, storedWidth, storedHeight);

        double right = 1 - box.X - box.Width;
        double bottom = 1 - box.Y - box.Height;
        (double x, double y) = Exif switch
        {
            2 => (right, box.Y),
            3 => (right, bottom),
            4 => (box.X, bottom),
            5 => (box.Y, box.X),
            6 => (box.Y, right),
            7 => (bottom, right),
            8 => (bottom, box.X),
            _ => (box.X, box.Y),
        };
        (double width, double height) = SwapsSides ? (box.Height, box.Width) : (box.Width, box.Height);
        (int left, int columns) = ToPixels(x, width, storedWidth);
        (int top, int rows) = ToPixels(y, height, storedHeight);
        return new PixelBox(left, top, columns, rows);
    }

    /// <summary>Turns and mirrors stored pixels upright.</summary>
    public RgbPicture Turn(RgbPicture stored)
    {
        if (Exif == 1)
            return stored;
        (int width, int height) = SwapsSides ? (stored.Height, stored.Width) : (stored.Width, stored.Height);
        byte[] upright = new byte[stored.Pixels.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                (int fromX, int fromY) = Exif switch
                {
                    2 => (width - 1 - x, y),
                    3 => (width - 1 - x, height - 1 - y),
                    4 => (x, height - 1 - y),
                    5 => (y, x),
                    6 => (y, width - 1 - x),
                    7 => (height - 1 - y, width - 1 - x),
                    _ => (height - 1 - y, x),
                };
                stored.Pixels.AsSpan((fromY * stored.Width + fromX) * 3, 3).CopyTo(upright.AsSpan((y * width + x) * 3));
            }
        }

        return new RgbPicture(width, height, upright);
    }

    private static (int Start, int Length) ToPixels(double start, double length, int side)
    {
        int first = Math.Clamp((int)Math.Round(start * side), 0, side - 1);
        int end = Math.Clamp((int)Math.Round((start + length) * side), first + 1, side);
        return (first, end - first);
    }
}
