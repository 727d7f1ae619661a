using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using Retrievals = VisualSearch.Search.FoundBy;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>An item in few words: what an agent needs to say what it is, and to ask for more. Written as snake_case JSON.</summary>
internal sealed record ItemNote
{
    // What is said in a shot or passage; a whole transcript is asked for with get_item.
    private const int MostSaid = 500;

    public required long Id { get; init; }

    public required string Kind { get; init; }

    public required string Path { get; init; }

    public string? Title { get; init; }

    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Seconds from the start of the video; null for a picture.</summary>
    public double? Start { get; init; }

    public double? End { get; init; }

    /// <summary>The same for people: "1:02 to 1:15".</summary>
    public string? Time { get; init; }

    /// <summary>Where to start to play, in seconds.</summary>
    public double? Moment { get; init; }

    /// <summary>The same for people.</summary>
    public string? MomentTime { get; init; }

    /// <summary>The file, at the moment.</summary>
    public required string Link { get; init; }

    public string? Page { get; init; }

    /// <summary>0 to 100.</summary>
    public int? Match { get; init; }

    public double? Score { get; init; }

    public IReadOnlyList<string>? FoundBy { get; init; }

    /// <summary>What is said or written there.</summary>
    public string? Says { get; init; }

    /// <summary>How many near copies it stands for besides itself.</summary>
    public int? Copies { get; init; }

    public static ItemNote Of(ToolDesk desk, string collection, ItemRecord record, double? moment = null)
    {
        (Item item, Asset asset) = record;
        double? at = moment ?? item.Start;
        return new ItemNote
        {
            Id = item.Id,
            Kind = FilterFields.Word(item.Kind),
            Path = asset.RelativePath,
            Title = asset.Title,
            Tags = asset.Tags.Count == 0 ? null : asset.Tags,
            Start = Rounded(item.Start),
            End = Rounded(item.End),
            Time = item is { Start: { } start, End: { } end } ? $"{ItemLinks.Clock(start)} to {ItemLinks.Clock(end)}" : null,
            Moment = Rounded(at),
            MomentTime = at is { } seconds ? ItemLinks.Clock(seconds) : null,
            Link = ItemLinks.File(asset, at),
            Page = ItemLinks.Page(desk.Options.PageAddress, collection, item),
            Says = Cut(item.Text, MostSaid),
        };
    }

    public static ItemNote Of(ToolDesk desk, string collection, SearchResult result) => Of(desk, collection, result.Record, result.Moment) with
    {
        Match = result.Match,
        Score = Math.Round(result.Score, 4),
        FoundBy = Words(result.FoundBy),
        Says = Cut(result.Said, MostSaid),
        Copies = result.Collapsed == 0 ? null : result.Collapsed,
    };

    public static IReadOnlyList<string> Words(Retrievals found) =>
        [.. new[] { Retrievals.Picture, Retrievals.Words, Retrievals.Meaning }.Where(one => found.HasFlag(one)).Select(one => one.ToString().ToLowerInvariant())];

    public static string? Cut(string? text, int most) => text is null || text.Length <= most ? text : text[..most] + "…";

    // Three digits are a millisecond.
    public static double? Rounded(double? seconds) => seconds is { } value ? Math.Round(value, 3) : null;
}
