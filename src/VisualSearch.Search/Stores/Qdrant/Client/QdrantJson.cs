using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>Requests and replies as JSON, by generated code: snake_case, and what is null is left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    // As deep as Qdrant reads; the deepest filter with the longest text has more than the 64 levels of the default.
    MaxDepth = 128,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CollectionSettings))]
[JsonSerializable(typeof(VectorCreation))]
[JsonSerializable(typeof(CollectionChange))]
[JsonSerializable(typeof(PointFilter))]
[JsonSerializable(typeof(PayloadIndexRequest))]
[JsonSerializable(typeof(AliasChange))]
[JsonSerializable(typeof(PointSelector))]
[JsonSerializable(typeof(PointsRequest))]
[JsonSerializable(typeof(PayloadRequest))]
[JsonSerializable(typeof(PointScroll))]
[JsonSerializable(typeof(CountQuery))]
[JsonSerializable(typeof(PointQuery))]
[JsonSerializable(typeof(QueryBatchRequest))]
[JsonSerializable(typeof(PointGroupsQuery))]
[JsonSerializable(typeof(FacetQuery))]
[JsonSerializable(typeof(QdrantReply<bool>))]
[JsonSerializable(typeof(QdrantReply<CollectionNames>))]
[JsonSerializable(typeof(QdrantReply<Existence>))]
[JsonSerializable(typeof(QdrantReply<CollectionDetails>))]
[JsonSerializable(typeof(QdrantReply<UpdateOutcome>))]
[JsonSerializable(typeof(QdrantReply<AliasList>))]
[JsonSerializable(typeof(QdrantReply<List<StoredPoint>>))]
[JsonSerializable(typeof(QdrantReply<ScrollPage>))]
[JsonSerializable(typeof(QdrantReply<PointCount>))]
[JsonSerializable(typeof(QdrantReply<PointsFound>))]
[JsonSerializable(typeof(QdrantReply<List<PointsFound>>))]
[JsonSerializable(typeof(QdrantReply<GroupsFound>))]
[JsonSerializable(typeof(QdrantReply<FacetsFound>))]
[JsonSerializable(typeof(QdrantReply<ClusterDetails>))]
[JsonSerializable(typeof(QdrantReply<SnapshotDetails>))]
[JsonSerializable(typeof(QdrantReply<List<SnapshotDetails>>))]
[JsonSerializable(typeof(ServerVersion))]
internal sealed partial class QdrantJson : JsonSerializerContext
{
    public static string Word(WriteOrdering ordering) => ordering switch
    {
        WriteOrdering.Weak => "weak",
        WriteOrdering.Medium => "medium",
        WriteOrdering.Strong => "strong",
        _ => throw new ArgumentOutOfRangeException(nameof(ordering), ordering, "Not an order of writes."),
    };

    public static string Word(RecommendStrategy strategy) => strategy switch
    {
        RecommendStrategy.AverageVector => "average_vector",
        RecommendStrategy.BestScore => "best_score",
        RecommendStrategy.SumScores => "sum_scores",
        _ => throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Not a strategy."),
    };

    public static void WriteNumbers(Utf8JsonWriter writer, ReadOnlySpan<float> numbers)
    {
        writer.WriteStartArray();
        foreach (float number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    public static void WriteSeveral(Utf8JsonWriter writer, IReadOnlyList<float[]> vectors)
    {
        writer.WriteStartArray();
        foreach (float[] vector in vectors)
            WriteNumbers(writer, vector);
        writer.WriteEndArray();
    }

    public static void WriteSparse(Utf8JsonWriter writer, SparseVector vector)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("indices");
        foreach (uint index in vector.Indices)
            writer.WriteNumberValue(index);
        writer.WriteEndArray();
        writer.WritePropertyName("values");
        WriteNumbers(writer, vector.Values);
        writer.WriteEndObject();
    }
}

/// <summary>What every reply is wrapped in.</summary>
internal sealed record QdrantReply<T>
{
    public required T Result { get; init; }
}

internal sealed record CollectionNames(IReadOnlyList<CollectionName> Collections);

internal sealed record CollectionName(string Name);

internal sealed record Existence(bool Exists);

internal sealed record UpdateOutcome(string Status);

internal sealed record PayloadIndexRequest(string FieldName, PayloadIndexType FieldSchema);

internal sealed record VectorCreation(VectorSpace Dense);

internal sealed record VectorSpace(int Size, VectorDistance Distance, MultivectorSettings? MultivectorConfig);

internal sealed record CollectionChange
{
    public required IReadOnlyDictionary<string, VectorLayout> Vectors { get; init; }
}

internal sealed record VectorLayout
{
    public bool? OnDisk { get; init; }

    public QuantizationSettings? QuantizationConfig { get; init; }

    public HnswSettings? HnswConfig { get; init; }
}

internal sealed record AliasList(IReadOnlyList<CollectionAlias> Aliases);

internal sealed record AliasName([property: JsonPropertyName("alias_name")] string Name);

internal sealed record AliasAction
{
    public AliasName? DeleteAlias { get; init; }

    public CollectionAlias? CreateAlias { get; init; }
}

internal sealed record AliasChange(IReadOnlyList<AliasAction> Actions);

internal sealed record PointSelector
{
    public IReadOnlyCollection<ulong>? Points { get; init; }

    public PointFilter? Filter { get; init; }
}

internal sealed record PointsRequest(IReadOnlyCollection<ulong> Ids, PayloadSelection WithPayload, VectorSelection WithVector);

internal sealed record PayloadRequest
{
    public required JsonElement Payload { get; init; }

    public IReadOnlyCollection<ulong>? Points { get; init; }

    public PointFilter? Filter { get; init; }
}

internal sealed record CountQuery(PointFilter? Filter, bool Exact);

internal sealed record PointCount(long Count);

internal sealed record PointsFound(IReadOnlyList<ScoredPoint> Points);

internal sealed record QueryBatchRequest(IReadOnlyList<PointQuery> Searches);

internal sealed record GroupsFound(IReadOnlyList<PointGroup> Groups);

internal sealed record FacetsFound(IReadOnlyList<FacetHit> Hits);
