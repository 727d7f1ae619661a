namespace VisualSearch.Ann;

/// <summary>How an <see cref="LshIndex"/> hashes and searches.</summary>
public sealed record LshOptions
{
    /// <summary>Hash tables. Each gives a neighbour another chance to share a bucket with the query. 1 to 256, 16 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Tables
    {
        get;
        init => field = OptionRange.Check(value, 1, 256, nameof(Tables));
    } = 16;

    /// <summary>
    /// Hyperplanes, and so bits, of each table. One more halves the buckets' contents and costs recall, which more probes buy back;
    /// log₂ of the number of vectors, less two or three, is a good start. 1 to 20 (a table of 2²⁰ buckets takes 8 MiB), 12 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Bits
    {
        get;
        init => field = OptionRange.Check(value, 1, 20, nameof(Bits));
    } = 12;

    /// <summary>
    /// Buckets that a search looks into when it does not say, as an average over the tables: the likeliest of all tables come first.
    /// 1 to <see cref="SearchParameters.MaxNProbe"/>, 16 by default.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Probes
    {
        get;
        init => field = OptionRange.Check(value, 1, SearchParameters.MaxNProbe, nameof(Probes));
    } = 16;

    /// <summary>
    /// The number of vectors at which the index finds their centre and starts hashing, within the <c>Add</c> that reaches it. 1 or more,
    /// 1,000 by default; <see cref="int.MaxValue"/> leaves that to <c>Train</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int TrainAt
    {
        get;
        init => field = OptionRange.Check(value, 1, int.MaxValue, nameof(TrainAt));
    } = 1000;

    /// <summary>Decides the hyperplanes.</summary>
    public int Seed { get; init; } = 42;
}
