using System.Numerics;
using System.Numerics.Tensors;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>
/// What is kept of a frame to compare it with others, 7 KB: a brightness picture for motion, a coarse colour picture for dissolves,
/// a colour histogram, and how sharp the frame is.
/// </summary>
/// <remarks>Objects are used again for later frames, so that nothing is allocated for a frame.</remarks>
internal sealed class FrameLook
{
    /// <summary>Columns of <see cref="Luma"/>.</summary>
    public const int Columns = 64;

    /// <summary>Rows of <see cref="Luma"/>.</summary>
    public const int Rows = 36;

    /// <summary>Cells of <see cref="Luma"/> in a cell of <see cref="Coarse"/>, across and down.</summary>
    private const int CoarseStep = 4;

    /// <summary>Cells of the coarse picture: 16 × 9.</summary>
    public const int CoarseCells = Columns / CoarseStep * (Rows / CoarseStep);

    /// <summary>Levels of each channel in the histogram.</summary>
    private const int Levels = 5;

    private readonly float[] sums = new float[Columns * Rows * 3];
    private readonly float[] shares = new float[Columns * Rows];
    private byte[] full = [];
    private int[] columnOf = [];

    /// <summary>When the frame appears, in seconds.</summary>
    public double Seconds { get; private set; }

    /// <summary>Brightness on a grid of 64 × 36, each cell the mean of its share of the frame; proportions are lost.</summary>
    public byte[] Luma { get; } = new byte[Columns * Rows];

    /// <summary>Brightness, then blue less brightness, then red less brightness, each on a grid of 16 × 9, 0 to 255 or ±255.</summary>
    public float[] Coarse { get; } = new float[CoarseCells * 3];

    /// <summary>Share of each of 5 × 5 × 5 colours, with soft borders between them; sums to 1.</summary>
    public float[] Histogram { get; } = new float[Levels * Levels * Levels];

    /// <summary>Variance of the brightness' Laplacian over the frame (Pech-Pacheco et al. 2000): low when the frame is blurred by motion or focus.</summary>
    public float Sharpness { get; private set; }

    /// <summary>Standard deviation of the coarse brightness, 0 to 128; below 4 the frame shows nothing.</summary>
    public float Contrast { get; private set; }

    /// <summary>Describes a frame.</summary>
    public void Take(VideoFrame frame)
    {
        Seconds = frame.Seconds;
        Average(frame.Pixels.Span, frame.Width, frame.Height);
        FillCoarse();
        FillHistogram();
        Sharpness = LaplacianVariance(full, frame.Width, frame.Height);
        Contrast = Deviation(Coarse.AsSpan(0, CoarseCells));
    }

    /// <summary>Share of colours that differ, 0 to 1.</summary>
    public static float ColorDistance(FrameLook a, FrameLook b)
    {
        float sum = 0;
        for (int i = 0; i < a.Histogram.Length; i++)
            sum += Math.Abs(a.Histogram[i] - b.Histogram[i]);
        return sum / 2;
    }

    /// <summary>Root mean square difference of the coarse pictures, 0 to 255.</summary>
    public static float CoarseDistance(FrameLook a, FrameLook b) =>
        TensorPrimitives.Distance<float>(a.Coarse, b.Coarse) / MathF.Sqrt(a.Coarse.Length);

    /// <summary>Correlation of the coarse brightness, -1 to 1: 1 when one is the other brightened or dimmed. 0 when one of them shows nothing.</summary>
    public static float Correlation(FrameLook a, FrameLook b)
    {
        ReadOnlySpan<float> x = a.Coarse.AsSpan(0, CoarseCells);
        ReadOnlySpan<float> y = b.Coarse.AsSpan(0, CoarseCells);
        if (a.Contrast < 2 || b.Contrast < 2)
            return 0;
        float meanX = TensorPrimitives.Sum(x) / CoarseCells;
        float meanY = TensorPrimitives.Sum(y) / CoarseCells;
        return (TensorPrimitives.Dot(x, y) / CoarseCells - meanX * meanY) / (a.Contrast * b.Contrast);
    }

    private void Average(ReadOnlySpan<byte> pixels, int width, int height)
    {
        if (full.Length != width * height)
        {
            full = new byte[width * height];
            columnOf = new int[width];
            for (int x = 0; x < width; x++)
                columnOf[x] = x * Columns / width;
        }

        Array.Clear(sums);
        Array.Clear(shares);
        for (int y = 0; y < height; y++)
        {
            int row = y * Rows / height * Columns;
            ReadOnlySpan<byte> line = pixels.Slice(y * width * 3, width * 3);
            Span<byte> grey = full.AsSpan(y * width, width);
            // Every second row is enough for means over cells of 7 × 7 pixels, and halves the cost of the frame.
            bool counts = height < 4 * Rows || (y & 1) == 0;
            for (int x = 0; x < grey.Length; x++)
            {
                int red = line[x * 3];
                int green = line[x * 3 + 1];
                int blue = line[x * 3 + 2];
                grey[x] = (byte)((77 * red + 150 * green + 29 * blue) >> 8);
                if (!counts)
                    continue;
                int cell = row + columnOf[x];
                sums[cell * 3] += red;
                sums[cell * 3 + 1] += green;
                sums[cell * 3 + 2] += blue;
                shares[cell]++;
            }
        }

        Complete(width, height);
    }

