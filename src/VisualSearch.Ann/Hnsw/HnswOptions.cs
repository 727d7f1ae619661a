namespace VisualSearch.Ann;

/// <summary>How an <see cref="HnswIndex"/> is built and searched. The parameter names are those of Malkov and Yashunin, arXiv 1603.09320.</summary>
public sealed record HnswOptions
{
    /// <summary>Links that a new node makes on each level; lists hold up to 2·M on level 0 and M above. 2 to 128, 16 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range. With M = 1 the level factor 1 / ln M would be infinite.</exception>
    public int M
    {
        get;
        init => field = InRange(value, 2, 128, nameof(M));
    } = 16;

    /// <summary>The beam width while building. Wider links better and builds slower. 1 to 10,000, 200 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int EfConstruction
    {
        get;
        init => field = InRange(value, 1, 10_000, nameof(EfConstruction));
    } = 200;

    /// <summary>
    /// How much nearer to another neighbour than to the node a candidate must be to be left out: Vamana's α, on squared distances under L2
    /// and cosine. More keeps more links, and longer ones. 1 to 2, 1.3 by default; not used for inner products, which are no distance.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public float Alpha
    {
        get;
        init => field = value is >= 1 and <= 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Alpha), value, $"{nameof(Alpha)} is {value}; give a value from 1 to 2.");
    } = 1.3f;

    /// <summary>The beam width of a search that does not give its own. 1 to <see cref="SearchParameters.MaxEfSearch"/>, 64 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int EfSearch
    {
        get;
        init => field = InRange(value, 1, SearchParameters.MaxEfSearch, nameof(EfSearch));
    } = 64;

    /// <summary>What a graph search reads at each hop; <see cref="CodeKind.Int8"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a named value.</exception>
    public CodeKind Codes
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Codes), value, $"Codes is {value}; give None, Int8 or Int4.");
    } = CodeKind.Int8;

    /// <summary>
    /// How many candidates are ranked by exact distances, for each result asked for: those that codes put first. 0, the default, takes 1.6
    /// with <see cref="CodeKind.Int8"/>, whose order is nearly exact, and 4 with <see cref="CodeKind.Int4"/>; else 1 to 1,000. Without codes
    /// all distances are exact.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public float Oversampling
    {
        get;
        init => field = value is 0 or (>= 1 and <= 1000)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Oversampling), value, $"Oversampling is {value}; give 0, or a value from 1 to 1,000.");
    }

    /// <summary>
    /// Decides each node's level together with its id. The same seed, ids and order on one thread give the same index, byte for byte
    /// (on CPUs with the same width of vectors).
    /// </summary>
    public int Seed { get; init; } = 42;

    private static int InRange(int value, int least, int most, string name) =>
        value >= least && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; give a value from {least} to {most}.");
}
