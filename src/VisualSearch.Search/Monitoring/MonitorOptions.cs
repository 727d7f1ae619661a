namespace VisualSearch.Search.Monitoring;

/// <summary>What is watched beyond counting: how exact searches are, and which are slow.</summary>
public sealed record MonitorOptions
{
    /// <summary>
    /// One in so many vector searches, chosen at random, is repeated exactly in the background; 0 for none, at most 1,000,000,000. One in a
    /// thousand is enough to notice a damaged index within minutes on a busy server.
    /// </summary>
    public int RecallOneIn
    {
        get;
        init => field = value is >= 0 and <= 1_000_000_000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(RecallOneIn), value, "RecallOneIn must be 0 (no checks) to 1,000,000,000.");
    } = 1000;

    /// <summary>How many of the nearest are compared: recall@k, 1 to 1,000. Ten are what people look at.</summary>
    public int RecallK
    {
        get;
        init => field = value is >= 1 and <= 1000 ? value : throw new ArgumentOutOfRangeException(nameof(RecallK), value, "RecallK must be 1 to 1,000.");
    } = 10;

    /// <summary>The mean recall of a collection's latest checks that is warned of when it is lower, 0 (never) to 1.</summary>
    public double RecallWarnBelow
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(RecallWarnBelow), value, "RecallWarnBelow must be 0 to 1.");
    } = 0.9;

    /// <summary>
    /// The share of one core that checks may take over time, above 0 to 1: after each check none is made until this share is kept. An exact
    /// search reads all vectors of the collection, 2 GB for a million of 512 numbers.
    /// </summary>
    public double RecallCoreShare
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(RecallCoreShare), value, "RecallCoreShare must be above 0, at most 1.");
    } = 0.1;

    /// <summary>Searches that take as long or longer are logged; 0 logs each, null none. At most an hour.</summary>
    public TimeSpan? SlowThreshold
    {
        get;
        init => field = value is null || (value >= TimeSpan.Zero && value <= TimeSpan.FromHours(1))
            ? value
            : throw new ArgumentOutOfRangeException(nameof(SlowThreshold), value, "SlowThreshold must be 0 to 1 h, or null for no log of slow searches.");
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Whether the log of slow searches quotes their words and the values in their filters. What people look for is private, and logs are read by
    /// others and kept: without it the log has only which fields a filter is about.
    /// </summary>
    public bool LogQueryText { get; init; }
}
