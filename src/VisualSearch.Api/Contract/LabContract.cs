using VisualSearch.Ann;
using VisualSearch.Search.Evaluation.Lab;

namespace VisualSearch.Api.Contract;

/// <summary>What experiments can be made with a collection.</summary>
/// <param name="Vectors">Vectors that experiments use; fewer than there are items in a large collection.</param>
/// <param name="Items">Items of the collection.</param>
/// <param name="Dimension">Numbers in each vector.</param>
/// <param name="MostResults">The greatest k.</param>
/// <param name="Families">The kinds of index with their settings.</param>
/// <param name="Codes">What an index with codes can compare.</param>
public sealed record LabOptionsReply(
    long Vectors, long Items, int Dimension, int MostResults, IReadOnlyList<LabFamily> Families, IReadOnlyList<CodeKind> Codes);

/// <summary>An experiment: exactly one of <see cref="ItemId"/> and <see cref="Text"/>, and the settings that differ from the presets.</summary>
public sealed record LabRequest
{
    /// <summary>Search with this item of the collection.</summary>
    public long? ItemId { get; init; }

    /// <summary>Search with these words.</summary>
    public string? Text { get; init; }

    /// <summary>The kind of index; the first of <see cref="LabOptionsReply.Families"/> by default.</summary>
    public string Family { get; init; } = LabFamily.All[0].Name;

    /// <summary>The family's whole numbers by name, such as efSearch.</summary>
    public IReadOnlyDictionary<string, int> Settings { get; init; } = new Dictionary<string, int>();

    /// <summary>What the search compares.</summary>
    public CodeKind Codes { get; init; } = CodeKind.Int8;

    /// <summary>Whether exact distances rank what codes found.</summary>
    public bool Rescore { get; init; } = true;

    /// <summary>How many results.</summary>
    public int K { get; init; } = 10;

    /// <summary>The share of items that a filter lets through, above 0 to 1.</summary>
    public double FilterShare { get; init; } = 1;
}

/// <summary>What came of an experiment.</summary>
/// <param name="Query">The picture searched with; null for words.</param>
/// <param name="Exact">The truly nearest, nearest first.</param>
/// <param name="Approximate">What the index found.</param>
/// <param name="Measures">Recall, times, counts and memory.</param>
/// <param name="Walk">The way of the search; null for a family that does not walk.</param>
/// <param name="Stops">The pictures at the nodes whose links were followed, in the order of the walk's hops.</param>
public sealed record LabReply(
    AssetReply? Query, IReadOnlyList<LabResultReply> Exact, IReadOnlyList<LabResultReply> Approximate, LabMeasuresReply Measures,
    LabWalk? Walk, IReadOnlyList<LabStopReply> Stops);

/// <summary>A result of one of the two searches.</summary>
/// <param name="Asset">The picture.</param>
/// <param name="Distance">Exact cosine distance from the query, 0 to 2.</param>
/// <param name="InBoth">Whether the other search has it too.</param>
public sealed record LabResultReply(AssetReply Asset, double Distance, bool InBoth);

/// <summary>A picture on the way.</summary>
public sealed record LabStopReply(string Title, string ThumbnailUrl);

/// <summary>An experiment's figures, as in <see cref="LabReport"/>.</summary>
public sealed record LabMeasuresReply(
    int Vectors, double Recall, double MeanRecall, int MeanQueries, double ExactMicros, double ApproximateMicros,
    long Visited, int Rescored, int? Probed, double BuildSeconds, long MemoryBytes);

/// <summary>The index is being built; ask again.</summary>
/// <param name="Building">How far it is.</param>
public sealed record LabProgressReply(LabProgress Building);

/// <summary>The last run of <c>vsearch bench ann</c>.</summary>
/// <param name="Rows">One row an engine and setting; empty when no bench has run.</param>
public sealed record LabBenchReply(IReadOnlyList<LabBenchRow> Rows);

/// <summary>One engine with one setting on one set of vectors.</summary>
/// <param name="Data">The vectors.</param>
/// <param name="Engine">The engine.</param>
/// <param name="Setting">Its setting, such as ef=64.</param>
/// <param name="Recall10">The share of the ten nearest that it found, 0 to 1.</param>
/// <param name="Qps">Queries per second on one thread.</param>
/// <param name="P99Micros">The time that 99 of 100 queries stay under. Microseconds.</param>
/// <param name="BuildSeconds">Time to build the index.</param>
/// <param name="BuildThreads">With this many threads.</param>
/// <param name="ResidentMiB">Memory of the process.</param>
/// <param name="OpenSeconds">Time to open the saved index.</param>
public sealed record LabBenchRow(
    string Data, string Engine, string Setting, double Recall10, double Qps, double? P99Micros = null,
    double? BuildSeconds = null, int? BuildThreads = null, double? ResidentMiB = null, double? OpenSeconds = null);
