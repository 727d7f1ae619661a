using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>All, nothing, or a list of keys.</summary>
internal sealed class PayloadSelectionConverter : JsonConverter<PayloadSelection>
{
    public override PayloadSelection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Qdrant sends no selections back.");

    public override void Write(Utf8JsonWriter writer, PayloadSelection value, JsonSerializerOptions options) => WriteChoice(writer, value.IsAll, value.Keys);

    public static void WriteChoice(Utf8JsonWriter writer, bool all, IReadOnlyList<string> names)
    {
        if (names.Count == 0)
        {
            writer.WriteBooleanValue(all);
            return;
        }
        writer.WriteStartArray();
        foreach (string name in names)
            writer.WriteStringValue(name);
        writer.WriteEndArray();
    }
}

/// <summary>All, nothing, or a list of names.</summary>
internal sealed class VectorSelectionConverter : JsonConverter<VectorSelection>
{
    public override VectorSelection Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Qdrant sends no selections back.");

    public override void Write(Utf8JsonWriter writer, VectorSelection value, JsonSerializerOptions options) =>
        PayloadSelectionConverter.WriteChoice(writer, value.IsAll, value.Names);
}

/// <summary>Vectors by name: an array of numbers is a dense one, one of arrays several of them, an object with indices and values a sparse one.</summary>
internal sealed class PointVectorsConverter : JsonConverter<PointVectors>
{
    public override PointVectors Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var dense = new Dictionary<string, float[]>(StringComparer.Ordinal);
        var sparse = new Dictionary<string, SparseVector>(StringComparer.Ordinal);
        var several = new Dictionary<string, IReadOnlyList<float[]>>(StringComparer.Ordinal);
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            dense.Add("", ReadNumbers(ref reader));
            return new PointVectors { Dense = dense };
        }
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new JsonException("The vectors of a point are neither an array nor an object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                sparse.Add(name, ReadSparse(ref reader));
            else if (ReadSeveral(ref reader) is { } list)
                several.Add(name, list);
            else
                dense.Add(name, ReadNumbers(ref reader));
        }
        return new PointVectors { Dense = dense, Sparse = sparse, Several = several };
    }

    public override void Write(Utf8JsonWriter writer, PointVectors value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Vectors are sent with a PointWrite.");

    private static float[] ReadNumbers(ref Utf8JsonReader reader)
    {
        var numbers = new List<float>(512);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            numbers.Add(reader.GetSingle());
        return [.. numbers];
    }

    // Null for a single vector, of which nothing is read then.
    private static List<float[]>? ReadSeveral(ref Utf8JsonReader reader)
    {
        Utf8JsonReader ahead = reader;
        if (!ahead.Read() || ahead.TokenType != JsonTokenType.StartArray)
            return null;
        var vectors = new List<float[]>();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
            vectors.Add(ReadNumbers(ref reader));
        return vectors;
    }

    private static SparseVector ReadSparse(ref Utf8JsonReader reader)
    {
        uint[] indices = [];
        float[] values = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isIndices = reader.ValueTextEquals("indices"u8);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                reader.Skip();
            }
            else if (isIndices)
            {
                var list = new List<uint>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    list.Add(reader.GetUInt32());
                indices = [.. list];
            }
            else
            {
                values = ReadNumbers(ref reader);
            }
        }
        return indices.Length == values.Length ? new SparseVector(indices, values) : throw new JsonException("A sparse vector has more indices than values, or fewer.");
    }
}

/// <summary>Vector settings by name; those of the one unnamed vector lie there without a name.</summary>
internal sealed class VectorSettingsConverter : JsonConverter<IReadOnlyDictionary<string, DenseVectorSettings>>
{
    public override IReadOnlyDictionary<string, DenseVectorSettings> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument document = JsonDocument.ParseValue(ref reader);
        var vectors = new Dictionary<string, DenseVectorSettings>(StringComparer.Ordinal);
        if (document.RootElement.TryGetProperty("size", out JsonElement size) && size.ValueKind == JsonValueKind.Number)
        {
            vectors.Add("", Settings(document.RootElement));
            return vectors;
        }
        foreach (JsonProperty vector in document.RootElement.EnumerateObject())
            vectors.Add(vector.Name, Settings(vector.Value));
        return vectors;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, DenseVectorSettings> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Settings are sent as CollectionSettings.");

    private static DenseVectorSettings Settings(JsonElement json) => json.Deserialize(QdrantJson.Default.DenseVectorSettings)!;
}

/// <summary>What a query asks for, in the shapes that Qdrant tells apart.</summary>
internal sealed class PointQueryInputConverter : JsonConverter<QueryInput>
{
    public override QueryInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Qdrant sends no queries back.");

    public override void Write(Utf8JsonWriter writer, QueryInput value, JsonSerializerOptions options)
    {
        switch (value)
        {
            case QueryInput.FuseByRank fuse:
                WriteFusion(writer, fuse);
                break;
            case QueryInput.Recommend recommend:
                WriteRecommend(writer, recommend);
                break;
            default:
                writer.WriteStartObject();
                writer.WritePropertyName("nearest");
                WriteExample(writer, value);
                writer.WriteEndObject();
                break;
        }
    }

    private static void WriteFusion(Utf8JsonWriter writer, QueryInput.FuseByRank fuse)
    {
        writer.WriteStartObject();
        if (fuse.K is null && fuse.Weights is null)
        {
            // The form that servers before 1.16 understand, too.
            writer.WriteString("fusion", "rrf");
        }
        else
        {
            writer.WriteStartObject("rrf");
            if (fuse.K is int k)
                writer.WriteNumber("k", k);
            if (fuse.Weights is { } weights)
            {
                writer.WriteStartArray("weights");
                foreach (float weight in weights)
                    writer.WriteNumberValue(weight);
                writer.WriteEndArray();
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteRecommend(Utf8JsonWriter writer, QueryInput.Recommend recommend)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("recommend");
        WriteExamples(writer, "positive", recommend.Positive);
        WriteExamples(writer, "negative", recommend.Negative);
        writer.WriteString("strategy", QdrantJson.Word(recommend.Strategy));
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteExamples(Utf8JsonWriter writer, string name, IReadOnlyList<QueryInput> examples)
    {
        if (examples.Count == 0)
            return;
        writer.WriteStartArray(name);
        foreach (QueryInput example in examples)
            WriteExample(writer, example);
        writer.WriteEndArray();
    }

    private static void WriteExample(Utf8JsonWriter writer, QueryInput example)
    {
        switch (example)
        {
            case QueryInput.Dense dense:
                QdrantJson.WriteNumbers(writer, dense.Vector.Span);
                break;
            case QueryInput.Several several:
                QdrantJson.WriteSeveral(writer, several.Vectors);
                break;
            case QueryInput.Sparse sparse:
                QdrantJson.WriteSparse(writer, sparse.Vector);
                break;
            case QueryInput.Like like:
                writer.WriteNumberValue(like.Id);
                break;
            default:
                throw new ArgumentException($"A {example.GetType().Name} can't be an example; give a vector or a point.", nameof(example));
        }
    }
}
