namespace VisualSearch.Ann.Storage;

/// <summary>
/// A list of slots with one writer and readers that take no lock. The count is the array's first element, so one load gives a reader an
/// array and a count that belong together: appending writes the slot before the count, removing publishes a new array.
/// </summary>
internal sealed class SlotList
{
    private const int FirstRoom = 4;

    private int[] _cells = new int[1 + FirstRoom];

    /// <summary>The slots in the list now. What is appended or removed later does not change the span.</summary>
    public ReadOnlySpan<int> Slots
    {
        get
        {
            int[] cells = Volatile.Read(ref _cells);
            return cells.AsSpan(1, Volatile.Read(ref cells[0]));
        }
    }

    public long AllocatedBytes => _cells.LongLength * sizeof(int);

    public void Append(int slot)
    {
        int[] cells = _cells;
        int count = cells[0];
        if (count + 1 == cells.Length)
        {
            Array.Resize(ref cells, 1 + (2 * count));
            cells[1 + count] = slot;
            cells[0] = count + 1;
            Volatile.Write(ref _cells, cells);
            return;
        }

        cells[1 + count] = slot;
        Volatile.Write(ref cells[0], count + 1);
    }

    public void Remove(int slot)
    {
        ReadOnlySpan<int> slots = Slots;
        int at = slots.IndexOf(slot);
        if (at < 0)
            throw new InvalidOperationException($"Slot {slot} is not in the list it was filed under; the index is damaged in memory, rebuild it.");
        int[] kept = new int[1 + Math.Max(FirstRoom, slots.Length)];
        slots[..at].CopyTo(kept.AsSpan(1));
        slots[(at + 1)..].CopyTo(kept.AsSpan(1 + at));
        kept[0] = slots.Length - 1;
        Volatile.Write(ref _cells, kept);
    }
}
