using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Api.Contract;

/// <summary>The answer to a search.</summary>
public sealed record SearchReply(
    string QueryId,
    double TookMs,
    SearchTimings Timings,
    string Understood,
    bool NoGoodMatch,
    int? FilteredOut,
    bool HasMore,
    IReadOnlyList<ResultReply> Results)
{
    /// <summary>Whether this is the reply to the same request a while ago: nothing has changed since. Times are those of the first.</summary>
    public bool Cached { get; init; }
}

/// <summary>One result.</summary>
public sealed record ResultReply
{
    /// <summary>The item.</summary>
    public required long Id { get; init; }

    /// <summary>The picture or video it belongs to.</summary>
    public required long AssetId { get; init; }

    /// <summary>What it is.</summary>
    public required ItemKind Kind { get; init; }

    /// <summary>What results are ordered by.</summary>
    public required double Score { get; init; }

    /// <summary>How good the match is, 0 to 100.</summary>
    public required int Match { get; init; }

    /// <summary>Whether the match is under the cut-off for a good one.</summary>
    public required bool BelowCutoff { get; init; }

    /// <summary>How many near duplicates it stands for besides itself.</summary>
    public int Collapsed { get; init; }

    /// <summary>The asset, as on its own page.</summary>
    public required AssetReply Asset { get; init; }

    /// <summary>Path below the indexed folder.</summary>
    public string Path => Asset.Path;

    /// <summary>Title.</summary>
    public string? Title => Asset.Title;

    /// <summary>Tags.</summary>
    public IReadOnlyList<string> Tags => Asset.Tags;

    /// <summary>Start of a shot or passage in seconds.</summary>
    public double? Start { get; init; }

    /// <summary>End of a shot or passage in seconds.</summary>
    public double? End { get; init; }

    /// <summary>When the picture is shown that fits best, or the words are said, in seconds; the player starts there.</summary>
    public double? Moment { get; init; }

    /// <summary>Which retrievals found it: <c>picture</c>, <c>words</c>, <c>meaning</c>.</summary>
    public required IReadOnlyList<string> FoundBy { get; init; }

    /// <summary>What is said in a passage, or over a shot where that answers the query too.</summary>
    public string? Caption { get; init; }

    /// <summary>Further moments of the same video, where results are grouped by asset.</summary>
    public IReadOnlyList<MomentReply>? Moments { get; init; }

    /// <summary>The part of the picture that answers the query, in a search by parts; null otherwise.</summary>
    public CropRequest? Box { get; init; }

    /// <summary>Where its small picture is; of a moment of a video, that of the moment.</summary>
    public required string ThumbnailUrl { get; init; }

    /// <summary>Where the file is.</summary>
    public string MediaUrl => Asset.MediaUrl;

    /// <summary>Why it is where it is, where asked for.</summary>
    public ExplanationReply? Explanation { get; init; }
}

/// <summary>A further moment of a video that is a result.</summary>
/// <param name="Id">The item.</param>
/// <param name="Kind">Shot or passage.</param>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends, in seconds.</param>
/// <param name="Moment">When the picture is shown that fits best, or the words are said, in seconds; null for a passage.</param>
/// <param name="Match">How good the match is, 0 to 100.</param>
/// <param name="FoundBy">Which retrievals found it.</param>
public sealed record MomentReply(long Id, ItemKind Kind, double Start, double End, double? Moment, int Match, IReadOnlyList<string> FoundBy);

/// <summary>What a video has that a picture has not.</summary>
/// <param name="Duration">Its length in seconds.</param>
/// <param name="StoryboardUrl">Where the small pictures at even steps are, as one WebP picture.</param>
/// <param name="Tiles">How that is laid out.</param>
/// <param name="TranscriptUrl">Where what is said is, line by line.</param>
public sealed record VideoReply(double Duration, string StoryboardUrl, StoryboardTiles Tiles, string TranscriptUrl);

/// <summary>What is said in a video.</summary>
/// <param name="Lines">Line by line, in order of time.</param>
public sealed record TranscriptReply(IReadOnlyList<TranscriptLine> Lines);

/// <summary>A picture or video with all that is known about it.</summary>
public sealed record AssetReply
{
    /// <summary>The asset.</summary>
    public required long Id { get; init; }

    /// <summary>The item that stands for the whole picture, or a video's first shot; give it as <c>imageId</c> to find more like it.</summary>
    public required long ItemId { get; init; }

    /// <summary>Path below the indexed folder.</summary>
    public required string Path { get; init; }

    /// <summary>Title.</summary>
    public string? Title { get; init; }

    /// <summary>Tags.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Longer text.</summary>
    public string? Text { get; init; }

    /// <summary>File format: jpeg, png, webp …</summary>
    public required string Format { get; init; }

    /// <summary>Upright width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Upright height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Length of the file in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Average colour as <c>#rrggbb</c>, to show until the picture is there.</summary>
    public required string AverageColor { get; init; }

    /// <summary>Year, camera, place and whatever a sidecar adds.</summary>
    public required IReadOnlyDictionary<string, FieldValue> Fields { get; init; }

    /// <summary>What only videos have; null for a picture.</summary>
    public VideoReply? Video { get; init; }

    /// <summary>Where its small picture is; add <c>&amp;size=</c> for another than 320 pixels, and <c>&amp;time=</c> in seconds for another moment of a video.</summary>
    public required string ThumbnailUrl { get; init; }

    /// <summary>Where the file is, or a WebP copy of one that browsers can't show.</summary>
    public required string MediaUrl { get; init; }
}

/// <summary>A collection.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Model">The model of its vectors.</param>
/// <param name="Generation">Which build of the vectors.</param>
/// <param name="Assets">How many pictures and videos.</param>
/// <param name="Items">How many items.</param>
/// <param name="Store">Which kind of store.</param>
/// <param name="Videos">How many of the assets are videos.</param>
/// <param name="Facets">Fields that filters can use and whose values can be counted.</param>
/// <param name="Fault">Why it can't be searched, with what to do; null when it can.</param>
public sealed record CollectionReply(string Name, string Model, int Generation, long Assets, long Items, string Store, long Videos, IReadOnlyList<string> Facets, string? Fault);

/// <summary>How often each value of a field occurs.</summary>
public sealed record FacetReply(string Field, IReadOnlyList<FacetCount> Values);

/// <summary>An indexed upload.</summary>
/// <param name="Asset">What was stored.</param>
/// <param name="Created">False when this very picture was already there.</param>
public sealed record UploadReply(AssetReply Asset, bool Created);

/// <summary>Whether the server is ready, and what it checked.</summary>
public sealed record ReadinessReply(string Status, IReadOnlyDictionary<string, string> Checks);
