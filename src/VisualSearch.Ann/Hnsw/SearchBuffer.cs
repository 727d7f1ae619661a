using System.Runtime.CompilerServices;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>A slot met on a walk, and its distance from the query.</summary>
internal readonly record struct Candidate(float Distance, int Slot);

/// <summary>
/// The walk's frontier and its results in one array, sorted by distance. It reaches just as far as the last <em>accepted</em> entry that the
/// beam's width has room for:
/// rejected ones (removed, or outside the filter) lead the walk on without taking a result's place. The walk ends when every
/// entry has been expanded, which is when the nearest one left is worse than the worst result, or when the <see cref="Beam"/>'s patience is at
/// its end.
/// </summary>
internal sealed class SearchBuffer
{
    // Marks in the two bits that slot numbers leave free.
    private const int Expanded = int.MinValue;
    private const int Rejected = SlotTable.MostSlots;
    private const int SlotMask = Rejected - 1;

    private Candidate[] _entries = new Candidate[256];
    private Beam _beam;
    private int _accepted;
    private int _next;
    private int _fruitless;

    public int Count { get; private set; }

    /// <summary>Only something nearer than this can still enter.</summary>
    public float Bound { get; private set; }

    public void Reset(Beam beam)
    {
        (_beam, Bound) = (beam, float.PositiveInfinity);
        (_accepted, _next, _fruitless, Count) = (0, 0, 0, 0);
    }

    /// <summary>Puts in a candidate; does nothing when it is not nearer than <see cref="Bound"/>.</summary>
    /// <param name="distance">A NaN, from a row that is being overwritten, never enters.</param>
    /// <param name="slot">The slot, at most once in a walk.</param>
    /// <param name="accepted">Whether it may be a result.</param>
    /// <param name="expanded">True for one whose links need no visit.</param>
    /// <returns>Whether it is now the next to be expanded.</returns>
    public bool Insert(float distance, int slot, bool accepted, bool expanded = false)
    {
        if (!(distance < Bound))
            return false;
        if (Count == _entries.Length)
            Array.Resize(ref _entries, Count * 2);
        int at = Position(distance);
        Array.Copy(_entries, at, _entries, at + 1, Count - at);
        _entries[at] = new Candidate(distance, slot | (accepted ? 0 : Rejected) | (expanded ? Expanded : 0));
        Count++;
        if (at < _beam.Watched)
            _fruitless = 0;
        if (at < _next)
            _next++;
        if (!expanded && at < _next)
            _next = at;
        if (accepted && ++_accepted >= _beam.Width)
            Trim();
        return at == _next;
    }

    /// <summary>Marks the nearest entry that has not been expanded, and gives it out; none when the walk is over.</summary>
    public bool TryExpandNext(out Candidate candidate)
    {
        candidate = default;
        if (++_fruitless > _beam.Patience)
            return false;
        for (; _next < Count; _next++)
        {
            Candidate entry = _entries[_next];
            if (entry.Slot < 0)
                continue;
            _entries[_next++] = entry with { Slot = entry.Slot | Expanded };
            candidate = entry with { Slot = entry.Slot & SlotMask };
            return true;
        }

        return false;
    }

    /// <summary>Reads the accepted entries, nearest first, from an index that starts at 0.</summary>
    public bool TryNextAccepted(ref int index, out Candidate candidate)
    {
        while (index < Count)
        {
            Candidate entry = _entries[index++];
            if ((entry.Slot & Rejected) != 0)
                continue;
            candidate = entry with { Slot = entry.Slot & SlotMask };
            return true;
        }

        candidate = default;
        return false;
    }

    // The first entry that is farther: equal ones stay in the order in which they came.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Position(float distance)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_entries[middle].Distance <= distance)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private void Trim()
    {
        if (_accepted > _beam.Width)
            DropLastAccepted();
        EndAtLastAccepted();
    }

    private void DropLastAccepted()
    {
        while ((_entries[--Count].Slot & Rejected) != 0)
        {
        }

        _accepted--;
    }

    private void EndAtLastAccepted()
    {
        while ((_entries[Count - 1].Slot & Rejected) != 0)
            Count--;
        Bound = _entries[Count - 1].Distance;
    }
}
