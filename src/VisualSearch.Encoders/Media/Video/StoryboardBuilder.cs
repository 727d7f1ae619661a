namespace VisualSearch.Encoders.Media.Video;

/// <summary>Collects small pictures at even distances while a video is read, and lays them on one sheet.</summary>
/// <remarks>A stated duration may be missing or wrong, so when there are too many tiles every second one goes and the distance doubles.</remarks>
internal sealed class StoryboardBuilder
{
    private const int MaxTiles = 100;
    private const int Columns = 10;
    private const int TileLongSide = 160;

    /// <summary>A sheet of 100 tiles of drawn scenes takes about 250 KB.</summary>
    private const int Quality = 70;

    private readonly int width;
    private readonly int height;
    private readonly List<byte[]> tiles = [];
    private readonly Stack<byte[]> spare = new();
    private double interval;

    /// <param name="frameWidth">Width of the frames that will come.</param>
    /// <param name="frameHeight">Their height.</param>
    /// <param name="durationSeconds">How long the video says it is, or null.</param>
    public StoryboardBuilder(int frameWidth, int frameHeight, double? durationSeconds)
    {
        double scale = Math.Min(1, TileLongSide / (double)Math.Max(frameWidth, frameHeight));
        (width, height) = (Math.Max(1, (int)Math.Round(frameWidth * scale)), Math.Max(1, (int)Math.Round(frameHeight * scale)));
        interval = Math.Max(0.5, Math.Ceiling((durationSeconds ?? 0) / MaxTiles * 2) / 2);
    }

    /// <summary>Takes a frame when the next tile is due; a gap in the video is filled with the frame that ends it.</summary>
    public void Add(VideoFrame frame)
    {
        byte[]? last = null;
        while (frame.Seconds >= tiles.Count * interval || tiles.Count == 0)
        {
            byte[] tile = spare.TryPop(out byte[]? old) ? old : new byte[width * height * 3];
            if (last is null)
                Shrink(frame, tile);
            else
                last.CopyTo(tile, 0);
            last = tile;
            tiles.Add(tile);
            if (tiles.Count > MaxTiles)
                Thin();
        }
    }

    public Storyboard Build()
    {
        int columns = Math.Min(Columns, tiles.Count);
        int rows = (tiles.Count + columns - 1) / columns;
        byte[] sheet = new byte[columns * width * rows * height * 3];
        for (int i = 0; i < tiles.Count; i++)
        {
            for (int y = 0; y < height; y++)
            {
                int at = (((i / columns * height) + y) * columns + i % columns) * width * 3;
                tiles[i].AsSpan(y * width * 3, width * 3).CopyTo(sheet.AsSpan(at));
            }
        }

        byte[] webp = WebpEncoder.Encode(new RgbPicture(columns * width, rows * height, sheet), Quality);
        return new Storyboard(webp, width, height, columns, tiles.Count, interval);
    }

    private void Thin()
    {
        int kept = 0;
        for (int i = 0; i < tiles.Count; i++)
        {
            if (i % 2 == 0)
                tiles[kept++] = tiles[i];
            else
                spare.Push(tiles[i]);
        }

        tiles.RemoveRange(kept, tiles.Count - kept);
        interval *= 2;
    }

    /// <summary>Means of the pixels that fall into each pixel of the tile.</summary>
    private void Shrink(VideoFrame frame, Span<byte> tile)
    {
        ReadOnlySpan<byte> pixels = frame.Pixels.Span;
        for (int y = 0; y < height; y++)
        {
            int top = y * frame.Height / height;
            int bottom = Math.Max(top + 1, (y + 1) * frame.Height / height);
            for (int x = 0; x < width; x++)
            {
                int left = x * frame.Width / width;
                int right = Math.Max(left + 1, (x + 1) * frame.Width / width);
                int red = 0;
                int green = 0;
                int blue = 0;
                for (int row = top; row < bottom; row++)
                {
                    ReadOnlySpan<byte> line = pixels.Slice((row * frame.Width + left) * 3, (right - left) * 3);
                    for (int i = 0; i < line.Length; i += 3)
                        (red, green, blue) = (red + line[i], green + line[i + 1], blue + line[i + 2]);
                }

                int count = (bottom - top) * (right - left);
                int at = (y * width + x) * 3;
                (tile[at], tile[at + 1], tile[at + 2]) = ((byte)(red / count), (byte)(green / count), (byte)(blue / count));
            }
        }
    }
}
