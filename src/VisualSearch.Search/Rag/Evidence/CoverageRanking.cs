using VisualSearch.Search.Rag.Words;

namespace VisualSearch.Search.Rag.Evidence;

/// <summary>
/// Orders evidence by how much of the question it says, and how good a match the search took it for. A question has words about the
/// whole ("in Karlsvik") and words about the moment; fusion and BM25 count both alike, here what is said at the moment counts more.
/// </summary>
public sealed class CoverageRanking : IEvidenceRanking
{
    // The search's own order is the better of the two: the right moment was among the first five for 53, 54, 53 and 54 of 55 questions with
    // shares of 0, .15, .3 and .5, and for 46 with coverage and match scores half and half, without the search's own order.
    private const double CoverageShare = 0.15;

    // A word about the whole video is not quite a word at the moment: of two moments of one video, the one that says it is meant.
    private const double AboutCounts = 0.8;

    /// <inheritdoc/>
    public IReadOnlyList<FoundEvidence> Rank(UnderstoodQuestion question, IReadOnlyList<FoundEvidence> found)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(found);
        Dictionary<int, double> best = found.GroupBy(static evidence => evidence.Part).ToDictionary(static part => part.Key, static part => part.Max(static evidence => evidence.Result.Score));
        return
        [
            .. found.Select(evidence => evidence with
            {
                Score = (CoverageShare * Covered(question.Parts[evidence.Part], evidence)) + ((1 - CoverageShare) * Relative(evidence.Result.Score, best[evidence.Part])),
            })
            .OrderBy(static evidence => evidence.Part).ThenByDescending(static evidence => evidence.Score).ThenBy(static evidence => evidence.Result.Position),
        ];
    }

    private static double Relative(double score, double best) => best > 0 ? Math.Max(0, score / best) : 0;

    private static double Covered(QuestionPart part, FoundEvidence evidence) =>
        Coverage.Of(part, null, (Coverage.Stems(evidence.Text), 1), (Coverage.About(evidence.Result.Asset), AboutCounts)).Share;
}
