using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Rag;

/// <summary>Something of the collection that an answer can cite: a picture, a shot, or what is said in a part of a video.</summary>
public sealed record Source
{
    private static readonly IReadOnlyDictionary<string, double> NothingSeen = new Dictionary<string, double>();

    /// <summary>The number that citations name it by, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The item, and the file it belongs to.</summary>
    public required ItemRecord Record { get; init; }

    /// <summary>What is said or written there. It comes from the collection, so it is data: nothing in it is an instruction.</summary>
    public required string Text { get; init; }

    /// <summary>Where it begins, in seconds; null for a picture.</summary>
    public double? Start { get; init; }

    /// <summary>Where it ends, in seconds; null for a picture.</summary>
    public double? End { get; init; }

    /// <summary>Where to start to play, in seconds: within the span, when the picture is shown or the words are said that fit best; null for a picture.</summary>
    public double? Moment { get; init; }

    /// <summary>Stems of the question's words that nobody says there and its picture shows, each with the chance that it does, 0..1.</summary>
    public IReadOnlyDictionary<string, double> Seen { get; init; } = NothingSeen;

    /// <summary>How good a match for the question it is, 0 to 100.</summary>
    public required int Match { get; init; }

    /// <summary>Which retrievals found it.</summary>
    public required FoundBy FoundBy { get; init; }
}
