using System.Numerics;
using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>
/// From ids to slots: open addressing with one writer and readers that take no lock. A cell's key never changes once its value is
/// published, also not when the id is removed; cells of removed ids go when the table is copied into a new one.
/// </summary>
internal sealed class IdMap
{
    // Linear probing stays near two probes a look-up below this load.
    private const double MostFull = 0.6;
    private const int Removed = -1;

    private Cell[] _cells;
    private int _used;

    public IdMap(int capacity = 0) => _cells = new Cell[SizeFor(capacity)];

    public int Count { get; private set; }

    /// <summary>Makes room for so many ids at once: no copying on the way there, and no more memory than they need.</summary>
    public void Reserve(int ids)
    {
        if (ids > _cells.Length * MostFull)
            Rebuild(ids);
    }

    /// <summary>The slot of an id, or −1.</summary>
    public int Find(ulong id)
    {
        Cell[] cells = Volatile.Read(ref _cells);
        int mask = cells.Length - 1;
        for (int at = Hash(id) & mask; ; at = (at + 1) & mask)
        {
            int value = Volatile.Read(ref cells[at].Value);
            if (value == 0)
                return -1;
            if (cells[at].Id == id)
                return value == Removed ? -1 : value - 1;
        }
    }

    /// <summary>Points an id, new or known, to a slot.</summary>
    public void Set(ulong id, int slot)
    {
        ref Cell cell = ref Locate(_cells, id);
        if (cell.Value == 0)
        {
            if (_used + 1 > _cells.Length * MostFull)
            {
                Rebuild(Count + (Count / 4) + 1);
                cell = ref Locate(_cells, id);
            }

            _used++;
            cell.Id = id;
        }

        Count += cell.Value > 0 ? 0 : 1;
        Volatile.Write(ref cell.Value, slot + 1);
    }

    /// <summary>Forgets an id.</summary>
    /// <returns>The slot it had, or −1.</returns>
    public int Remove(ulong id)
    {
        ref Cell cell = ref Locate(_cells, id);
        if (cell.Value <= 0)
            return -1;
        int slot = cell.Value - 1;
        Volatile.Write(ref cell.Value, Removed);
        Count--;
        return slot;
    }

    private static ref Cell Locate(Cell[] cells, ulong id)
    {
        int mask = cells.Length - 1;
        int at = Hash(id) & mask;
        while (cells[at].Value != 0 && cells[at].Id != id)
            at = (at + 1) & mask;
        return ref cells[at];
    }

    private void Rebuild(int capacity)
    {
        var cells = new Cell[SizeFor(capacity)];
        foreach (Cell cell in _cells)
        {
            if (cell.Value > 0)
                Locate(cells, cell.Id) = cell;
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

    // 12 bytes: aligned to 8 it would be a third more.
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Cell
    {
        public ulong Id;

        /// <summary>0: never used; −1: removed; else the slot + 1.</summary>
        public int Value;
    }
}
