namespace VisualSearch.Tests.Media.Video;

/// <summary>A scene drawn from a seed: a landscape of soft noise in its own colours, with shapes that move, seen by a camera that may pan.</summary>
internal sealed class DrawnScene
{
    private const int WorldWidth = 640;
    private const int WorldHeight = 256;

    private readonly byte[] world = new byte[WorldWidth * WorldHeight * 3];
    private readonly Thing[] things;
    private readonly double panX;
    private readonly double panY;

    /// <param name="seed">Decides everything about it.</param>
    /// <param name="speed">Widths of the picture that the camera moves in a second.</param>
    /// <param name="light">How bright it is, 0 to 1.</param>
    public DrawnScene(int seed, double speed = 0, double light = 1)
    {
        var random = new Random(seed);
        (panX, panY) = (speed, speed * (random.NextDouble() - 0.5) * 0.3);
        float[] noise = Noise(random);
        double[] low = Color(random);
        double[] high = Color(random);
        for (int i = 0; i < noise.Length; i++)
        {
            for (int channel = 0; channel < 3; channel++)
                world[i * 3 + channel] = (byte)(light * Math.Clamp(low[channel] + (high[channel] - low[channel]) * noise[i], 0, 255));
        }

        things = [.. Enumerable.Range(0, random.Next(2, 7)).Select(_ => new Thing(random, light))];
    }

    /// <summary>Draws the scene as it is some seconds after it began.</summary>
    public void Draw(Span<byte> frame, int width, int height, double seconds)
    {
        int left = (int)(panX * width * seconds);
        int top = (int)(panY * width * seconds);
        for (int y = 0; y < height; y++)
        {
            int row = Math.Abs((y + top) % WorldHeight) * WorldWidth;
            for (int x = 0; x < width; x++)
                world.AsSpan((row + Math.Abs((x + left) % WorldWidth)) * 3, 3).CopyTo(frame[((y * width + x) * 3)..]);
        }

        foreach (Thing thing in things)
            thing.Draw(frame, width, height, seconds);
    }

    private static double[] Color(Random random) => [random.Next(256), random.Next(256), random.Next(256)];

    private static float[] Noise(Random random)
    {
        float[] noise = new float[WorldWidth * WorldHeight];
        float weight = 0.6f;
        for (int cell = 128; cell >= 8; cell /= 2)
        {
            int columns = WorldWidth / cell;
            int rows = WorldHeight / cell;
            float[] grid = [.. Enumerable.Range(0, columns * rows).Select(_ => random.NextSingle())];
            for (int y = 0; y < WorldHeight; y++)
            {
                int row = y / cell;
                float down = Smooth(y % cell / (float)cell);
                for (int x = 0; x < WorldWidth; x++)
                {
                    int column = x / cell;
                    float across = Smooth(x % cell / (float)cell);
                    int right = (column + 1) % columns;
                    int below = (row + 1) % rows;
                    float upper = grid[row * columns + column] * (1 - across) + grid[row * columns + right] * across;
                    float lower = grid[below * columns + column] * (1 - across) + grid[below * columns + right] * across;
                    noise[y * WorldWidth + x] += weight * (upper * (1 - down) + lower * down);
                }
            }

            weight *= 0.5f;
        }

        return noise;
    }

    private static float Smooth(float x) => x * x * (3 - 2 * x);

    /// <summary>A rectangle or an ellipse on a straight path that comes back at the other side.</summary>
    private sealed class Thing(Random random, double light)
    {
        private readonly double x = random.NextDouble();
        private readonly double y = random.NextDouble();
        private readonly double speedX = (random.NextDouble() - 0.5) * 0.5;
        private readonly double speedY = (random.NextDouble() - 0.5) * 0.2;
        private readonly double sizeX = 0.05 + random.NextDouble() * 0.15;
        private readonly double sizeY = 0.08 + random.NextDouble() * 0.2;
        private readonly bool round = random.Next(2) == 0;
        private readonly byte[] color = [(byte)(light * random.Next(256)), (byte)(light * random.Next(256)), (byte)(light * random.Next(256))];

        public void Draw(Span<byte> frame, int width, int height, double seconds)
        {
            double centreX = Wrap(x + speedX * seconds) * width;
            double centreY = Wrap(y + speedY * seconds) * height;
            double halfX = sizeX * width;
            double halfY = sizeY * height;
            for (int row = (int)Math.Max(0, centreY - halfY); row < Math.Min(height, centreY + halfY); row++)
            {
                for (int column = (int)Math.Max(0, centreX - halfX); column < Math.Min(width, centreX + halfX); column++)
                {
                    double dx = (column - centreX) / halfX;
                    double dy = (row - centreY) / halfY;
                    if (!round || dx * dx + dy * dy <= 1)
                        color.CopyTo(frame[((row * width + column) * 3)..]);
                }
            }
        }

        private static double Wrap(double value) => value - Math.Floor(value);
    }
}
