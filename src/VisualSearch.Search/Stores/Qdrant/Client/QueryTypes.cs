using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>How examples become a query; the words are Qdrant's.</summary>
public enum RecommendStrategy
{
    /// <summary>One query: the mean of the good ones, plus its difference from the mean of the bad ones.</summary>
    AverageVector,

    /// <summary>Each point by its nearest good and its nearest bad example.</summary>
    BestScore,

    /// <summary>Each point by the sum over good minus the sum over bad examples.</summary>
    SumScores,
}

/// <summary>What a query asks for.</summary>
[JsonConverter(typeof(PointQueryInputConverter))]
public abstract record QueryInput
{
    private QueryInput()
    {
    }

    /// <summary>Points near a dense vector.</summary>
    /// <param name="Vector">Its numbers.</param>
    public sealed record Dense(ReadOnlyMemory<float> Vector) : QueryInput;

    /// <summary>Points whose several vectors are near to these: the sum over these of the nearness to the nearest of the point's (MaxSim).</summary>
    /// <param name="Vectors">At least one.</param>
    public sealed record Several(IReadOnlyList<float[]> Vectors) : QueryInput;

    /// <summary>Points with a large dot product with a sparse vector; those that share no place with it are never found.</summary>
    /// <param name="Vector">Places and weights.</param>
    public sealed record Sparse(SparseVector Vector) : QueryInput;

    /// <summary>Points near another point, which itself is left out.</summary>
    /// <param name="Id">The other point.</param>
    public sealed record Like(ulong Id) : QueryInput;

    /// <summary>
    /// Results of the prefetches, fused by reciprocal rank: a point's score is the sum of 1 / ((rank + 1) / weight + k - 1) over the lists it
    /// is in, rank from 0. Without weights that is 1 / (rank + k).
    /// </summary>
    public sealed record FuseByRank : QueryInput
    {
        /// <summary>How flat ranks are, at least 1; null for Qdrant's default, 2.</summary>
        public int? K { get; init; }

        /// <summary>A weight for each prefetch; null for 1 each.</summary>
        public IReadOnlyList<float>? Weights { get; init; }
    }

    /// <summary>Points like the good and unlike the bad examples, which are left out themselves.</summary>
    public sealed record Recommend : QueryInput
    {
        /// <summary>Good examples: points or vectors.</summary>
        public required IReadOnlyList<QueryInput> Positive { get; init; }

        /// <summary>Bad examples: points or vectors.</summary>
        public IReadOnlyList<QueryInput> Negative { get; init; } = [];

        /// <summary>How they become a query.</summary>
        public RecommendStrategy Strategy { get; init; } = RecommendStrategy.AverageVector;
    }
}

/// <summary>How hard to look.</summary>
public sealed record QueryTuning
{
    /// <summary>Candidates kept while walking the graph, at least 1; null for the collection's.</summary>
    public int? HnswEf { get; init; }

    /// <summary>True to compare with every vector.</summary>
    public bool? Exact { get; init; }

    /// <summary>How compact copies are used; null for Qdrant's default.</summary>
    public QuantizationTuning? Quantization { get; init; }

    /// <summary>Looking as hard as the options say: through 8-bit copies, with more candidates than results rescored from float32.</summary>
    /// <param name="options">Whether there are copies, and how many candidates are rescored.</param>
    /// <param name="hnswEf">Candidates kept while walking the graph; 0 for the collection's.</param>
    public static QueryTuning For(QdrantOptions options, int hnswEf = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(hnswEf);
        return new QueryTuning
        {
            HnswEf = hnswEf == 0 ? null : hnswEf,
            Quantization = options.QuantizeVectors ? new QuantizationTuning { Rescore = true, Oversampling = options.Oversampling } : null,
        };
    }
}

/// <summary>How compact copies are used.</summary>
public sealed record QuantizationTuning
{
    /// <summary>True to use the float32 vectors only.</summary>
    public bool? Ignore { get; init; }

    /// <summary>True to compute final scores from float32.</summary>
    public bool? Rescore { get; init; }

    /// <summary>How many times as many candidates as results are rescored, at least 1.</summary>
    public double? Oversampling { get; init; }
}

/// <summary>A list of points that a query fuses or looks through again.</summary>
public sealed record PointPrefetch
{
    /// <summary>What it asks for; null for the points that the filter lets through, by id.</summary>
    public QueryInput? Query { get; init; }

