namespace VisualSearch.Search.Ranking;

/// <summary>What is fused: one score a candidate in each list, bigger is better, null where that list does not have it.</summary>
/// <param name="Visual">Cosines of pictures.</param>
/// <param name="Text">BM25 of words.</param>
/// <param name="Passages">Cosines of what is said; empty where the collection has no passages: the two other lists are then all there is.</param>
/// <param name="BestText">
/// About what a text with each of the query's words once would score. A list whose best is far below has found some of the words only,
/// and says little. 0 where that is not known.
/// </param>
/// <param name="Curves">What a score of each list says of the chance that it is right. Some picture is always the nearest, right or not.</param>
public readonly record struct FusionLists(
    IReadOnlyList<double?> Visual, IReadOnlyList<double?> Text, IReadOnlyList<double?> Passages, double BestText = 0, ListCurves Curves = default)
{
    /// <summary>Lists of a collection without passages.</summary>
    public FusionLists(IReadOnlyList<double?> visual, IReadOnlyList<double?> text)
        : this(visual, text, [])
    {
    }
}

/// <summary>The curve of each list; a default one says nothing of its list's scale.</summary>
/// <param name="Visual">Of cosines of pictures, for the query at hand.</param>
/// <param name="Text">Of the share of the query's words, by rarity, that a text has.</param>
/// <param name="Passages">Of cosines of what is said.</param>
public readonly record struct ListCurves(MatchCurve Visual, MatchCurve Text, MatchCurve Passages);

/// <summary>A way to make one score out of several that have nothing in common: cosines of pictures, BM25 of words, cosines of passages.</summary>
public interface IFusion
{
    /// <summary>Fuses the scores of every candidate.</summary>
    /// <param name="lists">One score a candidate in each list.</param>
    /// <returns>One score a candidate, 0..1: 1 is the best in all lists, 0 is in none.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    double[] Scores(FusionLists lists);
}
