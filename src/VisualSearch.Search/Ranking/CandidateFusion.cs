using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Ranking;

/// <summary>The stage "fuse": lists of scored items become one list of candidates.</summary>
public sealed class CandidateFusion(IFusion fusion)
{
    /// <summary>Joins the lists.</summary>
    /// <param name="lists">What was found, each list best first.</param>
    /// <param name="explain">Whether candidates carry an explanation from here on.</param>
    /// <returns>Every item of any list once, best first; equal scores in order of id.</returns>
    public List<Candidate> Fuse(RetrievedLists lists, bool explain = false)
    {
        ArgumentNullException.ThrowIfNull(lists);
        (IReadOnlyList<ScoredItem> visual, IReadOnlyList<ScoredItem> text, IReadOnlyList<ScoredItem> passages) = (lists.Visual, lists.Text, lists.Passages);
        Dictionary<long, Candidate> byId = new(visual.Count + text.Count);
        for (int i = 0; i < visual.Count; i++)
        {
            Candidate candidate = Take(visual[i].ItemId);
            candidate.VisualScore ??= visual[i].Score;
            candidate.VisualRank ??= i + 1;
        }

        for (int i = 0; i < text.Count; i++)
        {
            Candidate candidate = Take(text[i].ItemId);
            candidate.TextScore ??= text[i].Score;
            candidate.TextRank ??= i + 1;
        }

        for (int i = 0; i < passages.Count; i++)
        {
            Candidate candidate = Take(passages[i].ItemId);
            candidate.PassageScore ??= passages[i].Score;
            candidate.PassageRank ??= i + 1;
        }

        Candidate[] all = [.. byId.Values];
        double[] scores = fusion.Scores(new FusionLists(
            [.. all.Select(c => (double?)c.VisualScore)], [.. all.Select(c => (double?)c.TextScore)],
            lists.Passages.Count == 0 ? [] : [.. all.Select(c => (double?)c.PassageScore)], lists.BestText, lists.Curves));
        for (int i = 0; i < all.Length; i++)
        {
            all[i].FusedScore = scores[i];
            if (explain)
                all[i].Explanation = Explain(all[i]);
        }

        return [.. all.OrderByDescending(c => c.FusedScore).ThenBy(c => c.ItemId)];

        Candidate Take(long id)
        {
            if (!byId.TryGetValue(id, out Candidate? candidate))
                byId.Add(id, candidate = new Candidate(id));
            return candidate;
        }
    }

    private static Explanation Explain(Candidate candidate)
    {
        Explanation explanation = new()
        {
            VisualSimilarity = candidate.VisualScore,
            VisualRank = candidate.VisualRank,
            WordScore = candidate.TextScore,
            WordRank = candidate.TextRank,
            PassageSimilarity = candidate.PassageScore,
            PassageRank = candidate.PassageRank,
            FusedScore = candidate.FusedScore,
        };
        if (candidate.VisualRank is not null)
            explanation.Add("retrieve", $"Place {candidate.VisualRank} by picture similarity ({candidate.VisualScore:0.000}).");
        if (candidate.TextRank is not null)
            explanation.Add("retrieve", $"Place {candidate.TextRank} by words (BM25 {candidate.TextScore:0.00}).");
        if (candidate.PassageRank is not null)
            explanation.Add("retrieve", $"Place {candidate.PassageRank} by what is said, as it is meant ({candidate.PassageScore:0.000}).");
        explanation.Add("fuse", $"All lists together give {candidate.FusedScore:0.000}; 1 is as sure as can be.");
        return explanation;
    }
}
