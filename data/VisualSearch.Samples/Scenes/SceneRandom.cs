namespace VisualSearch.Samples.Scenes;

/// <summary>
/// The generator's own random numbers: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
/// <see cref="Random"/> promises no fixed sequence between framework versions, and a sample set must be the same everywhere.
/// </summary>
internal sealed class SceneRandom
{
    private ulong _state;

    internal SceneRandom(ulong seed) => _state = seed;

    /// <summary>A generator for one purpose (<paramref name="salt"/>) of one picture; neighbours are unrelated.</summary>
    internal static SceneRandom For(long seed, long index, long salt) => new(Seed(seed, index, salt));

    internal static ulong Seed(long seed, long index, long salt) =>
        Mix(Mix(Mix((ulong)seed + Gamma) + (ulong)index + Gamma) + (ulong)salt + Gamma);

    internal ulong NextBits()
    {
        _state += Gamma;
        return Mix(_state);
    }

    /// <summary>Uniform in 0 ≤ x &lt; 1, with 53 bits.</summary>
    internal double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    internal double Between(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>Uniform in 0 ≤ x &lt; <paramref name="count"/>.</summary>
    internal int Below(int count) => (int)(NextDouble() * count);

    /// <summary>Uniform in low ≤ x &lt; high.</summary>
    internal int Next(int low, int high) => low + Below(high - low);

    internal bool Chance(double probability) => NextDouble() < probability;

    internal T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    /// <summary>An index drawn with the given weights.</summary>
    internal int Weighted(params ReadOnlySpan<double> weights)
    {
        double total = 0;
        foreach (double weight in weights)
        {
            total += weight;
        }

        double point = NextDouble() * total;
        for (int i = 0; i < weights.Length - 1; i++)
        {
            point -= weights[i];
            if (point < 0)
            {
                return i;
            }
        }

        return weights.Length - 1;
    }

    internal void Shuffle<T>(IList<T> items)
    {
        for (int i = items.Count - 1; i > 0; i--)
        {
            int other = Below(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private const ulong Gamma = 0x9E3779B97F4A7C15;

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