    /// <summary>Which vector; null for the unnamed one.</summary>
    public string? Using { get; init; }

    /// <summary>Only points that fit, or null for all.</summary>
    public PointFilter? Filter { get; init; }

    /// <summary>How hard to look.</summary>
    public QueryTuning? Params { get; init; }

    /// <summary>Only points at least this near.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>How many at most, at least 1.</summary>
    public int Limit { get; init; } = 10;

    /// <summary>Lists that this one is made from, or null.</summary>
    public IReadOnlyList<PointPrefetch>? Prefetch { get; init; }
}

/// <summary>A query for points.</summary>
public sealed record PointQuery
{
    /// <summary>Lists that the query is made from, or null.</summary>
    public IReadOnlyList<PointPrefetch>? Prefetch { get; init; }

    /// <summary>What it asks for; null for the points that the filter lets through, by id.</summary>
    public QueryInput? Query { get; init; }

    /// <summary>Which vector; null for the unnamed one, and for fusion.</summary>
    public string? Using { get; init; }

    /// <summary>Only points that fit, or null for all.</summary>
    public PointFilter? Filter { get; init; }

    /// <summary>How hard to look.</summary>
    public QueryTuning? Params { get; init; }

    /// <summary>Only points at least this near: not below it for similarities, not above it for distances.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>How many at most, at least 1.</summary>
    public int Limit { get; init; } = 10;

    /// <summary>How many of the best are left out; null for none.</summary>
    public int? Offset { get; init; }

    /// <summary>Which payload comes back.</summary>
    public PayloadSelection WithPayload { get; init; } = PayloadSelection.None;

    /// <summary>Which vectors come back.</summary>
    public VectorSelection WithVector { get; init; } = VectorSelection.None;
}

/// <summary>A query whose results are put into groups by a payload key: the best groups, and the best of each.</summary>
public sealed record PointGroupsQuery
{
    /// <summary>The payload key: texts or whole numbers; points without it are left out.</summary>
    public required string GroupBy { get; init; }

    /// <summary>Points of a group at most, at least 1.</summary>
    public int GroupSize { get; init; } = 3;

    /// <summary>Groups at most, at least 1.</summary>
    public int Limit { get; init; } = 10;

    /// <summary>Lists that the query is made from, or null.</summary>
    public IReadOnlyList<PointPrefetch>? Prefetch { get; init; }

    /// <summary>What it asks for.</summary>
    public QueryInput? Query { get; init; }

    /// <summary>Which vector; null for the unnamed one, and for fusion.</summary>
    public string? Using { get; init; }

    /// <summary>Only points that fit, or null for all.</summary>
    public PointFilter? Filter { get; init; }

    /// <summary>How hard to look.</summary>
    public QueryTuning? Params { get; init; }

    /// <summary>Only points at least this near.</summary>
    public float? ScoreThreshold { get; init; }

    /// <summary>Which payload comes back.</summary>
    public PayloadSelection WithPayload { get; init; } = PayloadSelection.None;

    /// <summary>Which vectors come back.</summary>
    public VectorSelection WithVector { get; init; } = VectorSelection.None;
}

/// <summary>A group of found points.</summary>
public sealed record PointGroup
{
    /// <summary>What its points have at the key: a text or a whole number.</summary>
    public required JsonElement Id { get; init; }

    /// <summary>Its points, best first.</summary>
    public required IReadOnlyList<ScoredPoint> Hits { get; init; }
}

/// <summary>A value of a payload key and how many points have it.</summary>
public sealed record FacetHit
{
    /// <summary>A text, a whole number or a truth value.</summary>
    public required JsonElement Value { get; init; }

    /// <summary>Points that have it.</summary>
    public required long Count { get; init; }
}

/// <summary>Which values of a payload key to count.</summary>
public sealed record FacetQuery
{
    /// <summary>The payload key; it needs an index of type keyword, integer or bool.</summary>
    public required string Key { get; init; }

    /// <summary>Values at most, at least 1.</summary>
    public int Limit { get; init; } = 50;

    /// <summary>Only points that fit, or null for all.</summary>
    public PointFilter? Filter { get; init; }

    /// <summary>True to count every shard's points exactly.</summary>
    public bool Exact { get; init; } = true;
}
