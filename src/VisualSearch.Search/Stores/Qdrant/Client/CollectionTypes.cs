using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>How the nearness of two dense vectors is computed; the words are Qdrant's.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<VectorDistance>))]
public enum VectorDistance
{
    /// <summary>Cosine similarity, -1..1, bigger is nearer. Qdrant stores such vectors with unit norm.</summary>
    Cosine,

    /// <summary>Euclidean distance, smaller is nearer.</summary>
    Euclid,

    /// <summary>Dot product, bigger is nearer.</summary>
    Dot,

    /// <summary>Sum of absolute differences, smaller is nearer.</summary>
    Manhattan,
}

/// <summary>What a new collection is to be: its vectors, and how they are spread over a cluster.</summary>
public sealed record CollectionSettings
{
    /// <summary>Dense vectors by name.</summary>
    public required IReadOnlyDictionary<string, DenseVectorSettings> Vectors { get; init; }

    /// <summary>Sparse vectors by name, or null for none.</summary>
    public IReadOnlyDictionary<string, SparseVectorSettings>? SparseVectors { get; init; }

    /// <summary>Shards, at least 1; null for Qdrant's default, one a node.</summary>
    public int? ShardNumber { get; init; }

    /// <summary>Copies of each shard, at least 1; null for Qdrant's default, 1.</summary>
    public int? ReplicationFactor { get; init; }

    /// <summary>Copies that must have a write before it counts as done; null for Qdrant's default, 1.</summary>
    public int? WriteConsistencyFactor { get; init; }

    /// <summary>Whether payload stays on disk; null for Qdrant's default, true.</summary>
    public bool? OnDiskPayload { get; init; }

    /// <summary>The graph, or null for Qdrant's default.</summary>
    public HnswSettings? HnswConfig { get; init; }

    /// <summary>Limits that the server enforces, or null for none.</summary>
    public StrictModeSettings? StrictModeConfig { get; init; }

    /// <summary>Anything to remember with the collection, such as the model; a JSON object.</summary>
    public JsonElement? Metadata { get; init; }

    /// <summary>A collection laid out as the options say: vectors compared by direction, on disk with 8-bit copies in memory, and words weighted by rarity.</summary>
    /// <param name="options">Shards, copies, and where vectors lie.</param>
    /// <param name="dimensions">The dense vectors by name, with their dimensions.</param>
    /// <param name="words">The names of the sparse vectors.</param>
    public static CollectionSettings For(QdrantOptions options, IReadOnlyDictionary<string, int> dimensions, params IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(dimensions);
        ArgumentNullException.ThrowIfNull(words);
        return new CollectionSettings
        {
            Vectors = dimensions.ToDictionary(static vector => vector.Key, vector => new DenseVectorSettings
            {
                Size = vector.Value,
                Distance = VectorDistance.Cosine,
                OnDisk = options.OnDiskVectors,
                QuantizationConfig = options.QuantizeVectors ? QuantizationSettings.Int8 : null,
            }),
            SparseVectors = words.Count == 0 ? null : words.ToDictionary(static name => name, static _ => SparseVectorSettings.Idf),
            ShardNumber = options.ShardNumber,
            ReplicationFactor = options.ReplicationFactor,
            WriteConsistencyFactor = options.WriteConsistencyFactor,
            OnDiskPayload = true,
        };
    }
}

/// <summary>A named dense vector of a collection.</summary>
public sealed record DenseVectorSettings
{
    /// <summary>The dimension, at least 1.</summary>
    public required int Size { get; init; }

    /// <summary>How nearness is computed.</summary>
    public required VectorDistance Distance { get; init; }

    /// <summary>Whether float32 vectors stay on disk; null for Qdrant's default.</summary>
    public bool? OnDisk { get; init; }

    /// <summary>The graph, or null for the collection's.</summary>
    public HnswSettings? HnswConfig { get; init; }

    /// <summary>The compact copies that searches go through first, or null for none.</summary>
    public QuantizationSettings? QuantizationConfig { get; init; }

    /// <summary>Set where a point has several vectors of this name; null for one.</summary>
    public MultivectorSettings? MultivectorConfig { get; init; }
}

