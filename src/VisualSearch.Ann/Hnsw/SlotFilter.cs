using System.Numerics;
using System.Runtime.CompilerServices;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// A filter as a bitmap by slot: one bit says whether a walk may return a slot, where asking the <see cref="IdSet"/> costs two misses of
/// the caches (the slot's row for its id, then the set). Made once for a set and kept while the set lives; commits made since are added
/// by whichever search comes next, without a lock.
/// </summary>
internal sealed unsafe class SlotFilter
{
    private const int MostSeeds = 8192;

    private readonly IdSet _allowed;
    private readonly SlotTable _slots;
    private readonly int _changes;
    private readonly ulong[] _bits;
    private long _version;

    /// <summary>Looks up every id of a set. The caller's stay in the index keeps slots from being reused meanwhile.</summary>
    public SlotFilter(IdSet allowed, SlotTable slots)
    {
        (_allowed, _slots, _changes) = (allowed, slots, allowed.Changes);

        // Before the slots are looked at: what is committed meanwhile comes in twice and not never.
        _version = slots.Version;
        int limit = slots.Limit;
        _bits = new ulong[(limit + (limit / 4) + 1024) / 64];
        foreach (ulong id in allowed)
        {
            if (slots.Find(id) is int slot and >= 0 && slot < Capacity)
                _bits[slot >> 6] |= 1UL << slot;
        }

        foreach (ulong word in _bits)
            Count += BitOperations.PopCount(word);
        Seeds = Spread();
    }

    /// <summary>Slots allowed when the bitmap was made.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Some allowed slots from all over the graph, ascending (neighbours have neighbouring numbers after compaction): where a walk can start
    /// when nothing near the query is allowed.
    /// </summary>
    public int[] Seeds { get; }

    /// <summary>The bits, slot 0 first.</summary>
    public ReadOnlySpan<ulong> Words => _bits;

    private int Capacity => _bits.Length * 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(int slot)
    {
        ulong[] bits = _bits;
        int word = slot >> 6;
        return (uint)word < (uint)bits.Length && (bits[word] >> slot & 1) != 0;
    }

    /// <summary>Brings in what was committed up to a version.</summary>
    /// <param name="version">The version that the caller reads; it has entered the index at or before it.</param>
    /// <returns>False when a new bitmap must be made: the set has changed, the index has grown, or too much was committed.</returns>
    public bool TryFollow(long version)
    {
        long known = Volatile.Read(ref _version);
        if (_allowed.Changes != _changes)
            return false;
        if (known >= version)
            return true;
        if (_slots.Limit > Capacity || !CommitLog.Holds(known, version))
            return false;
        for (long next = known + 1; next <= version; next++)
        {
            int slot = _slots.Log.SlotOf(next);

            // A slot that is visible now stays its owner's while the caller is inside, so this bit cannot be another owner's.
            if ((uint)slot < (uint)Capacity && SlotTable.IsVisible(_slots.View()[slot], version))
                Set(slot, _allowed.Contains(_slots.IdOf(slot)));
        }

        if (!CommitLog.Holds(known, _slots.Version))
            return false;
        for (long before = known; before < version;)
        {
            long found = Interlocked.CompareExchange(ref _version, version, before);
            if (found == before)
                break;
            before = found;
        }

        return true;
    }

    private void Set(int slot, bool allowed)
    {
        ulong bit = 1UL << slot;
        if (allowed)
            Interlocked.Or(ref _bits[slot >> 6], bit);
        else
            Interlocked.And(ref _bits[slot >> 6], ~bit);
    }

    private int[] Spread()
    {
        var seeds = new int[Math.Min(MostSeeds, Count)];
        long met = 0;
        int taken = 0;
        for (int word = 0; word < _bits.Length && taken < seeds.Length; word++)
        {
            for (ulong rest = _bits[word]; rest != 0 && taken < seeds.Length; rest &= rest - 1, met++)
            {
                if (met == (long)Count * taken / seeds.Length)
                    seeds[taken++] = (word * 64) + BitOperations.TrailingZeroCount(rest);
            }
        }

        return seeds;
    }
}
