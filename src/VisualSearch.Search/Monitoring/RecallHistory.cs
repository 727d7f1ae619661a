namespace VisualSearch.Search.Monitoring;

/// <summary>The latest checks of one collection. A single query proves little: one of ten that is missed, of a query among near equals, says nothing.</summary>
internal sealed class RecallHistory
{
    // Of twenty checks of ten neighbours each the mean is sure to about two in a hundred.
    private const int Kept = 20;
    private const int Enough = 5;

    private readonly Queue<double> latest = new(Kept);
    private bool warned;

    /// <summary>How many checks the mean is of.</summary>
    public int Count => latest.Count;

    /// <summary>The mean of the latest checks.</summary>
    public double Mean => latest.Average();

    /// <summary>The worst of the latest checks.</summary>
    public double Worst => latest.Min();

    /// <summary>Takes a check.</summary>
    /// <returns>Whether to warn: once when the mean of at least five falls below the threshold, and again only after it had recovered.</returns>
    public bool Add(double recall, double warnBelow)
    {
        if (latest.Count == Kept)
            latest.Dequeue();
        latest.Enqueue(recall);
        if (latest.Count < Enough)
            return false;
        bool low = Mean < warnBelow;
        bool warns = low && !warned;
        warned = low;
        return warns;
    }
}
