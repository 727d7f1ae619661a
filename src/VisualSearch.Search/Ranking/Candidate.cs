using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Ranking;

/// <summary>
/// An item on its way through the stages. Each stage reads what earlier ones wrote and adds its own:
/// retrieval the scores and ranks, fusion <see cref="FusedScore"/>, rescoring <see cref="ExactScore"/>,
/// ranking <see cref="Relevance"/>, arrangement the order and <see cref="Match"/>.
/// </summary>
public sealed class Candidate(long itemId)
{
    /// <summary>The item.</summary>
    public long ItemId { get; } = itemId;

    /// <summary>What the item is, and when it is shown or said; null until a stage needs it.</summary>
    public Item? Item { get; set; }

    /// <summary>Item and asset; null until a stage needs them.</summary>
    public ItemRecord? Record
    {
        get;
        set
        {
            field = value;
            Item = value?.Item ?? Item;
        }
    }

    /// <summary>Cosine similarity as the index estimated it; null when the vector search did not find the item.</summary>
    public float? VisualScore { get; set; }

    /// <summary>Place in the vector search's list, from 1.</summary>
    public int? VisualRank { get; set; }

    /// <summary>BM25, bigger is better; null when the words did not find the item.</summary>
    public float? TextScore { get; set; }

    /// <summary>Place in the list of the words, from 1.</summary>
    public int? TextRank { get; set; }

    /// <summary>Cosine similarity of what is said, as the query means it; null when no passage was found.</summary>
    public float? PassageScore { get; set; }

    /// <summary>Place in the list of the passages, from 1.</summary>
    public int? PassageRank { get; set; }

    /// <summary>What the lists give together.</summary>
    public double FusedScore { get; set; }

    /// <summary>Cosine similarity computed from float32 vectors; null when the item has none, or the query has none.</summary>
    public float? ExactScore { get; set; }

    /// <summary>What is said in a passage, or over a shot; null where nothing is, and for a picture.</summary>
    public string? Said { get; set; }

    /// <summary>Where to start to play: when the keyframe is shown that fits best, or its words are said, in seconds; null for what is no shot.</summary>
    public double? Moment { get; set; }

    /// <summary>The part of the picture that was found; null where pictures are compared as wholes.</summary>
    public FoundRegion? Region { get; set; }

    /// <summary>The item's unit vector; kept only when collapse or diversity needs it.</summary>
    public float[]? Vector { get; set; }

    /// <summary>The score that results are ordered by, boosts included.</summary>
    public double Relevance { get; set; }

    /// <summary>Where the rules want the item, from 1; 0 means the first free place; null means not pinned.</summary>
    public int? Pin { get; set; }

    /// <summary>Items that this one stands for.</summary>
    public List<long> Collapsed { get; } = [];

    /// <summary>Further moments of the same video, best first, where results are grouped by asset.</summary>
    public List<Candidate> Moments { get; } = [];

    /// <summary>0 to 100.</summary>
    public int Match { get; set; }

    /// <summary>Filled by every stage when the query asked for it.</summary>
    public Explanation? Explanation { get; set; }
}
