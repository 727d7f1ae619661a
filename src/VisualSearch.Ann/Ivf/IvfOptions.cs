namespace VisualSearch.Ann;

/// <summary>How inverted lists are made and searched.</summary>
public record IvfOptions
{
    /// <summary>Vectors a centroid that training needs at least: with fewer, k-means follows the sample's noise (faiss warns below the same number).</summary>
    internal const int LeastPerCentroid = 39;

    // More vectors a centroid make training slower and the centroids hardly better (faiss takes 256).
    private const int MostPerCentroid = 100;

    /// <summary>
    /// Lists, each under one centroid. About √n to 4·√n for n vectors keeps the centroids' share of a search and the lists' share alike.
    /// 1 to <see cref="SearchParameters.MaxNProbe"/>, 256 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int NList
    {
        get;
        init => field = OptionRange.Check(value, 1, SearchParameters.MaxNProbe, nameof(NList));
    } = 256;

    /// <summary>Lists that a search reads when it does not say. 1 to <see cref="SearchParameters.MaxNProbe"/>, 16 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int NProbe
    {
        get;
        init => field = OptionRange.Check(value, 1, SearchParameters.MaxNProbe, nameof(NProbe));
    } = 16;

    /// <summary>
    /// The number of vectors at which the index trains itself, within the <c>Add</c> that reaches it. 0, the default, means 39 for each list;
    /// <see cref="int.MaxValue"/> leaves training to <c>Train</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int TrainAt
    {
        get;
        init => field = OptionRange.Check(value, 0, int.MaxValue, nameof(TrainAt));
    }

    /// <summary>Decides the training sample and where k-means starts. The same seed, vectors and order give the same lists.</summary>
    public int Seed { get; init; } = 42;

    internal int TrainingThreshold => TrainAt > 0 ? TrainAt : NList * LeastPerCentroid;

    internal int MostSample => NList * MostPerCentroid;
}