/// <summary>How a query is compared with several vectors of a point.</summary>
public sealed record MultivectorSettings
{
    /// <summary>The comparison; Qdrant knows <c>max_sim</c>.</summary>
    public required string Comparator { get; init; }

    /// <summary>The point is as near as its nearest vector.</summary>
    public static MultivectorSettings MaxSim { get; } = new() { Comparator = "max_sim" };
}

/// <summary>A named sparse vector of a collection.</summary>
public sealed record SparseVectorSettings
{
    /// <summary>The index, or null for Qdrant's default.</summary>
    public SparseIndexSettings? Index { get; init; }

    /// <summary><c>idf</c> for weights that the server multiplies by how rare a word is; null for none.</summary>
    public string? Modifier { get; init; }

    /// <summary>Words weighted by how rare they are in the collection: BM25 without its rarity part goes in, BM25 comes out.</summary>
    public static SparseVectorSettings Idf { get; } = new() { Modifier = "idf" };
}

/// <summary>The index of a sparse vector.</summary>
public sealed record SparseIndexSettings
{
    /// <summary>Whether the index stays on disk; null for Qdrant's default, memory.</summary>
    public bool? OnDisk { get; init; }
}

/// <summary>The HNSW graph of a vector.</summary>
public sealed record HnswSettings
{
    /// <summary>Edges a node, or null for Qdrant's default, 16.</summary>
    public int? M { get; init; }

    /// <summary>Candidates kept while building, at least 4, or null for Qdrant's default, 100.</summary>
    public int? EfConstruct { get; init; }

    /// <summary>Whether the graph stays on disk, or null for Qdrant's default, memory.</summary>
    public bool? OnDisk { get; init; }
}

/// <summary>Compact copies of dense vectors.</summary>
public sealed record QuantizationSettings
{
    /// <summary>One byte a number; null where a collection of another program has another kind.</summary>
    public ScalarQuantizationSettings? Scalar { get; init; }

    /// <summary>8-bit copies in memory; the 1 % of numbers farthest out are cut off, as Qdrant advises.</summary>
    public static QuantizationSettings Int8 { get; } = new() { Scalar = new ScalarQuantizationSettings { Type = "int8", Quantile = 0.99f, AlwaysRam = true } };
}

/// <summary>One byte a number.</summary>
public sealed record ScalarQuantizationSettings
{
    /// <summary>The type; Qdrant knows <c>int8</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The share of numbers inside the range that the bytes cover, 0.5 to 1; null for 1.</summary>
    public float? Quantile { get; init; }

    /// <summary>Whether the copies stay in memory even where the vectors are on disk.</summary>
    public bool? AlwaysRam { get; init; }
}

/// <summary>Limits that a server enforces on a collection's users.</summary>
public sealed record StrictModeSettings
{
    /// <summary>Whether any of this holds.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Whether searches may filter by payload without an index; null for yes.</summary>
    public bool? UnindexedFilteringRetrieve { get; init; }

    /// <summary>Whether deletes and updates may filter by payload without an index; null for yes.</summary>
    public bool? UnindexedFilteringUpdate { get; init; }

    /// <summary>The most results of one query, at least 1; null for any number.</summary>
    public int? MaxQueryLimit { get; init; }
}

/// <summary>The type of a payload index.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PayloadIndexType>))]
public enum PayloadIndexType
{
    /// <summary>Texts matched as a whole; facets need it.</summary>
    [JsonStringEnumMemberName("keyword")]
    Keyword,

    /// <summary>Whole numbers, matched and by range.</summary>
    [JsonStringEnumMemberName("integer")]
    Integer,

    /// <summary>Numbers by range.</summary>
    [JsonStringEnumMemberName("float")]
    Float,

    /// <summary>Places.</summary>
    [JsonStringEnumMemberName("geo")]
    Geo,

    /// <summary>Words of texts.</summary>
    [JsonStringEnumMemberName("text")]
    Text,

    /// <summary>Truth values.</summary>
    [JsonStringEnumMemberName("bool")]
    Bool,

    /// <summary>Times by range.</summary>
    [JsonStringEnumMemberName("datetime")]
    Datetime,

