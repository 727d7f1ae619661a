namespace VisualSearch.Ann.Storage;

/// <summary>
/// Which slot each of the latest versions committed, so that what was derived from all slots (a filter's bitmap) can be brought up to
/// date instead of being made anew. One writer notes, any thread reads without a lock.
/// </summary>
internal sealed class CommitLog
{
    /// <summary>A version that committed no slot: a removal, or slots handed back.</summary>
    public const int NoSlot = -1;

    // A bitmap of 100,000 ids takes milliseconds to make and 4,096 commits take tens of microseconds to follow.
    private const int Kept = 4096;

    private readonly int[] _slots = new int[Kept];

    /// <summary>Notes what a version commits, before the version is published.</summary>
    public void Note(long version, int slot) => Volatile.Write(ref _slots[version & (Kept - 1)], slot);

    /// <summary>What a version committed. Means something only if <see cref="Holds"/> says so afterwards.</summary>
    public int SlotOf(long version) => Volatile.Read(ref _slots[version & (Kept - 1)]);

    /// <summary>Whether what was read of <paramref name="version"/> and later ones was theirs and not yet a newer version's.</summary>
    /// <param name="version">The oldest that was read.</param>
    /// <param name="newest">The index's version now, read after the log.</param>
    public static bool Holds(long version, long newest) => newest - version < Kept - 1;
}
