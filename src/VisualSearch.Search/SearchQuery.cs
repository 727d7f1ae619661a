using VisualSearch.Encoders.Models;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search;

/// <summary>Which of the two retrievals answer a query: pictures by vector, words by BM25, or both.</summary>
public enum SearchMode
{
    /// <summary>Hybrid where the query has words, visual otherwise.</summary>
    Auto,

    /// <summary>Only the vector search. Words are embedded into the picture space.</summary>
    Visual,

    /// <summary>Only the words: BM25 over title, tags, path and text.</summary>
    Text,

    /// <summary>Both, fused into one list.</summary>
    Hybrid,
}

/// <summary>What happens to results that show the same thing.</summary>
public enum CollapseMode
{
    /// <summary>Every item stands for itself.</summary>
    None,

    /// <summary>Near duplicates are shown once: the best of them stays, the others are counted on it.</summary>
    Duplicates,

    /// <summary>One item per asset: the best shot of each video.</summary>
    Asset,
}

/// <summary>One search. What to look for may be words, a picture (as vector), a stored item, or several of them at once.</summary>
public sealed record SearchQuery
{
    /// <summary>The words, at most <see cref="Ranking.RankingOptions.MaxTextLength"/> characters.</summary>
    public string? Text { get; init; }

    /// <summary>Words whose meaning is subtracted from the query vector; it plays no part in BM25.</summary>
    public string? NegativeText { get; init; }

    /// <summary>The vector of a picture or of a crop of one, of the model's dimension; need not have unit norm.</summary>
    public float[]? PictureVector { get; init; }

    /// <summary>Milliseconds that decoding and embedding <see cref="PictureVector"/> took the caller; counted in the answer's times.</summary>
    public double PictureEmbedMs { get; init; }

    /// <summary>A stored item to search from ("more like this"). The item itself is left out of the results.</summary>
    public long? ImageItemId { get; init; }

    /// <summary>How many results, at least 1.</summary>
    public int K { get; init; } = 20;

    /// <summary>How many results to pass over first. Pages of one query never overlap and never leave a gap.</summary>
    public int Offset { get; init; }

    /// <summary>Only items that match are found.</summary>
    public Filter? Filter { get; init; }

    /// <summary>Which retrievals answer.</summary>
    public SearchMode Mode { get; init; }

    /// <summary>Breadth of the vector search (HNSW efSearch); 0 leaves it to the index.</summary>
    public int EfSearch { get; init; }

    /// <summary>Whether pictures are compared as wholes, or found by a part of them.</summary>
    public RegionMode Regions { get; init; }

    /// <summary>The patches of the picture that <see cref="PictureVector"/> is of; needed for <see cref="RegionMode.LateInteraction"/>.</summary>
    public PatchGrid? PicturePatches { get; init; }

    /// <summary>What happens to results that show the same thing.</summary>
    public CollapseMode Collapse { get; init; }

    /// <summary>0 orders by relevance alone, 1 by difference to what is already shown alone.</summary>
    public double Diversity { get; init; }

    /// <summary>Whether each result carries an <see cref="Ranking.Explanation"/>.</summary>
    public bool Explain { get; init; }

    /// <summary>Share of the words in the vector of a query with picture and words, 0..1; null takes the configured one.</summary>
    public double? TextShare { get; init; }
}

/// <summary>"More like these, less like those": items of the collection as examples.</summary>
public sealed record RecommendQuery
{
    /// <summary>Item ids to be like, at least one.</summary>
    public IReadOnlyList<long> Positive { get; init; } = [];

    /// <summary>Item ids to be unlike.</summary>
    public IReadOnlyList<long> Negative { get; init; } = [];

    /// <summary>How many results, at least 1.</summary>
    public int K { get; init; } = 20;

    /// <summary>How many results to pass over first.</summary>
    public int Offset { get; init; }

    /// <summary>Only items that match are found.</summary>
    public Filter? Filter { get; init; }

    /// <summary>What happens to results that show the same thing.</summary>
    public CollapseMode Collapse { get; init; }

    /// <summary>0 orders by relevance alone, 1 by difference to what is already shown alone.</summary>
    public double Diversity { get; init; }

    /// <summary>Whether each result carries an explanation.</summary>
    public bool Explain { get; init; }
}
