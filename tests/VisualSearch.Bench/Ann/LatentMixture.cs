namespace VisualSearch.Bench.Ann;

/// <summary>
/// Synthetic vectors that are hard enough to tell engines apart: normally distributed points around centres in a latent space of 64
/// dimensions, mapped linearly into 128 dimensions, with noise in all of them.
/// </summary>
internal sealed class LatentMixture
{
    /// <summary>Part of the name of files: another mixture makes other files.</summary>
    public const string Version = "2";

    public const int Dimension = 128;
    private const int Latent = 64;

    // How hard the set is depends on the points around one centre: hnswlib (M = 16, EfConstruction = 200) found the same share at every
    // beam in 50,000 rows around 10 centres and in 200,000 around 40. For a recall@10 of 0.95 it needs an ef of about 20 with 250 points a
    // centre, 52 with 5,000, 111 with 25,000 and 150 with 40,000, where beams of 48, 96, 192 and 384 find 0.76, 0.90, 0.97 and 0.99. (Measured
    // on up to 200,000 rows.) So a smaller set has fewer centres, and is about as hard as a million rows around 25.
    private const int PointsPerCentre = 40_000;
    private const double Spread = 1.0, Noise = 0.35;

    private readonly float[] _centres;
    private readonly float[] _map;
    private readonly Random _random;

    /// <param name="rows">Size of the set, which decides how many centres it has.</param>
    /// <param name="seed">Decides the draws; centres and map are the same for all seeds, so base and queries come from one distribution.</param>
    public LatentMixture(int rows, int seed)
    {
        var fixedRandom = new Random(20_260_101);
        _map = Normals(fixedRandom, Latent * Dimension, 1 / Math.Sqrt(Latent));
        _centres = Normals(fixedRandom, Math.Max(1, rows / PointsPerCentre) * Latent, 1);
        _random = new Random(seed);
    }

    public void Next(Span<float> vector)
    {
        Span<double> latent = stackalloc double[Latent];
        int centre = _random.Next(_centres.Length / Latent);
        for (int i = 0; i < Latent; i++)
            latent[i] = _centres[(centre * Latent) + i] + (Spread * Normal(_random));
        for (int j = 0; j < Dimension; j++)
        {
            double sum = Noise * Normal(_random);
            for (int i = 0; i < Latent; i++)
                sum += latent[i] * _map[(i * Dimension) + j];
            vector[j] = (float)sum;
        }
    }

    private static float[] Normals(Random random, int count, double deviation)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = (float)(deviation * Normal(random));
        return values;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
