using VisualSearch.Encoders.Media;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Ranking;

namespace VisualSearch.Search;

/// <summary>The answer to one search.</summary>
public sealed record SearchResponse
{
    /// <summary>Names this answer, so that clicks can be reported against it.</summary>
    public required string QueryId { get; init; }

    /// <summary>Wall time of the search in milliseconds.</summary>
    public required double TookMs { get; init; }

    /// <summary>Where that time went.</summary>
    public required SearchTimings Timings { get; init; }

    /// <summary>What was searched for, in words: "picture + 'red', 12 filtered out".</summary>
    public required string Understood { get; init; }

    /// <summary>The page of results, best first.</summary>
    public required IReadOnlyList<SearchResult> Results { get; init; }

    /// <summary>True when nothing found reaches the cut-off: what is shown is the nearest there is, not a match.</summary>
    public required bool NoGoodMatch { get; init; }

    /// <summary>Items that the query's filter excluded; null without a filter.</summary>
    public int? FilteredOut { get; init; }

    /// <summary>Whether results follow after this page.</summary>
    public required bool HasMore { get; init; }
}

/// <summary>Milliseconds spent in each stage of one search.</summary>
public sealed record SearchTimings
{
    /// <summary>Words to vector.</summary>
    public double Embed { get; init; }

    /// <summary>Filter, vector search and BM25; the latter two run side by side.</summary>
    public double Retrieve { get; init; }

    /// <summary>Joining the two lists.</summary>
    public double Fuse { get; init; }

    /// <summary>Exact similarities of all candidates.</summary>
    public double Rescore { get; init; }

    /// <summary>Relevance and boosts.</summary>
    public double Rank { get; init; }

    /// <summary>Collapse, diversity, business rules, match scores.</summary>
    public double Arrange { get; init; }
}

/// <summary>One result.</summary>
public sealed record SearchResult
{
    /// <summary>What was found, and the file it belongs to.</summary>
    public required ItemRecord Record { get; init; }

    /// <summary>Place in the whole list, from 1.</summary>
    public required int Position { get; init; }

    /// <summary>The number that results are ordered by: a cosine for visual search, a fused score otherwise. Use <see cref="Match"/> for people.</summary>
    public required double Score { get; init; }

    /// <summary>How good the match is, 0 to 100, comparable between queries.</summary>
    public required int Match { get; init; }

    /// <summary>True when <see cref="Match"/> is under the cut-off.</summary>
    public required bool BelowCutoff { get; init; }

    /// <summary>How many near duplicates, or further items of the same asset, this result stands for besides itself.</summary>
    public int Collapsed { get; init; }

    /// <summary>Where to start to play, in seconds from the start of the video: when the picture is shown that fits best, or, where words found more, when they are said; null for what is no shot.</summary>
    public double? Moment { get; init; }

    /// <summary>What is said in a passage, or over a shot where that answers the query too; null otherwise.</summary>
    public string? Said { get; init; }

    /// <summary>Which retrievals found it.</summary>
    public FoundBy FoundBy { get; init; }

    /// <summary>Further moments of the same video, best first, where results are grouped by asset.</summary>
    public IReadOnlyList<MomentResult> Moments { get; init; } = [];

    /// <summary>The part of the picture that answers the query, in a search by parts; null otherwise.</summary>
    public CropBox? Box { get; init; }

    /// <summary>Why the result is where it is, where the query asked.</summary>
    public Explanation? Explanation { get; init; }

    /// <summary>The retrieved item.</summary>
    public Item Item => Record.Item;

    /// <summary>The picture or video that the item belongs to.</summary>
    public Asset Asset => Record.Asset;
}

/// <summary>Which retrievals found a result.</summary>
[Flags]
public enum FoundBy
{
    /// <summary>None: a rule put it there.</summary>
    None = 0,

    /// <summary>What is seen.</summary>
    Picture = 1,

    /// <summary>The words that are said or written, by BM25.</summary>
    Words = 2,

    /// <summary>What is said or written, as it is meant.</summary>
    Meaning = 4,
}

/// <summary>A further moment of a video that is a result.</summary>
/// <param name="Item">The shot or passage.</param>
/// <param name="Moment">Where to start to play, in seconds; null for a passage, which starts where it starts.</param>
/// <param name="Match">How good the match is, 0 to 100.</param>
/// <param name="FoundBy">Which retrievals found it.</param>
public sealed record MomentResult(Item Item, double? Moment, int Match, FoundBy FoundBy);
