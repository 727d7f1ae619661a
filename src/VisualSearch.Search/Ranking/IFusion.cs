namespace VisualSearch.Search.Ranking;

/// <summary>A way to make one score out of two that have nothing in common: cosines of pictures and BM25 of words.</summary>
public interface IFusion
{
    /// <summary>Fuses the two scores of every candidate.</summary>
    /// <param name="visual">One score a candidate, bigger is better; null where the vector search did not find it.</param>
    /// <param name="text">One score a candidate, bigger is better; null where the words did not find it.</param>
    /// <returns>One score a candidate, 0..1: 1 is the best in both lists, 0 is in neither.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    double[] Scores(IReadOnlyList<double?> visual, IReadOnlyList<double?> text);
}
