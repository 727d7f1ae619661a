using System.Text.Json;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>Turns what a dense query asks for into a score for each vector, and names the points that are examples and so no results.</summary>
public sealed class ContractExamples(ContractCollection collection, DenseSpace space)
{
    private readonly HashSet<ulong> examples = [];

    /// <summary>Reads a vector, a point's id, or good and bad examples.</summary>
    public (Func<float[], double> Score, HashSet<ulong> Examples) Read(JsonElement query)
    {
        if (query.ValueKind == JsonValueKind.Object && query.TryGetProperty("recommend", out JsonElement recommend))
            return (Recommend(recommend), examples);
        float[] vector = space.Stored(Vector(query));
        return (stored => space.Score(vector, stored), examples);
    }

    private Func<float[], double> Recommend(JsonElement json)
    {
        float[][] good = Vectors(json, "positive"), bad = Vectors(json, "negative");
        string strategy = json.TryGetProperty("strategy", out JsonElement word) && word.ValueKind == JsonValueKind.String ? word.GetString()! : "average_vector";
        if (strategy != "average_vector")
        {
            if (good.Length + bad.Length == 0)
                throw ContractException.WrongInput("At least one positive or negative vector ID required");
            if (space.IsDistance)
                throw ContractException.NotImplemented($"{strategy} with distances");
            good = [.. good.Select(space.Stored)];
            bad = [.. bad.Select(space.Stored)];
            return strategy == "sum_scores"
                ? stored => good.Sum(v => space.Score(v, stored)) - bad.Sum(v => space.Score(v, stored))
                : stored => Best(good, stored) is var best && Best(bad, stored) is var worst && best > worst ? Squashed(best) : -Squashed(worst);
        }
        if (good.Length == 0)
            throw ContractException.WrongInput("At least one positive vector ID required with this strategy");
        float[] liked = Mean(good);
        float[] query = space.Stored(bad.Length == 0 ? liked : [.. liked.Zip(Mean(bad), static (l, b) => l + l - b)]);
        return stored => space.Score(query, stored);
    }

    private double Best(float[][] vectors, float[] stored) => vectors.Length == 0 ? double.NegativeInfinity : vectors.Max(v => space.Similarity(v, stored));

    // x / (1 + |x|), moved from -1..1 into 0..1.
    private static double Squashed(double x) => 0.5 * ((x / (1 + Math.Abs(x))) + 1);

    private static float[] Mean(float[][] vectors) => [.. Enumerable.Range(0, vectors[0].Length).Select(i => (float)vectors.Average(v => (double)v[i]))];

    private float[][] Vectors(JsonElement json, string name) =>
        json.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(Vector)] : [];

    private float[] Vector(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Array:
                float[] vector = ContractVectors.Dense(json);
                return vector.Length == space.Size ? vector : throw ContractException.WrongInput($"Vector dimension error: expected dim: {space.Size}, got {vector.Length}");
            case JsonValueKind.Number:
                ulong id = json.GetUInt64();
                if (!collection.Points.TryGetValue(id, out ContractPoint? point))
                    throw ContractException.NotFound($"No point with id {id} found");
                examples.Add(id);
                return point.Dense.GetValueOrDefault(space.Name) ?? throw ContractException.WrongInput($"Point {id} has no vector {space.Name}");
            case JsonValueKind.Object when json.TryGetProperty("indices", out _):
                throw ContractException.WrongInput($"Vector {space.Name} is a dense vector");
            default:
                throw ContractException.NotImplemented($"query {json.GetRawText()}");
        }
    }
}
