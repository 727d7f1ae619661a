namespace VisualSearch.Indexer.Reembed;

/// <summary>Where a re-embedding stands.</summary>
/// <param name="Step">What is going on, in a word or two for people; empty while pictures are embedded.</param>
/// <param name="Total">Items that the generation is to have.</param>
/// <param name="Present">Items that have a vector in it, those of earlier runs included.</param>
/// <param name="Done">Items embedded or failed in this run.</param>
/// <param name="Failed">Items that could not be embedded in this run.</param>
/// <param name="Elapsed">Time since this run began.</param>
public sealed record ReembedProgress(string Step, long Total, long Present, long Done, long Failed, TimeSpan Elapsed)
{
    /// <summary>Items a second in this run so far.</summary>
    public double Rate => Elapsed.TotalSeconds > 0 ? Done / Elapsed.TotalSeconds : 0;

    /// <summary>Time left at this rate; null until something is done.</summary>
    public TimeSpan? TimeLeft => Rate > 0 ? TimeSpan.FromSeconds(Math.Max(0, Total - Present - Failed) / Rate) : null;
}

/// <summary>What a re-embedding did.</summary>
public sealed record ReembedSummary
{
    /// <summary>The generation.</summary>
    public required int Generation { get; init; }

    /// <summary>Items of the collection.</summary>
    public required long Items { get; init; }

    /// <summary>Items that had a vector in the generation before this run, from earlier ones.</summary>
    public required long Before { get; init; }

    /// <summary>Vectors written in this run.</summary>
    public required long Embedded { get; init; }

    /// <summary>Pictures that could not be embedded, each with its reason, in order of path.</summary>
    public required IReadOnlyList<IndexFailure> Failures { get; init; }

    /// <summary>Pictures whose files have changed since they were indexed: they were embedded as they are now.</summary>
    public required IReadOnlyList<string> ChangedFiles { get; init; }

    /// <summary>Wall time of the run.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>Whether the generation runs now.</summary>
    public required bool Switched { get; init; }

    /// <summary>True when the run was cancelled before it was through; the next run goes on.</summary>
    public required bool Cancelled { get; init; }
}
