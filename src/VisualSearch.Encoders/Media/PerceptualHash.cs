using System.Numerics;

namespace VisualSearch.Encoders.Media;

/// <summary>
/// A 64-bit fingerprint of how a picture looks: rescaled and re-encoded copies differ in a few bits, other pictures in
/// about half. Each bit says whether one low frequency of the picture's brightness is above the median of all 64
/// (Zauner 2010, "Implementation and Benchmarking of Perceptual Image Hash Functions").
/// </summary>
public static class PerceptualHash
{
    /// <summary>Side of the brightness grid that the cosine transform works on.</summary>
    private const int Side = 32;

    /// <summary>Frequencies 1 to 8 in each direction; frequency 0 is mean brightness, which re-encoding may change.</summary>
    private const int Frequencies = 8;

    private static readonly float[] Cosines = MakeCosines();

    /// <summary>Computes the fingerprint of a picture of any size; its proportions don't matter.</summary>
    /// <param name="picture">The whole picture, upright.</param>
    public static ulong Compute(RgbPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        Span<float> grey = stackalloc float[Side * Side];
        BrightnessGrid.Fill(picture, grey, Side);
        return Compute(grey);
    }

    /// <summary>Number of differing bits, 0 to 64; up to 6 means a copy.</summary>
    /// <param name="a">One fingerprint.</param>
    /// <param name="b">The other.</param>
    public static int Distance(ulong a, ulong b) => BitOperations.PopCount(a ^ b);

    private static ulong Compute(ReadOnlySpan<float> grey)
    {
        Span<float> rows = stackalloc float[Side * Frequencies];
        for (int y = 0; y < Side; y++)
        {
            for (int u = 0; u < Frequencies; u++)
                rows[y * Frequencies + u] = Dot(grey.Slice(y * Side, Side), Cosines.AsSpan(u * Side, Side));
        }

        Span<float> spectrum = stackalloc float[Frequencies * Frequencies];
        Span<float> column = stackalloc float[Side];
        for (int u = 0; u < Frequencies; u++)
        {
            for (int y = 0; y < Side; y++)
                column[y] = rows[y * Frequencies + u];
            for (int v = 0; v < Frequencies; v++)
                spectrum[v * Frequencies + u] = Dot(column, Cosines.AsSpan(v * Side, Side));
        }

        Span<float> sorted = stackalloc float[spectrum.Length];
        spectrum.CopyTo(sorted);
        sorted.Sort();
        float median = (sorted[31] + sorted[32]) / 2;

        ulong hash = 0;
        for (int i = 0; i < spectrum.Length; i++)
        {
            if (spectrum[i] > median)
                hash |= 1UL << i;
        }

        return hash;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        float sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>Basis of the second cosine transform without its scale, which doesn't move the median.</summary>
    private static float[] MakeCosines()
    {
        float[] table = new float[Frequencies * Side];
        for (int k = 0; k < Frequencies; k++)
        {
            for (int x = 0; x < Side; x++)
                table[k * Side + x] = (float)Math.Cos(Math.PI * (2 * x + 1) * (k + 1) / (2.0 * Side));
        }

        return table;
    }
}
