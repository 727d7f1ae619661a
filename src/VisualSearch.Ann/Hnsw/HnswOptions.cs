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
            : throw new ArgumentOutOfRangeException(nameof(Codes), value, $"Codes is {value}; give None or Int8.");
    } = CodeKind.Int8;

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
