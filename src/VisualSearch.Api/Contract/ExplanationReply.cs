using VisualSearch.Search.Ranking;

namespace VisualSearch.Api.Contract;

/// <summary>Why a result is where it is: one entry for each stage that had a part in it, in order.</summary>
public sealed record ExplanationReply(IReadOnlyList<StageReply> Stages, IReadOnlyList<long> Duplicates)
{
    internal static ExplanationReply From(Explanation explanation)
    {
        var stages = new List<StageReply>();
        if (explanation.VisualSimilarity is { } visual)
        {
            stages.Add(new StageReply("visual", "Looks alike", visual, explanation.VisualRank, Math.Clamp(visual, 0, 1), Sentence(explanation, "retrieve")));
        }

        if (explanation.WordScore is { } words)
        {
            stages.Add(new StageReply("text", "Words match", words, explanation.WordRank, explanation.WordsFound ?? words / (words + 5), null));
        }

        if (explanation.PassageSimilarity is { } meant)
        {
            stages.Add(new StageReply("meaning", "Said in other words", meant, explanation.PassageRank, Math.Clamp(meant, 0, 1), null));
        }

        if (explanation.FusedScore is { } fused && new[] { explanation.VisualRank, explanation.WordRank, explanation.PassageRank }.Count(static rank => rank is not null) > 1)
        {
            stages.Add(new StageReply("fusion", "Together", fused, null, null, Sentence(explanation, "fuse")));
        }

        if (explanation.ExactSimilarity is { } exact)
        {
            stages.Add(new StageReply("exact", "Checked in full precision", exact, null, Math.Clamp(exact, 0, 1), Sentence(explanation, "rescore")));
        }

        if (explanation.Rules.Count > 0) stages.Add(new StageReply("rules", "House rules", explanation.Boost, null, null, string.Join(", ", explanation.Rules)));
        if (explanation.Duplicates.Count > 0)
        {
            stages.Add(new StageReply("duplicates", "Stands for near duplicates", explanation.Duplicates.Count, null, null, explanation.Duplicates[0].Reason));
        }

        if (explanation.DiversityPenalty is > 0 and var penalty)
        {
            stages.Add(new StageReply("diversity", "Moved down for variety", -penalty, null, Math.Clamp(penalty, 0, 1), Sentence(explanation, "diversity")));
        }

        stages.Add(new StageReply("rank", "Ordered by", explanation.FinalScore, null, null, Sentence(explanation, "rank")));
        return new ExplanationReply(stages, [.. explanation.Duplicates.Select(static duplicate => duplicate.ItemId)]);
    }

    private static string? Sentence(Explanation explanation, string stage) =>
        explanation.Steps.FirstOrDefault(step => step.Stage == stage)?.Sentence;
}

/// <summary>What one stage says.</summary>
/// <param name="Name">visual, text, meaning, fusion, exact, rules, duplicates, diversity or rank.</param>
/// <param name="Label">The same in words for people.</param>
/// <param name="Score">Its number: a cosine, a BM25 score, a factor, a count.</param>
/// <param name="Rank">Place in the stage's own list, from 1.</param>
/// <param name="Contribution">How long to draw its bar, 0 to 1; null for none.</param>
/// <param name="Note">One sentence.</param>
public sealed record StageReply(string Name, string Label, double Score, int? Rank, double? Contribution, string? Note);
