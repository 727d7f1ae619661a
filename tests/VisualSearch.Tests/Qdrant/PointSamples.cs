using System.Text;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Tests.Qdrant;

/// <summary>A small collection whose answers can be computed in the head, and the shortest ways to write one.</summary>
internal static class PointSamples
{
    public const string Collection = "photos";

    public const string Visual = "visual";

    public const string Words = "words";

    public static CollectionSettings Settings(VectorDistance distance = VectorDistance.Dot, int dimension = 2) => new()
    {
        Vectors = new Dictionary<string, DenseVectorSettings>
        {
            [Visual] = new() { Size = dimension, Distance = distance, OnDisk = true, QuantizationConfig = QuantizationSettings.Int8 },
        },
        SparseVectors = new Dictionary<string, SparseVectorSettings> { [Words] = SparseVectorSettings.Idf },
        ShardNumber = 2,
        ReplicationFactor = 1,
        WriteConsistencyFactor = 1,
    };

    public static PointWrite Point(ulong id, float[] visual, string payload = "{}", params (uint Word, float Weight)[] words) => new(
        id,
        words.Length == 0
            ? [NamedVector.Of(Visual, visual)]
            : [NamedVector.Of(Visual, visual), NamedVector.Of(Words, Sparse(words))],
        Encoding.UTF8.GetBytes(payload));

    public static SparseVector Sparse(params (uint Word, float Weight)[] words) => new([.. words.Select(static w => w.Word)], [.. words.Select(static w => w.Weight)]);

    public static PointQuery Near(float[] vector, int limit = 10) => new() { Query = new QueryInput.Dense(vector), Using = Visual, Limit = limit };

    public static ulong[] Ids(IEnumerable<ScoredPoint> points) => [.. points.Select(static p => p.Id)];

    public static PointFilter Must(params PointCondition[] conditions) => new() { Must = conditions };
}
