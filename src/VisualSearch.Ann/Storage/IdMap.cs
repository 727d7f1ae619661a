using System.Numerics;
using System.Runtime.CompilerServices;

namespace VisualSearch.Ann.Storage;

/// <summary>
/// From ids to slots: open addressing with one writer and readers that take no lock. A cell holds only the slot, four bytes; whose it is
/// stands in the slot's own row. So a look-up must not meet a slot that goes to another id meanwhile: readers are inside the index, which
/// keeps slots from being reused.
/// </summary>
/// <param name="slots">The rows that hold each slot's id, written before the slot comes in here.</param>
internal sealed unsafe class IdMap(Rows<Slot> slots)
{
    // Linear probing stays near two probes a look-up below this load.
    private const double MostFull = 0.6;
    private const int Removed = -1;

    /// <summary>0: never used; −1: removed; else the slot + 1.</summary>
    private int[] _cells = new int[SizeFor(0)];
    private int _used;

    public int Count { get; private set; }

    public long AllocatedBytes => (long)_cells.Length * sizeof(int);

    /// <summary>Makes room for so many ids at once: no copying on the way there, and no more memory than they need.</summary>
    public void Reserve(int ids)
    {
        if (ids > _cells.Length * MostFull)
            Rebuild(ids);
    }

    /// <summary>The slot of an id, or −1.</summary>
    public int Find(ulong id)
    {
        Locate(Volatile.Read(ref _cells), id, out int slot);
        return slot;
    }

    /// <summary>Points an id that is not in the map to a slot, whose row names the id.</summary>
    /// <returns>False when the id is there already; nothing changes.</returns>
    public bool TryAdd(ulong id, int slot)
    {
        int at = Locate(_cells, id, out int known);
        if (known >= 0)
            return false;
        if (_cells[at] == 0 && ++_used > _cells.Length * MostFull)
        {
            Rebuild(Count + (Count / 4) + 1);
            _used++;
            at = Locate(_cells, id, out _);
        }

        Count++;
        Volatile.Write(ref _cells[at], slot + 1);
        return true;
    }

    /// <summary>Points an id that is in the map to another slot, while the old one's row still names it.</summary>
    public void Move(ulong id, int slot) => Volatile.Write(ref _cells[Locate(_cells, id, out _)], slot + 1);

    /// <summary>Forgets an id, while its slot's row still names it.</summary>
    /// <returns>The slot it had, or −1.</returns>
    public int Remove(ulong id)
    {
        int at = Locate(_cells, id, out int slot);
        if (slot < 0)
            return -1;
        Volatile.Write(ref _cells[at], Removed);
        Count--;
        return slot;
    }

    /// <summary>The cell of an id or, if it has none, where it would go: the first cell on its way that a removed id left, else the empty one.</summary>
    /// <param name="cells">The table.</param>
    /// <param name="id">The id.</param>
    /// <param name="slot">The id's slot, or −1: a reader must not look at the cell again, where another id may be by then.</param>
    // Compiled well at once, as opening a file calls it thousands of times in its first second: see HnswFileCheck.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Locate(int[] cells, ulong id, out int slot)
    {
        int mask = cells.Length - 1, vacant = -1;
        for (int at = Hash(id) & mask; ; at = (at + 1) & mask)
        {
            int value = Volatile.Read(ref cells[at]);
            slot = -1;
            if (value == 0)
                return vacant < 0 ? at : vacant;
            if (value == Removed)
                vacant = vacant < 0 ? at : vacant;
            else if (slots[slot = value - 1]->Id == id)
                return at;
        }
    }

    private void Rebuild(int capacity)
    {
        var cells = new int[SizeFor(capacity)];
        int mask = cells.Length - 1;
        foreach (int value in _cells)
        {
            if (value <= 0)
                continue;
            int at = Hash(slots[value - 1]->Id) & mask;
            while (cells[at] != 0)
                at = (at + 1) & mask;
            cells[at] = value;
        }

        _used = Count;
        Volatile.Write(ref _cells, cells);
    }

    private static int SizeFor(int count) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, 1 + (count / MostFull)));

    // SplitMix64's finisher: consecutive ids must not fill consecutive cells.
    private static int Hash(ulong id)
    {
        id = (id ^ (id >> 30)) * 0xBF58476D1CE4E5B9;
        id = (id ^ (id >> 27)) * 0x94D049BB133111EB;
        return (int)(id ^ (id >> 31)) & int.MaxValue;
    }
}
