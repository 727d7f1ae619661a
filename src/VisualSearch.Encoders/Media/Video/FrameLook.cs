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

    private readonly float[] cells = new float[Columns * Rows * 3];
    private ushort[] rowSum = [];

    /// <summary>When the frame appears, in seconds.</summary>
    public double Seconds { get; private set; }

    /// <summary>Brightness on a grid of 64 × 36, each cell the mean of its share of the frame; proportions are lost.</summary>
    public byte[] Luma { get; } = new byte[Columns * Rows];

    /// <summary>Brightness, then blue less brightness, then red less brightness, each on a grid of 16 × 9, 0 to 255 or ±255.</summary>
    public float[] Coarse { get; } = new float[CoarseCells * 3];

    /// <summary>Share of each of 5 × 5 × 5 colours, with soft borders between them; sums to 1.</summary>
    public float[] Histogram { get; } = new float[Levels * Levels * Levels];

    /// <summary>Variance of the Laplacian of the three channels over the frame (Pech-Pacheco et al. 2000): low when the frame is blurred by motion or focus.</summary>
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
        Sharpness = LaplacianVariance(frame.Pixels.Span, frame.Width, frame.Height);
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

    /// <summary>Rows are added up first, many bytes at once; only their sum is divided into cells. A frame smaller than the grid fills cells twice.</summary>
    private void Average(ReadOnlySpan<byte> pixels, int width, int height)
    {
        int stride = width * 3;
        if (rowSum.Length != stride)
            rowSum = new ushort[stride];
        for (int y = 0; y < Rows; y++)
        {
            int top = y * height / Rows;
            int bottom = Math.Max(top + 1, (y + 1) * height / Rows);
            Array.Clear(rowSum);
            // 16 bits hold 257 rows of a cell, which frames of up to 9,252 rows stay below.
            for (int row = top; row < bottom; row++)
                AddRow(pixels.Slice(row * stride, stride), rowSum);
            for (int x = 0; x < Columns; x++)
            {
                int left = x * width / Columns;
                int right = Math.Max(left + 1, (x + 1) * width / Columns);
                int red = 0;
                int green = 0;
                int blue = 0;
                for (int i = left * 3; i < right * 3; i += 3)
                {
                    red += rowSum[i];
                    green += rowSum[i + 1];
                    blue += rowSum[i + 2];
                }

                float share = 1f / ((bottom - top) * (right - left));
                int cell = y * Columns + x;
                (cells[cell * 3], cells[cell * 3 + 1], cells[cell * 3 + 2]) = (red * share, green * share, blue * share);
                Luma[cell] = (byte)((0.299f * red + 0.587f * green + 0.114f * blue) * share + 0.5f);
            }
        }
    }

    private static void AddRow(ReadOnlySpan<byte> row, Span<ushort> sum)
    {
        int i = 0;
        for (; i + Vector<byte>.Count <= row.Length; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out Vector<ushort> low, out Vector<ushort> high);
            (new Vector<ushort>(sum[i..]) + low).CopyTo(sum[i..]);
            (new Vector<ushort>(sum[(i + Vector<ushort>.Count)..]) + high).CopyTo(sum[(i + Vector<ushort>.Count)..]);
        }

        for (; i < row.Length; i++)
            sum[i] += row[i];
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
                float luma = 0.299f * cells[cell] + 0.587f * cells[cell + 1] + 0.114f * cells[cell + 2];
                Coarse[target] += luma;
                Coarse[target + CoarseCells] += cells[cell + 2] - luma;
                Coarse[target + 2 * CoarseCells] += cells[cell] - luma;
            }
        }

        TensorPrimitives.Multiply(Coarse, 1f / (CoarseStep * CoarseStep), Coarse);
    }

    /// <summary>Each cell counts for the eight nearest colours by its nearness to each, so that a slight change of light moves little.</summary>
    private void FillHistogram()
    {
        const float scale = (Levels - 1) / 255f;
        const float weight = 2f / (Columns * Rows);
        Array.Clear(Histogram);
        // Every second cell is enough for shares of the whole.
        for (int cell = 0; cell < cells.Length; cell += 6)
        {
            float red = cells[cell] * scale;
            float green = cells[cell + 1] * scale;
            float blue = cells[cell + 2] * scale;
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

    /// <summary>The same channel of the pixels beside lies three bytes away, so channels needn't be taken apart.</summary>
    private static float LaplacianVariance(ReadOnlySpan<byte> pixels, int width, int height)
    {
        if (width < 3 || height < 3)
            return 0;
        int stride = width * 3;
        int length = stride - 6;
        long sum = 0;
        long squares = 0;
        // Every second row: neighbouring rows say nearly the same.
        for (int y = 1; y < height - 1; y += 2)
        {
            ReadOnlySpan<byte> above = pixels.Slice((y - 1) * stride + 3, length);
            ReadOnlySpan<byte> left = pixels.Slice(y * stride, length);
            ReadOnlySpan<byte> middle = pixels.Slice(y * stride + 3, length);
            ReadOnlySpan<byte> right = pixels.Slice(y * stride + 6, length);
            ReadOnlySpan<byte> below = pixels.Slice((y + 1) * stride + 3, length);
            int x = 0;
            Vector<int> rowTotal = default;
            Vector<int> rowSquares = default;
            for (; x + Vector<byte>.Count <= length; x += Vector<byte>.Count)
            {
                Widen(above, x, out Vector<short> a0, out Vector<short> a1);
                Widen(left, x, out Vector<short> l0, out Vector<short> l1);
                Widen(middle, x, out Vector<short> m0, out Vector<short> m1);
                Widen(right, x, out Vector<short> r0, out Vector<short> r1);
                Widen(below, x, out Vector<short> b0, out Vector<short> b1);
                AddSquares((m0 << 2) - a0 - l0 - r0 - b0, ref rowTotal, ref rowSquares);
                AddSquares((m1 << 2) - a1 - l1 - r1 - b1, ref rowTotal, ref rowSquares);
            }

            sum += Vector.Sum(rowTotal);
            Vector.Widen(rowSquares, out Vector<long> low, out Vector<long> high);
            squares += Vector.Sum(low + high);
            for (; x < length; x++)
            {
                int laplacian = 4 * middle[x] - above[x] - left[x] - right[x] - below[x];
                sum += laplacian;
                squares += laplacian * laplacian;
            }
        }

        double count = (double)length * ((height - 1) / 2);
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
