namespace VisualSearch.Bench.Ann;

/// <summary>
/// Synthetic vectors that are hard enough to tell engines apart: points around 200 centres in a latent space of 64 dimensions, spread so
/// wide that clusters overlap, mapped linearly into 128 dimensions, with noise in all of them. An easy set (few latent dimensions,
/// tight clusters) reaches recall 0.95 with any beam and separates nobody.
/// </summary>
internal sealed class LatentMixture
{
    public const int Dimension = 128;
    private const int Latent = 64, Centres = 200;
    private const double Spread = 1.0, Noise = 0.35;

    private readonly float[] _centres;
    private readonly float[] _map;
    private readonly Random _random;

    public LatentMixture(int seed)
    {
        // The centres and the map are the same for all seeds: base and queries come from one distribution.
        var fixedRandom = new Random(20_260_101);
        _centres = Normals(fixedRandom, Centres * Latent, 1);
        _map = Normals(fixedRandom, Latent * Dimension, 1 / Math.Sqrt(Latent));
        _random = new Random(seed);
    }

    public void Next(Span<float> vector)
    {
        Span<double> latent = stackalloc double[Latent];
        int centre = _random.Next(Centres);
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
