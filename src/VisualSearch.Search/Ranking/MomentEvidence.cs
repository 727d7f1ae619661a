using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Ranking;

/// <summary>
/// The stage "moments": what is seen and what is said at the same time count for each other. A shot that a passage is spoken over gets that
/// passage's scores, and a passage those of the shot it is spoken over, so that a moment which both pictures and words answer is ahead of
/// one that only either does.
/// </summary>
/// <remarks>
/// Evidence goes to what it covers at least half of, and never from the shorter to the longer: else a passage about a whole video would
/// gather the best of all its shots, and always be its first result.
/// </remarks>
public static class MomentEvidence
{
    private const double LeastCover = 0.5;

    // A picture so many times farther down its list than its words are down theirs is not what was looked for, but where it is said.
    private const int FarBehind = 3;

    /// <summary>Shares the scores of moments of one video.</summary>
    /// <param name="candidates">Candidates with items; pictures are left as they are.</param>
    public static void Share(IEnumerable<Candidate> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        foreach (IGrouping<long, Candidate> video in candidates.Where(MomentCollapse.IsMoment).GroupBy(c => c.Item!.AssetId))
        {
            Candidate[] moments = [.. video];
            Scores[] own = [.. moments.Select(Scores.Of)];
            for (int to = 0; to < moments.Length; to++)
            {
                Scores gathered = own[to];
                for (int from = 0; from < moments.Length; from++)
                {
                    if (from != to && Cover(moments[to].Item!, moments[from].Item!) >= LeastCover)
                        gathered = gathered.Or(own[from]);
                }
                gathered.WriteTo(moments[to]);
            }
        }
    }

    /// <summary>The share of a moment's time that another one covers, 0..1.</summary>
    internal static double Cover(Item moment, Item by)
    {
        double start = moment.Start!.Value, end = moment.End!.Value;
        double shared = Math.Min(end, by.End!.Value) - Math.Max(start, by.Start!.Value);
        return end > start ? Math.Max(0, shared) / (end - start) : shared >= 0 ? 1 : 0;
    }

    // Only what a candidate lacks is filled in: its own scores are of its own pictures and words.
    private readonly record struct Scores(float? Exact, float? Text, float? Passage, Spoken? Said)
    {
        public static Scores Of(Candidate candidate) =>
            new(candidate.ExactScore ?? candidate.VisualScore, candidate.TextScore, candidate.PassageScore, Spoken.Of(candidate));

        public Scores Or(Scores other) => new(
            Greater(Exact, other.Exact), Greater(Text, other.Text), Greater(Passage, other.Passage),
            other.Said is not null && (Said is null || (other.Text ?? 0, other.Passage ?? 0).CompareTo((Text ?? 0, Passage ?? 0)) > 0) ? other.Said : Said);

        public void WriteTo(Candidate candidate)
        {
            candidate.ExactScore ??= Exact;
            candidate.TextScore ??= Text;
            candidate.PassageScore ??= Passage;
            if (candidate.Explanation is { } explanation)
            {
                explanation.WordScore ??= candidate.TextScore;
                explanation.PassageSimilarity ??= candidate.PassageScore;
            }

            Item item = candidate.Item!;
            candidate.Said = item.Text ?? Said?.Text;
            if (item.Text is null && Said is { } said && (candidate.VisualRank ?? int.MaxValue) / FarBehind >= said.Rank)
                candidate.Moment = Math.Clamp(said.Start, item.Start!.Value, item.End!.Value);
        }

        private static float? Greater(float? a, float? b) => a is null || b > a ? b ?? a : a;
    }

    // What a passage says, from when on, and its place by words; where the query has none of its words, the last.
    private sealed record Spoken(string Text, double Start, int Rank)
    {
        public static Spoken? Of(Candidate candidate) =>
            candidate.Item is { Text: { } text, Start: { } start } ? new Spoken(text, start, candidate.TextRank ?? int.MaxValue) : null;
    }
}
