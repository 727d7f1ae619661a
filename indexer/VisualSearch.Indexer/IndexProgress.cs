namespace VisualSearch.Indexer;

/// <summary>Where an index run stands.</summary>
/// <param name="Found">Picture files found so far.</param>
/// <param name="Pending">Files that are new or changed; final once <paramref name="ScanFinished"/>.</param>
/// <param name="Done">Files written or failed so far.</param>
/// <param name="Failed">Files that could not be indexed so far.</param>
/// <param name="ScanFinished">Whether the whole tree has been walked.</param>
/// <param name="Elapsed">Time since the run began.</param>
public sealed record IndexProgress(int Found, int Pending, int Done, int Failed, bool ScanFinished, TimeSpan Elapsed)
{
    /// <summary>Files a second over the whole run so far.</summary>
    public double Rate => Elapsed.TotalSeconds > 0 ? Done / Elapsed.TotalSeconds : 0;

    /// <summary>Time left at this rate; null until something is done.</summary>
    public TimeSpan? TimeLeft => Rate > 0 && ScanFinished ? TimeSpan.FromSeconds((Pending - Done) / Rate) : null;
}
