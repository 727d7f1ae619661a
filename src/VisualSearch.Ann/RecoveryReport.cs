namespace VisualSearch.Ann;

/// <summary>What opening a <see cref="DurableIndex"/> found and did.</summary>
public sealed record RecoveryReport
{
    /// <summary>Vectors that the snapshot held.</summary>
    public int FromSnapshot { get; init; }

    /// <summary>Adds and removals that were replayed from the logs.</summary>
    public long Replayed { get; init; }

    /// <summary>Bytes cut off the end of the last log: of writes that were cut short, and so never acknowledged.</summary>
    public long CutBytes { get; init; }

    /// <summary>
    /// Whether the last log's note on how far it was acknowledged was unreadable. Nothing is lost by that, but <see cref="CutBytes"/> could
    /// then hide damage to the last commit.
    /// </summary>
    public bool IsMarkLost { get; init; }

    /// <summary>Files of an interrupted checkpoint, or of before the last one, that were deleted.</summary>
    public int LeftoversDeleted { get; init; }

    /// <summary>Names of the logs from the damage on, with <see cref="DurableIndexOptions.AcceptLoss"/>; else empty.</summary>
    public IReadOnlyList<string> LostLogs { get; init; } = [];
}

/// <summary>How bad a <see cref="IndexFinding"/> is.</summary>
public enum FindingKind
{
    /// <summary>A file that the next opening or checkpoint deletes, or one that does not belong here. No harm.</summary>
    Leftover = 0,

    /// <summary>The end of a write that was cut short; the next opening cuts it off. Nothing acknowledged is in it, as far as can be told.</summary>
    TornWrite = 1,

    /// <summary>Bytes are not as they were written.</summary>
    Damage = 2,
}

/// <summary>One thing that <see cref="DurableIndex.Verify"/> found.</summary>
/// <param name="Kind">How bad it is.</param>
/// <param name="File">The name of the file within the folder.</param>
/// <param name="Problem">What is wrong and what to do.</param>
public sealed record IndexFinding(FindingKind Kind, string File, string Problem);
