using VisualSearch.Search.Catalog;
using VisualSearch.Search.Ranking;

namespace VisualSearch.Tests.Ranking;

/// <summary>Vector arithmetic by the formula, and candidates to try stages with.</summary>
internal static class Vectors
{
    public static float Dot(float[] a, float[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (double)a[i] * b[i];
        return (float)sum;
    }

    public static float[] Unit(params float[] vector)
    {
        double length = Math.Sqrt(vector.Sum(x => (double)x * x));
        return [.. vector.Select(x => (float)(x / length))];
    }

    public static float[] Random(Random random, int dimension) =>
        Unit([.. Enumerable.Range(0, dimension).Select(_ => (float)(random.NextDouble() - 0.5) + 0.001f)]);

    /// <summary>A vector near another one: the smaller the noise, the nearer.</summary>
    public static float[] Near(Random random, float[] vector, double noise) =>
        Unit([.. vector.Select(x => (float)(x + (noise * (random.NextDouble() - 0.5))))]);

    public static Candidate Candidate(long id, double relevance = 0, float[]? vector = null, ulong hash = 0, long? asset = null, string? title = null) => new(id)
    {
        Relevance = relevance,
        Vector = vector,
        Record = new ItemRecord(
            new Item { Id = id, AssetId = asset ?? id }, new Asset { Id = asset ?? id, Path = $"/{id}.jpg", PerceptualHash = hash, Title = title }),
        Explanation = new Explanation(),
    };
}
