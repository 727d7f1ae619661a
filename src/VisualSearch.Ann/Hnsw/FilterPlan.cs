namespace VisualSearch.Ann.Hnsw;

/// <summary>The walks of a filtered search.</summary>
internal enum FilterWay
{
    /// <summary>Walk over allowed nodes only, through rejected ones to those beyond.</summary>
    TwoHop,

    /// <summary>Walk as without a filter, and take no rejected node as a result.</summary>
    PassOver,
}

/// <summary>What a filtered search does: a scan of all that is allowed where that costs least, else one of two walks.</summary>
/// <param name="Way">Which walk.</param>
/// <param name="FromSeeds">Whether to start all over the index, and not only near the query.</param>
internal readonly record struct FilterPlan(FilterWay Way, bool FromSeeds)
{
    // One slot of a scan, in the order of memory, in distances of a walk, which lie anywhere and come with lists of links to test: 30 ns
    // beside 200 (100,000 embeddings of 256 numbers).
    private const double ScanCost = 0.15;

    // Where this share of the nodes around the query is allowed, both walks answer as many queries at equal recall (100,000 pictures of
    // 768 numbers).
    private const double LeastPassedOver = 0.4;

    // How much rarer than elsewhere the allowed are near the query when the filter turns away from it. Such walks find less than others do
    // with the same beam: recall@10 at ef 64 is .958 to .979 where it is .987 and .996 without a filter (pixels, embeddings).
    private const double TurnedAway = 0.25;

    /// <summary>Whether to score all that is allowed rather than walk.</summary>
    /// <param name="allowed">Slots that the filter lets through.</param>
    /// <param name="ef">The beam width asked for.</param>
    /// <param name="m">Links of a new node; a walk scores about as many at each hop.</param>
    public static bool IsScanCheaper(int allowed, int ef, int m) => ScanCost * allowed <= (double)ef * m;

    /// <summary>Distances of a walk after which a scan would have been cheaper.</summary>
    public static int Budget(int allowed) => 1 + (int)(2 * ScanCost * allowed);

    /// <summary>Which walk, by the share of allowed nodes around the query.</summary>
    /// <param name="nearby">That share, 0 to 1.</param>
    /// <param name="share">The share of allowed nodes in all.</param>
    public static FilterPlan Walk(double nearby, double share) => nearby >= LeastPassedOver
        ? new FilterPlan(FilterWay.PassOver, FromSeeds: false)
        : new FilterPlan(FilterWay.TwoHop, FromSeeds: nearby < TurnedAway * share);
}
