namespace VisualSearch.Ann;

/// <summary>What a write to a <see cref="DurableIndex"/> survives once the call has returned.</summary>
public enum Durability
{
    /// <summary>
    /// The death of the process, a crash of the operating system, and a power cut: the log is flushed to the disk before the call returns.
    /// Writes that wait at the same time share one flush, so many writing threads, or <see cref="DurableIndex.AddRange"/>, are many times
    /// faster than one thread with single writes.
    /// </summary>
    Disk = 0,

    /// <summary>
    /// The death of the process, kill −9 included, and nothing worse: the log is with the operating system when the call returns. A power
    /// cut may take the writes since the last <see cref="DurableIndex.Flush"/>, <see cref="DurableIndex.Checkpoint"/> or
    /// <see cref="DurableIndex.Dispose"/>; what is left is then everything up to some write, and nothing after it.
    /// </summary>
    Process = 1,
}

/// <summary>How a <see cref="DurableIndex"/> writes. Not kept in the folder: each opening may choose.</summary>
public sealed record DurableIndexOptions
{
    /// <summary>The least value of <see cref="CheckpointLogBytes"/>: the size of a few logs without records.</summary>
    public const long MinCheckpointLogBytes = 16_384;

    /// <summary>What a write survives; <see cref="Ann.Durability.Disk"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a named value.</exception>
    public Durability Durability
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Durability), value, $"Durability is {value}; give Disk or Process.");
    }

    /// <summary>
    /// Once the logs hold this many bytes a new snapshot is written in the background and they go. It bounds what opening has to replay:
    /// 64 MiB, the default, are about 60,000 vectors of 256 dimensions. <see cref="long.MaxValue"/> leaves checkpoints to the caller.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Below <see cref="MinCheckpointLogBytes"/>.</exception>
    public long CheckpointLogBytes
    {
        get;
        init => field = value >= MinCheckpointLogBytes
            ? value
            : throw new ArgumentOutOfRangeException(nameof(CheckpointLogBytes), value, $"CheckpointLogBytes is {value}; give at least {MinCheckpointLogBytes}.");
    } = 64 << 20;

    /// <summary>
    /// Opens a folder whose log is damaged with all that comes before the damage, which <see cref="RecoveryReport.LostLogs"/> then names;
    /// the logs from there on are kept beside it under names that end in <c>.damaged</c>. Off by default: such a folder is refused.
    /// </summary>
    public bool AcceptLoss { get; init; }
}
