namespace VisualSearch.Ann;

/// <summary>What one search may ask for beyond the query itself. The default value asks for nothing.</summary>
public readonly record struct SearchParameters
{
    /// <summary>The widest beam a search may ask for. It bounds the memory one search can take to about 1 MiB a beam.</summary>
    public const int MaxEfSearch = 100_000;

    /// <summary>The most places a search may ask to be looked into: more than any index has lists.</summary>
    public const int MaxNProbe = 65_536;

    /// <summary>
    /// The beam width: how many of the best candidates a graph search keeps. Wider finds more and takes longer.
    /// 0 takes the index's default; a value below the number of results asked for is raised to it. At most <see cref="MaxEfSearch"/>.
    /// A beam as wide as the index has vectors compares the query with every one, and is exact.
    /// </summary>
    public int EfSearch { get; init; }

    /// <summary>
    /// Hops after which a graph search ends if they brought nothing new among the candidates that exact distances rank, however wide its
    /// beam: <see cref="EfSearch"/> is then the most that a hard query may take, and an easy one ends earlier. 0 goes through the
    /// whole beam; at most <see cref="MaxEfSearch"/>. For queries that are all as hard as each other a narrower beam does the same.
    /// </summary>
    /// <remarks>
    /// As Lucene's queries that stop when their queue is saturated; <c>vsearch bench ann --patience N</c> measures it. At equal recall it
    /// answers about as many queries a second as the right beam without it: it is for those who cannot know the right beam.
    /// </remarks>
    public int Patience { get; init; }

    /// <summary>
    /// How many inverted lists an IVF index reads, or how many buckets of each table an LSH index looks into. More finds more and takes
    /// longer. 0 takes the index's default; more than there are means all. At most <see cref="MaxNProbe"/>.
    /// </summary>
    public int NProbe { get; init; }

    /// <summary>
    /// When set, only these ids may come back; ids that the index does not hold are ignored. The set must not change while the search runs.
    /// </summary>
    public IdSet? Filter { get; init; }

    /// <summary>
    /// How many candidates are ranked by exact float32 distances, for each result asked for. 0 takes the index's own
    /// (<see cref="HnswOptions.Oversampling"/>, <see cref="IvfPqOptions.Oversample"/>); 1 to 1,000. No effect on an index without codes.
    /// </summary>
    public float Oversampling { get; init; }

    /// <summary>
    /// Ranks by the distances that the search compares codes by, instead of by exact float32 distances of all candidates. Results are less
    /// exact and not sorted by their <see cref="Neighbor.Distance"/>; it shows what rescoring is worth. No effect on an index without codes.
    /// </summary>
    public bool SkipRescoring { get; init; }

    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal void Validate()
    {
        if (EfSearch is < 0 or > MaxEfSearch)
            throw new ArgumentOutOfRangeException("parameters", EfSearch,
                $"EfSearch is {EfSearch}; give 0 for the index's default, or 1 to {MaxEfSearch}.");
        if (Patience is < 0 or > MaxEfSearch)
            throw new ArgumentOutOfRangeException("parameters", Patience,
                $"Patience is {Patience}; give 0 for none, or 1 to {MaxEfSearch} hops.");
        if (Oversampling != 0 && Oversampling is not (>= 1 and <= 1000))
            throw new ArgumentOutOfRangeException("parameters", Oversampling,
                $"Oversampling is {Oversampling}; give 0 for the index's default, or 1 to 1,000.");
        if (NProbe is < 0 or > MaxNProbe)
            throw new ArgumentOutOfRangeException("parameters", NProbe,
                $"NProbe is {NProbe}; give 0 for the index's default, or 1 to {MaxNProbe}.");
    }
}
