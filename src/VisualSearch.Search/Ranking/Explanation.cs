namespace VisualSearch.Search.Ranking;

/// <summary>Why a result is where it is. Every stage that touched the result leaves its numbers and one sentence.</summary>
public sealed class Explanation
{
    /// <summary>Similarity of the pictures as the index estimated it, -1..1 (cosine).</summary>
    public float? VisualSimilarity { get; set; }

    /// <summary>Place among the items found by similarity, from 1.</summary>
    public int? VisualRank { get; set; }

    /// <summary>How well the item's words answer the query's (BM25, from 0, no upper bound).</summary>
    public float? WordScore { get; set; }

    /// <summary>Place among the items found by words, from 1.</summary>
    public int? WordRank { get; set; }

    /// <summary>Similarity of what is said with the query, as both are meant, -1..1 (cosine).</summary>
    public float? PassageSimilarity { get; set; }

    /// <summary>Place among the passages found by meaning, from 1.</summary>
    public int? PassageRank { get; set; }

    /// <summary>Share of the query's words that the item's title, tags, path or text has, 0..1.</summary>
    public double? WordsFound { get; set; }

    /// <summary>All lists together, before exact rescoring.</summary>
    public double? FusedScore { get; set; }

    /// <summary>Similarity computed again from the full vectors, -1..1 (cosine).</summary>
    public float? ExactSimilarity { get; set; }

    /// <summary>What boosting rules multiplied the relevance with; 1 when none did.</summary>
    public double Boost { get; set; } = 1;

    /// <summary>What was taken off for resembling results that are shown above, as a share of the relevance range; null without diversity.</summary>
    public double? DiversityPenalty { get; set; }

    /// <summary>The score that results are ordered by.</summary>
    public double FinalScore { get; set; }

    /// <summary>Names of the business rules that touched the result.</summary>
    public List<string> Rules { get; } = [];

    /// <summary>Results that are not shown because this one stands for them.</summary>
    public List<CollapsedDuplicate> Duplicates { get; } = [];

    /// <summary>One sentence a stage, in the order of the stages.</summary>
    public List<ExplanationStep> Steps { get; } = [];

    /// <summary>Adds a stage's sentence.</summary>
    public void Add(string stage, string sentence) => Steps.Add(new ExplanationStep(stage, sentence));
}

/// <summary>What one stage says about a result.</summary>
/// <param name="Stage">retrieve, fuse, rescore, rank, collapse, diversity, rules or match.</param>
/// <param name="Sentence">Plain English, with numbers.</param>
public sealed record ExplanationStep(string Stage, string Sentence);

/// <summary>A result that another one stands for.</summary>
/// <param name="ItemId">The item not shown.</param>
/// <param name="Reason">Why: "same picture: hash distance 2, similarity 0.99" or "same asset".</param>
public sealed record CollapsedDuplicate(long ItemId, string Reason);
