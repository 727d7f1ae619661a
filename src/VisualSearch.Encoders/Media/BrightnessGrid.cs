namespace VisualSearch.Encoders.Media;

/// <summary>Averages a picture's brightness over a square grid, each cell over exactly its share of the picture.</summary>
internal static class BrightnessGrid
{
    /// <param name="picture">The picture.</param>
    /// <param name="grid">Receives <paramref name="side"/> × <paramref name="side"/> means of luma (ITU-R BT.601), 0 to 255.</param>
    /// <param name="side">Cells in a row.</param>
    public static void Fill(RgbPicture picture, Span<float> grid, int side)
    {
        int width = picture.Width;
        int height = picture.Height;
        // Cell borders fall inside pixels, so a pixel counts for each cell by the part of it that lies there.
        Span<float> row = stackalloc float[side];
        grid.Clear();
        for (int y = 0; y < height; y++)
        {
            AverageRow(picture.Pixels.AsSpan(y * width * 3, width * 3), row);
            double top = (double)y * side / height;
            double bottom = (double)(y + 1) * side / height;
            for (int cell = (int)top; cell < bottom && cell < side; cell++)
            {
                float share = (float)(Math.Min(bottom, cell + 1) - Math.Max(top, cell));
                Span<float> target = grid.Slice(cell * side, side);
                for (int x = 0; x < side; x++)
                    target[x] += share * row[x];
            }
        }
    }

    private static void AverageRow(ReadOnlySpan<byte> pixels, Span<float> row)
    {
        int width = pixels.Length / 3;
        double scale = (double)row.Length / width;
        row.Clear();
        for (int x = 0; x < width; x++)
        {
            float luma = 0.299f * pixels[x * 3] + 0.587f * pixels[x * 3 + 1] + 0.114f * pixels[x * 3 + 2];
            double left = x * scale;
            double right = (x + 1) * scale;
            for (int cell = (int)left; cell < right && cell < row.Length; cell++)
                row[cell] += luma * (float)(Math.Min(right, cell + 1) - Math.Max(left, cell));
        }
    }
}
