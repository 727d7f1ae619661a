using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>A sparse vector: weights at a few of 2^32 places.</summary>
/// <param name="Indices">The places, each once; words are hashed to them.</param>
/// <param name="Values">The weight at each.</param>
public sealed record SparseVector(uint[] Indices, float[] Values);

/// <summary>A vector of a point, dense or sparse, or several dense ones, under its name.</summary>
public sealed record NamedVector
{
    private NamedVector(string name, ReadOnlyMemory<float> dense, SparseVector? sparse, IReadOnlyList<float[]>? several)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        (Name, Dense, Sparse, Several) = (name, dense, sparse, several);
    }

    /// <summary>The vector's name in the collection.</summary>
    public string Name { get; }

    /// <summary>The numbers of a dense vector; empty for a sparse one.</summary>
    public ReadOnlyMemory<float> Dense { get; }

    /// <summary>A sparse vector; null for a dense one.</summary>
    public SparseVector? Sparse { get; }

    /// <summary>Several dense vectors, of which a query meets the nearest; null for others.</summary>
    public IReadOnlyList<float[]>? Several { get; }

    /// <summary>A dense vector.</summary>
    /// <param name="name">Its name in the collection.</param>
    /// <param name="values">Finite numbers, as many as the collection's dimension; read when the point is sent.</param>
    public static NamedVector Of(string name, ReadOnlyMemory<float> values) => new(name, values, null, null);

    /// <summary>A sparse vector.</summary>
    /// <param name="name">Its name in the collection.</param>
    /// <param name="values">Places and weights.</param>
    public static NamedVector Of(string name, SparseVector values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new NamedVector(name, default, values, null);
    }

    /// <summary>Several dense vectors under one name.</summary>
    /// <param name="name">The name in the collection, of a vector with <see cref="MultivectorSettings"/>.</param>
    /// <param name="values">At least one, each as long as the collection's dimension.</param>
    public static NamedVector Of(string name, IReadOnlyList<float[]> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new NamedVector(name, default, null, values);
    }
}

/// <summary>A point to write: what was there under its id is replaced as a whole.</summary>
/// <param name="Id">The point's id.</param>
/// <param name="Vectors">Its vectors, each name once; those left out are not there afterwards.</param>
/// <param name="Payload">A JSON object as UTF-8; empty for none.</param>
public sealed record PointWrite(ulong Id, IReadOnlyList<NamedVector> Vectors, ReadOnlyMemory<byte> Payload);

/// <summary>The vectors that came back with a point, by name.</summary>
[JsonConverter(typeof(PointVectorsConverter))]
public sealed record PointVectors
{
    /// <summary>None.</summary>
    public static PointVectors None { get; } = new();

    /// <summary>Dense ones.</summary>
    public IReadOnlyDictionary<string, float[]> Dense { get; init; } = new Dictionary<string, float[]>();

    /// <summary>Sparse ones.</summary>
    public IReadOnlyDictionary<string, SparseVector> Sparse { get; init; } = new Dictionary<string, SparseVector>();

    /// <summary>Several dense ones under one name.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<float[]>> Several { get; init; } = new Dictionary<string, IReadOnlyList<float[]>>();
}

/// <summary>A point as it lies in a collection.</summary>
public sealed record StoredPoint
{
    /// <summary>The point's id.</summary>
    public required ulong Id { get; init; }

    /// <summary>What was asked for of its payload, an object; null where nothing was.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>What was asked for of its vectors.</summary>
    [JsonPropertyName("vector")]
    public PointVectors? Vectors { get; init; }
}

/// <summary>A point that a query found.</summary>
public sealed record ScoredPoint
{
    /// <summary>The point's id.</summary>
    public required ulong Id { get; init; }

    /// <summary>How well it fits: similarity or distance by the vector's kind, the sum of reciprocal ranks after fusion.</summary>
    public required float Score { get; init; }

    /// <summary>What was asked for of its payload, an object; null where nothing was.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>What was asked for of its vectors.</summary>
    [JsonPropertyName("vector")]
    public PointVectors? Vectors { get; init; }
}

/// <summary>Which part of the payload is to come back.</summary>
[JsonConverter(typeof(PayloadSelectionConverter))]
public sealed record PayloadSelection
{
    private PayloadSelection(bool all, IReadOnlyList<string> keys) => (IsAll, Keys) = (all, keys);

    /// <summary>Nothing.</summary>
    public static PayloadSelection None { get; } = new(false, []);

    /// <summary>Everything.</summary>
    public static PayloadSelection All { get; } = new(true, []);

    /// <summary>Whether everything.</summary>
    public bool IsAll { get; }

    /// <summary>Only these keys, where there are any.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Only what lies at these keys.</summary>
    /// <param name="keys">Payload keys, at least one.</param>
    public static PayloadSelection Only(params IReadOnlyList<string> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return keys.Count > 0 ? new PayloadSelection(false, [.. keys]) : throw new ArgumentException("Name at least one key, or use None.", nameof(keys));
    }
}

/// <summary>Which vectors are to come back.</summary>
[JsonConverter(typeof(VectorSelectionConverter))]
public sealed record VectorSelection
{
    private VectorSelection(bool all, IReadOnlyList<string> names) => (IsAll, Names) = (all, names);

    /// <summary>None.</summary>
    public static VectorSelection None { get; } = new(false, []);

    /// <summary>All.</summary>
    public static VectorSelection All { get; } = new(true, []);

    /// <summary>Whether all.</summary>
    public bool IsAll { get; }

    /// <summary>Only these, where there are any.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Only these vectors.</summary>
    /// <param name="names">Their names, at least one.</param>
    public static VectorSelection Only(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count > 0 ? new VectorSelection(false, [.. names]) : throw new ArgumentException("Name at least one vector, or use None.", nameof(names));
    }
}

/// <summary>One page of a scroll through a collection, by id from small to large.</summary>
public sealed record ScrollPage
{
    /// <summary>The points of the page.</summary>
    public required IReadOnlyList<StoredPoint> Points { get; init; }

    /// <summary>Where the next page begins; null after the last one.</summary>
    public ulong? NextPageOffset { get; init; }
}

/// <summary>What to scroll through.</summary>
public sealed record PointScroll
{
    /// <summary>Only points that fit, or null for all.</summary>
    public PointFilter? Filter { get; init; }

    /// <summary>The first id, or null for the smallest.</summary>
    public ulong? Offset { get; init; }

    /// <summary>Points of a page, at least 1.</summary>
    public int Limit { get; init; } = 256;

    /// <summary>Which payload comes back.</summary>
    public PayloadSelection WithPayload { get; init; } = PayloadSelection.All;

    /// <summary>Which vectors come back.</summary>
    public VectorSelection WithVector { get; init; } = VectorSelection.None;
}