    /// <summary>Turns sums into means; where the frame has fewer pixels than the grid has cells, a cell takes the pixel that it lies in.</summary>
    private void Complete(int width, int height)
    {
        for (int y = 0; y < Rows; y++)
        {
            for (int x = 0; x < Columns; x++)
            {
                int cell = y * Columns + x;
                int from = cell;
                if (shares[cell] == 0)
                {
                    int pixelX = x * width / Columns;
                    int pixelY = y * height / Rows;
                    from = pixelY * Rows / height * Columns + pixelX * Columns / width;
                }

                float share = Math.Max(1, shares[from]);
                if (from == cell)
                {
                    for (int channel = 0; channel < 3; channel++)
                        sums[cell * 3 + channel] /= share;
                    shares[cell] = 1;
                }
                else
                {
                    // Pixels lie at or left above of the cells that borrow them, so theirs are means already.
                    sums.AsSpan(from * 3, 3).CopyTo(sums.AsSpan(cell * 3, 3));
                    shares[cell] = 1;
                }

                Luma[cell] = (byte)(0.299f * sums[cell * 3] + 0.587f * sums[cell * 3 + 1] + 0.114f * sums[cell * 3 + 2] + 0.5f);
            }
        }
    }

    private void FillCoarse()
    {
        const int across = Columns / CoarseStep;
        Array.Clear(Coarse);
        for (int y = 0; y < Rows; y++)
        {
            for (int x = 0; x < Columns; x++)
            {
                int cell = (y * Columns + x) * 3;
                int target = y / CoarseStep * across + x / CoarseStep;
                float luma = 0.299f * sums[cell] + 0.587f * sums[cell + 1] + 0.114f * sums[cell + 2];
                Coarse[target] += luma;
                Coarse[target + CoarseCells] += sums[cell + 2] - luma;
                Coarse[target + 2 * CoarseCells] += sums[cell] - luma;
            }
        }

        TensorPrimitives.Multiply(Coarse, 1f / (CoarseStep * CoarseStep), Coarse);
    }

    /// <summary>Each cell counts for the eight nearest colours by its nearness to each, so that a slight change of light moves little.</summary>
    private void FillHistogram()
    {
        const float scale = (Levels - 1) / 255f;
        const float weight = 1f / (Columns * Rows);
        Array.Clear(Histogram);
        for (int cell = 0; cell < sums.Length; cell += 3)
        {
            float red = sums[cell] * scale;
            float green = sums[cell + 1] * scale;
            float blue = sums[cell + 2] * scale;
            int r = Math.Min((int)red, Levels - 2);
            int g = Math.Min((int)green, Levels - 2);
            int b = Math.Min((int)blue, Levels - 2);
            (red, green, blue) = (red - r, green - g, blue - b);
            for (int corner = 0; corner < 8; corner++)
            {
                int dr = corner & 1;
                int dg = (corner >> 1) & 1;
                int db = corner >> 2;
                float share = (dr == 0 ? 1 - red : red) * (dg == 0 ? 1 - green : green) * (db == 0 ? 1 - blue : blue);
                Histogram[((r + dr) * Levels + g + dg) * Levels + b + db] += share * weight;
            }
        }
    }

    private static float Deviation(ReadOnlySpan<float> values)
    {
        float mean = TensorPrimitives.Sum(values) / values.Length;
        float square = TensorPrimitives.SumOfSquares(values) / values.Length;
        return MathF.Sqrt(Math.Max(0, square - mean * mean));
    }

    private static float LaplacianVariance(ReadOnlySpan<byte> grey, int width, int height)
    {
        if (width < 3 || height < 3)
            return 0;
        long sum = 0;
        long squares = 0;
        // Every second row: neighbouring rows say nearly the same.
        for (int y = 1; y < height - 1; y += 2)
        {
            ReadOnlySpan<byte> above = grey.Slice((y - 1) * width + 1, width - 2);
            ReadOnlySpan<byte> left = grey.Slice(y * width, width - 2);
            ReadOnlySpan<byte> middle = grey.Slice(y * width + 1, width - 2);
            ReadOnlySpan<byte> right = grey.Slice(y * width + 2, width - 2);
            ReadOnlySpan<byte> below = grey.Slice((y + 1) * width + 1, width - 2);
            int x = 0;
            Vector<int> rowSum = default;
            Vector<int> rowSquares = default;
            for (; x + Vector<byte>.Count <= middle.Length; x += Vector<byte>.Count)
            {
                Widen(above, x, out Vector<short> a0, out Vector<short> a1);
                Widen(left, x, out Vector<short> l0, out Vector<short> l1);
                Widen(middle, x, out Vector<short> m0, out Vector<short> m1);
                Widen(right, x, out Vector<short> r0, out Vector<short> r1);
                Widen(below, x, out Vector<short> b0, out Vector<short> b1);
                AddSquares((m0 << 2) - a0 - l0 - r0 - b0, ref rowSum, ref rowSquares);
                AddSquares((m1 << 2) - a1 - l1 - r1 - b1, ref rowSum, ref rowSquares);
            }

            sum += Vector.Sum(rowSum);
            Vector.Widen(rowSquares, out Vector<long> low, out Vector<long> high);
            squares += Vector.Sum(low + high);
            for (; x < middle.Length; x++)
            {
                int laplacian = 4 * middle[x] - above[x] - left[x] - right[x] - below[x];
                sum += laplacian;
                squares += laplacian * laplacian;
            }
        }

        double count = (double)(width - 2) * ((height - 1) / 2);
        double mean = sum / count;
        return (float)(squares / count - mean * mean);
    }

    private static void Widen(ReadOnlySpan<byte> bytes, int at, out Vector<short> lower, out Vector<short> upper)
    {
        Vector.Widen(new Vector<byte>(bytes[at..]), out Vector<ushort> low, out Vector<ushort> high);
        (lower, upper) = (Vector.AsVectorInt16(low), Vector.AsVectorInt16(high));
    }

    private static void AddSquares(Vector<short> values, ref Vector<int> sum, ref Vector<int> squares)
    {
        Vector.Widen(values, out Vector<int> low, out Vector<int> high);
        sum += low + high;
        squares += low * low + high * high;
    }
}
