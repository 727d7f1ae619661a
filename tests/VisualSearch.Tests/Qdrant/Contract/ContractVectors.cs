using System.Text.Json;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>A point as the contract server keeps it.</summary>
public sealed class ContractPoint
{
    public required ulong Id { get; init; }

    public Dictionary<string, float[]> Dense { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SortedDictionary<uint, float>> Sparse { get; } = new(StringComparer.Ordinal);

    /// <summary>Always an object.</summary>
    public JsonElement Payload { get; set; } = JsonSerializer.SerializeToElement(new Dictionary<string, string>());
}

/// <summary>How near two dense vectors are, naively and in double: what comes out has to be right, not fast.</summary>
public sealed record DenseSpace(string Name, int Size, string Distance)
{
    /// <summary>Whether a smaller score is better.</summary>
    public bool IsDistance => Distance is "Euclid" or "Manhattan";

    /// <summary>A vector as it is stored: of unit norm where directions are compared.</summary>
    public float[] Stored(float[] vector)
    {
        if (vector.Length != Size)
            throw ContractException.WrongInput($"Vector dimension error: expected dim: {Size}, got {vector.Length}");
        double norm = Math.Sqrt(vector.Sum(static v => (double)v * v));
        // As Qdrant: a vector that is of unit norm but for rounding stays as it is, bit by bit.
        return Distance == "Cosine" && norm > 0 && Math.Abs(norm - 1) > 1e-6 ? [.. vector.Select(v => (float)(v / norm))] : vector;
    }

    /// <summary>The score as replies have it.</summary>
    public double Score(float[] query, float[] vector)
    {
        double sum = 0;
        for (int i = 0; i < query.Length; i++)
        {
            double difference = (double)query[i] - vector[i];
            sum += Distance switch
            {
                "Euclid" => difference * difference,
                "Manhattan" => Math.Abs(difference),
                _ => (double)query[i] * vector[i],
            };
        }
        return Distance == "Euclid" ? Math.Sqrt(sum) : sum;
    }

    /// <summary>The score of which the larger is the better.</summary>
    public double Similarity(float[] query, float[] vector) => IsDistance ? -Score(query, vector) : Score(query, vector);
}

/// <summary>Reads vectors out of requests.</summary>
public static class ContractVectors
{
    public static float[] Dense(JsonElement json)
    {
        if (json.GetArrayLength() > 0 && json[0].ValueKind == JsonValueKind.Array)
            throw ContractException.NotImplemented("multivectors");
        return [.. json.EnumerateArray().Select(static number => number.GetSingle())];
    }

    public static SortedDictionary<uint, float> Sparse(JsonElement json)
    {
        JsonElement indices = json.GetProperty("indices"), values = json.GetProperty("values");
        if (indices.GetArrayLength() != values.GetArrayLength())
            throw new ContractException(System.Net.HttpStatusCode.UnprocessableEntity, "Validation error in JSON body: [values: must be the same length as indices]");
        var sparse = new SortedDictionary<uint, float>();
        for (int i = 0; i < indices.GetArrayLength(); i++)
            if (!sparse.TryAdd(indices[i].GetUInt32(), values[i].GetSingle()))
                throw new ContractException(System.Net.HttpStatusCode.UnprocessableEntity, "Validation error in JSON body: [indices: must be unique]");
        return sparse;
    }
}
