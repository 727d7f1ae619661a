namespace VisualSearch.Ann.Hnsw;

/// <summary>The ways of a filtered search.</summary>
internal enum FilterWay
{
    /// <summary>Score all that is allowed.</summary>
    Scan,

    /// <summary>Walk over allowed nodes only, through rejected ones to those beyond.</summary>
    TwoHop,

    /// <summary>Walk as without a filter, and take no rejected node as a result.</summary>
    PassOver,
}

/// <summary>What a filtered search does: the way that costs least.</summary>
/// <param name="Way">How.</param>
/// <param name="Beam">The beam width.</param>
/// <param name="Budget">Distances after which a scan would have been cheaper.</param>
internal readonly record struct FilterPlan(FilterWay Way, int Beam, int Budget)
{
    // One slot of a scan, in the order of memory, in distances of a walk, which lie anywhere and come with their lists of links.
    private const double ScanCost = 0.15;

    // Up to this share both walks answer as many queries at equal recall (100,000 pictures of 768 numbers).
    private const double LeastPassedOver = 0.4;

    // How much rarer than elsewhere the allowed are near the query when the filter turns away from it, and how much wider the beam is then.
    private const double TurnedAway = 0.25;
    private const int Wider = 2;

    /// <param name="allowed">Slots that the filter lets through.</param>
    /// <param name="live">Slots in all.</param>
    /// <param name="ef">The beam width asked for.</param>
    /// <param name="m">Links of a new node; a walk scores about as many at each hop.</param>
    public static FilterPlan Choose(int allowed, int live, int ef, int m)
    {
        double scan = ScanCost * allowed;
        FilterWay way = scan <= (double)ef * m ? FilterWay.Scan : allowed >= LeastPassedOver * live ? FilterWay.PassOver : FilterWay.TwoHop;
        return new FilterPlan(way, ef, (int)Math.Min(int.MaxValue, 1 + (2 * scan)));
    }

    /// <summary>The plan in view of the share of allowed nodes around the query.</summary>
    /// <param name="nearby">That share, 0 to 1.</param>
    /// <param name="share">The share of allowed nodes in all.</param>
    public FilterPlan Near(double nearby, double share) => nearby >= TurnedAway * share
        ? this
        : this with { Way = FilterWay.TwoHop, Beam = Math.Min(Beam * Wider, SearchParameters.MaxEfSearch) };
}
