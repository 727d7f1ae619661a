namespace VisualSearch.Search.Ranking;

/// <summary>A way to make one score out of several that have nothing in common: cosines of pictures, BM25 of words, cosines of passages.</summary>
public interface IFusion
{
    /// <summary>Fuses the scores of every candidate.</summary>
    /// <param name="visual">One score a candidate, bigger is better; null where the vector search did not find it.</param>
    /// <param name="text">One score a candidate, bigger is better; null where the words did not find it.</param>
    /// <param name="passages">One score a candidate, bigger is better; null where no passage was found. Empty where the collection has none:
    /// the two other lists are then all there is.</param>
    /// <returns>One score a candidate, 0..1: 1 is the best in all lists, 0 is in none.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    double[] Scores(IReadOnlyList<double?> visual, IReadOnlyList<double?> text, IReadOnlyList<double?> passages);
}

/// <summary>Fusion of collections without passages.</summary>
public static class FusionOfTwo
{
    /// <summary>Fuses the two scores of every candidate.</summary>
    public static double[] Scores(this IFusion fusion, IReadOnlyList<double?> visual, IReadOnlyList<double?> text)
    {
        ArgumentNullException.ThrowIfNull(fusion);
        return fusion.Scores(visual, text, []);
    }
}