    /// <summary>UUIDs.</summary>
    [JsonStringEnumMemberName("uuid")]
    Uuid,
}

/// <summary>What Qdrant says of a collection.</summary>
public sealed record CollectionDetails
{
    /// <summary><c>green</c>: all is optimised; <c>yellow</c>: it optimises; <c>grey</c>: it will after the next write; <c>red</c>: something failed.</summary>
    public required string Status { get; init; }

    /// <summary>Points, counted roughly.</summary>
    public long? PointsCount { get; init; }

    /// <summary>Vectors in an index, counted roughly; others are scanned.</summary>
    public long? IndexedVectorsCount { get; init; }

    /// <summary>Segments on all shards of the node that answered.</summary>
    public long SegmentsCount { get; init; }

    /// <summary>How the collection was made.</summary>
    public required CollectionConfiguration Config { get; init; }

    /// <summary>Payload indexes by key.</summary>
    public IReadOnlyDictionary<string, PayloadIndexDetails> PayloadSchema { get; init; } = new Dictionary<string, PayloadIndexDetails>();
}

/// <summary>How a collection was made.</summary>
public sealed record CollectionConfiguration
{
    /// <summary>Vectors and spread.</summary>
    public required CollectionParameters Params { get; init; }

    /// <summary>What was remembered with the collection.</summary>
    public JsonElement? Metadata { get; init; }
}

/// <summary>Vectors and spread of a collection.</summary>
public sealed record CollectionParameters
{
    /// <summary>Dense vectors by name; the unnamed one of another program's collection has the empty name.</summary>
    [JsonConverter(typeof(VectorSettingsConverter))]
    public IReadOnlyDictionary<string, DenseVectorSettings> Vectors { get; init; } = new Dictionary<string, DenseVectorSettings>();

    /// <summary>Sparse vectors by name; null for none.</summary>
    public IReadOnlyDictionary<string, SparseVectorSettings>? SparseVectors { get; init; }

    /// <summary>Shards.</summary>
    public int ShardNumber { get; init; } = 1;

    /// <summary>Copies of each shard.</summary>
    public int ReplicationFactor { get; init; } = 1;

    /// <summary>Copies that must have a write before it counts as done.</summary>
    public int WriteConsistencyFactor { get; init; } = 1;
}

/// <summary>A payload index.</summary>
public sealed record PayloadIndexDetails
{
    /// <summary>Its type.</summary>
    public required PayloadIndexType DataType { get; init; }

    /// <summary>Points that have the key.</summary>
    public long Points { get; init; }
}

/// <summary>Another name of a collection.</summary>
public sealed record CollectionAlias
{
    /// <summary>The other name.</summary>
    public required string AliasName { get; init; }

    /// <summary>The collection it means.</summary>
    public required string CollectionName { get; init; }
}

/// <summary>A snapshot of a collection on the node that made it.</summary>
public sealed record SnapshotDetails
{
    /// <summary>Its file name.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made, in UTC; null where the server does not say.</summary>
    public string? CreationTime { get; init; }

    /// <summary>Bytes.</summary>
    public long Size { get; init; }

    /// <summary>SHA-256 as hexadecimal text; null where the server does not say.</summary>
    public string? Checksum { get; init; }
}

/// <summary>What a node says of its cluster.</summary>
public sealed record ClusterDetails
{
    /// <summary><c>enabled</c>, or <c>disabled</c> for a single node.</summary>
    public required string Status { get; init; }

    /// <summary>The node's own number; null for a single node.</summary>
    public ulong? PeerId { get; init; }

    /// <summary>The addresses of all nodes by number.</summary>
    public IReadOnlyDictionary<string, ClusterPeer> Peers { get; init; } = new Dictionary<string, ClusterPeer>();
}

/// <summary>A node of a cluster.</summary>
/// <param name="Uri">Where other nodes reach it.</param>
public sealed record ClusterPeer(string Uri);

/// <summary>Title and version of the server.</summary>
/// <param name="Title">A line for people.</param>
/// <param name="Version">Such as <c>1.19.0</c>.</param>
public sealed record ServerVersion(string Title, string Version);
