using System.Text.Json;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>A point as the contract server keeps it.</summary>
public sealed class ContractPoint
{
    public required ulong Id { get; init; }

    public Dictionary<string, float[]> Dense { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, SortedDictionary<uint, float>> Sparse { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, float[][]> Several { get; } = new(StringComparer.Ordinal);

    /// <summary>Always an object.</summary>
    public JsonElement Payload { get; set; } = JsonSerializer.SerializeToElement(new Dictionary<string, string>());

    /// <summary>Takes another's vectors beside its own.</summary>
    public void Take(ContractPoint other)
    {
        foreach ((string name, float[] vector) in other.Dense)
            Dense[name] = vector;
        foreach ((string name, SortedDictionary<uint, float> vector) in other.Sparse)
            Sparse[name] = vector;
        foreach ((string name, float[][] vectors) in other.Several)
            Several[name] = vectors;
    }

    /// <summary>Whether it has a vector of this name.</summary>
    public bool Has(string vector) => Dense.ContainsKey(vector) || Sparse.ContainsKey(vector) || Several.ContainsKey(vector);

    /// <summary>Takes a vector away.</summary>
    public void Remove(string vector)
    {
        Dense.Remove(vector);
        Sparse.Remove(vector);
        Several.Remove(vector);
    }
}

/// <summary>How near two dense vectors are, naively and in double: what comes out has to be right, not fast.</summary>
public sealed record DenseSpace(string Name, int Size, string Distance, bool Several = false)
{
    /// <summary>Whether a smaller score is better.</summary>
    public bool IsDistance => Distance is "Euclid" or "Manhattan";

    /// <summary>A vector as it is stored: of unit norm where directions are compared.</summary>
    public float[] Stored(float[] vector)
    {
        if (vector.Length != Size)
            throw ContractException.WrongInput($"Vector dimension error: expected dim: {Size}, got {vector.Length}");
        double norm = Math.Sqrt(vector.Sum(static v => (double)v * v));
        return Distance == "Cosine" && norm > 0 ? [.. vector.Select(v => (float)(v / norm))] : vector;
    }

    /// <summary>Several vectors as they are stored: at least one, and each as a single one would be. One alone counts as several.</summary>
    public float[][] StoredSeveral(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw ContractException.WrongInput($"Vector {Name} is a multivector");
        if (json.GetArrayLength() > 0 && json[0].ValueKind == JsonValueKind.Number)
            return [Stored(ContractVectors.Dense(json))];
        if (json.GetArrayLength() == 0 || json.EnumerateArray().Any(static one => one.GetArrayLength() == 0))
            throw new ContractException(System.Net.HttpStatusCode.UnprocessableEntity, "Validation error in JSON body: [data: multi vector must not be empty]");
        return [.. json.EnumerateArray().Select(one => Stored(ContractVectors.Dense(one)))];
    }

    /// <summary>MaxSim (Khattab and Zaharia 2020): of each vector of the query the likeness of the point's most like one, summed.</summary>
    public double MaxSim(float[][] query, float[][] vectors) => query.Sum(one => vectors.Max(other => Similarity(one, other)));

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
            throw ContractException.WrongInput("Conversion between multi and regular vectors failed");
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
