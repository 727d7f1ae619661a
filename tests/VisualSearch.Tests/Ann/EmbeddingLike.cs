using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>
/// Vectors made as encoders make them: a few directions of meaning (a mixture of Gaussians in a low dimension), spread over many
/// dimensions by one random linear map, plus noise. The same seed gives the same vectors.
/// </summary>
internal sealed class EmbeddingLike
{
    private const int Latent = 24;
    private const int Clusters = 64;

    private readonly int _dimension;
    private readonly float[] _map;
    private readonly float[] _centers;

    public EmbeddingLike(int dimension, int seed = 1)
    {
        _dimension = dimension;
        var random = new Random(seed);
        _map = Normals(random, Latent * dimension);
        _centers = Normals(random, Clusters * Latent);
    }

    /// <summary>Vectors row by row; <paramref name="cluster"/> ≥ 0 takes them all from one cluster.</summary>
    public float[] Make(int count, int seed, int cluster = -1)
    {
        var random = new Random(seed);
        var vectors = new float[count * _dimension];
        for (int i = 0; i < count; i++)
        {
            int own = cluster >= 0 ? cluster : random.Next(Clusters);
            Span<float> vector = vectors.AsSpan(i * _dimension, _dimension);
            for (int d = 0; d < _dimension; d++)
                vector[d] = 0.3f * Normal(random);
            for (int l = 0; l < Latent; l++)
            {
                float meaning = _centers[(own * Latent) + l] + (0.6f * Normal(random));
                for (int d = 0; d < _dimension; d++)
                    vector[d] += meaning * _map[(l * _dimension) + d] / 5;
            }
        }

        return vectors;
    }

    public static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private static float[] Normals(Random random, int count)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
            values[i] = Normal(random);
        return values;
    }
}

/// <summary>The truth: what a search has to be measured against, in double precision and without any of the engine's code.</summary>
internal static class BruteForce
{
    public static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b, Metric metric)
    {
        double dot = 0, aa = 0, bb = 0, gap = 0;
        for (int i = 0; i < a.Length; i++)
        {
            dot += (double)a[i] * b[i];
            aa += (double)a[i] * a[i];
            bb += (double)b[i] * b[i];
            gap += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        }

        return metric switch
        {
            Metric.Cosine => 1 - (dot / Math.Sqrt(aa * bb)),
            Metric.Dot => -dot,
            _ => gap,
        };
    }

    /// <summary>The share of the k truly nearest ids that a search found. Ids are row numbers.</summary>
    public static double Recall(
        IVectorIndex index, float[] vectors, float[] queries, int k, SearchParameters parameters = default, Func<ulong, bool>? allowed = null)
    {
        int dimension = index.Dimension, count = vectors.Length / dimension, queryCount = queries.Length / dimension;
        int found = 0, wanted = 0;
        var results = new Neighbor[k];
        for (int q = 0; q < queryCount; q++)
        {
            float[] query = queries[(q * dimension)..((q + 1) * dimension)];
            HashSet<ulong> truth = [.. Enumerable.Range(0, count).AsParallel()
                .Where(i => allowed?.Invoke((ulong)i) ?? true)
                .Select(i => (Id: (ulong)i, Distance: Distance(query, vectors.AsSpan(i * dimension, dimension), index.Metric)))
                .OrderBy(entry => entry.Distance)
                .Take(k)
                .Select(entry => entry.Id)];
            int returned = index.Search(query, results, parameters);
            wanted += truth.Count;
            found += results.Take(returned).Count(neighbor => truth.Contains(neighbor.Id));
            Assert.All(results.Take(returned), neighbor => Assert.True(allowed?.Invoke(neighbor.Id) ?? true));
        }

        return (double)found / wanted;
    }
}
