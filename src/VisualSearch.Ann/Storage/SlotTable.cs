using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>One slot's owner and the versions of the index between which a search may return it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Slot
{
    /// <summary>Also the value of <see cref="Born"/> before the slot is committed, and of <see cref="Died"/> until it is removed.</summary>
    public const long Never = long.MaxValue;

    public ulong Id;
    public long Born;
    public long Died;
}

/// <summary>
/// Which slot holds which id, and when. Vectors live in numbered slots; each commit raises the index's version by one, and a search
/// that started at version t returns the slots with Born ≤ t &lt; Died. So replacing a vector is one atomic step to readers, although
/// the new one goes to a new slot.
/// <code>
/// Allocate ──► (unborn: linked, not yet visible) ──► Commit ──► live ──► Kill ──► dead, still linked ──► Retire ──► free ──► Allocate
/// </code>
/// One writer at a time (the owner's lock); <see cref="Commit"/> alone may be called from the several workers of one writer.
/// </summary>
internal sealed unsafe class SlotTable
{
    /// <summary>Slot numbers stay below this, which leaves two bits of an int for a walk's marks.</summary>
    public const int MostSlots = 1 << 30;

    private readonly Rows<Slot> _slots = new(1);
    private readonly IRowStore[] _columns;
    private readonly Func<long> _oldestReader;
    private readonly Queue<(int Slot, long Version)> _retired = new();
    private readonly Lock _committing = new();
    private readonly CommitLog _log = new();
    private readonly IdMap _ids;
    private int _limit;
    private int _live;
    private int _dead;
    private long _version = 1;

    /// <param name="columns">The other stores with one row a slot.</param>
    /// <param name="oldestReader">The oldest version that a running search may still read.</param>
    /// <param name="capacity">Slots to make room for at once.</param>
    public SlotTable(IRowStore[] columns, Func<long> oldestReader, int capacity = 0)
    {
        _columns = columns;
        _oldestReader = oldestReader;
        _ids = new IdMap(_slots);
        Reserve(capacity);
    }

    /// <summary>Slots that exist, whatever their state: 0 to Limit − 1. Their rows may be read.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>The version of the latest commit.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>What the latest versions committed.</summary>
    public CommitLog Log => _log;

    /// <summary>Ids that a search starting now can return.</summary>
    public int Live => Volatile.Read(ref _live);

    /// <summary>Whether some slot is dead or free.</summary>
    public bool HasDead => Volatile.Read(ref _dead) > 0;

    /// <summary>Memory of the slots' rows and of the way from ids to them.</summary>
    public long AllocatedBytes => _slots.AllocatedBytes + _ids.AllocatedBytes;

    public RowView<Slot> View() => _slots.View();

    /// <summary>The slot of an id, or −1. A reader asks from inside the index: see <see cref="IdMap"/>.</summary>
    public int Find(ulong id) => _ids.Find(id);

    public ulong IdOf(int slot) => _slots[slot]->Id;

    /// <summary>Whether a search at <paramref name="version"/> may return the slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsVisible(Slot* slot, long version)
    {
        // Died is read first: reuse writes Born = Never before Died = Never, so no mixture of two owners looks alive.
        return Volatile.Read(ref slot->Died) > version && Volatile.Read(ref slot->Born) <= version;
    }

    /// <summary>Whether the slot was removed or is free; an unborn slot is not dead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsDead(int slot) => _slots[slot]->Died != Slot.Never;

    public void Reserve(int slots)
    {
        if (slots == 0)
            return;
        _ids.Reserve(slots);
        _slots.EnsureCapacity(slots);
        foreach (IRowStore column in _columns)
            column.EnsureCapacity(slots);
    }

    /// <summary>Takes a free slot, or a new one, for an id. Its rows hold old content until the caller fills them.</summary>
    public int Allocate(ulong id)
    {
        int slot = _limit;
        if (_retired.TryPeek(out (int Slot, long Version) oldest) && oldest.Version <= _oldestReader())
            (slot, _dead) = (_retired.Dequeue().Slot, _dead - 1);
        else if (slot == MostSlots)
            throw new InvalidOperationException($"The index holds {slot:N0} slots, the most it can; split the collection.");
        else
            Reserve(slot + 1);

        Slot* row = _slots[slot];
        Volatile.Write(ref row->Born, Slot.Never);
        Volatile.Write(ref row->Died, Slot.Never);
        row->Id = id;
        if (slot == _limit)
            Volatile.Write(ref _limit, slot + 1);
        return slot;
    }

    /// <summary>Makes a filled and linked slot the one of its id.</summary>
    /// <returns>The slot that it replaces, now dead, or −1.</returns>
    public int Commit(int slot)
    {
        lock (_committing)
        {
            Slot* row = _slots[slot];
            int replaced = _ids.Find(row->Id);
            long next = _version + 1;
            Volatile.Write(ref row->Born, next);
            if (replaced >= 0)
            {
                Die(replaced, next);
                _ids.Move(row->Id, slot);
            }
            else
            {
                Volatile.Write(ref _live, _live + 1);
                _ids.TryAdd(row->Id, slot);
            }

            Publish(next, slot);
            return replaced;
        }
    }

    /// <summary>Removes an id.</summary>
    /// <returns>The slot it had, now dead, or −1.</returns>
    public int Kill(ulong id)
    {
        int slot = _ids.Remove(id);
        if (slot < 0)
            return -1;
        Die(slot, _version + 1);
        Volatile.Write(ref _live, _live - 1);
        Publish(_version + 1, CommitLog.NoSlot);
        return slot;
    }

    /// <summary>Gives up a slot that was allocated and not committed, because linking was cancelled or failed.</summary>
    /// <returns>False when it was committed.</returns>
    public bool Abandon(int slot)
    {
        if (_slots[slot]->Born != Slot.Never)
            return false;
        Die(slot, _version);
        return true;
    }

    /// <summary>Hands back dead slots that nothing points to any more; they are reused when the searches running now have ended.</summary>
    public void Retire(ReadOnlySpan<int> slots)
    {
        Publish(_version + 1, CommitLog.NoSlot);
        foreach (int slot in slots)
            _retired.Enqueue((slot, _version));
    }

    /// <summary>The free slots, in the order of reuse.</summary>
    public IEnumerable<int> FreeSlots() => _retired.Select(entry => entry.Slot);

    /// <summary>Appends a slot as it was saved. <see cref="Reserve"/> has made room for it.</summary>
    /// <returns>False when a live slot's id is there already.</returns>
    // Compiled well at once, as opening a file calls it thousands of times in its first second: see HnswFileCheck.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool Restore(ulong id, SlotState state)
    {
        int slot = _limit;
        *_slots[slot] = state == SlotState.Live
            ? new Slot { Id = id, Born = 0, Died = Slot.Never }
            : new Slot { Id = id, Born = Slot.Never, Died = 0 };
        if (state == SlotState.Free)
            _retired.Enqueue((slot, 0));
        if (state == SlotState.Live)
        {
            if (!_ids.TryAdd(id, slot))
                return false;
            _live++;
        }
        else
        {
            _dead++;
        }

        Volatile.Write(ref _limit, slot + 1);
        return true;
    }

    private void Die(int slot, long version)
    {
        _dead++;
        Volatile.Write(ref _slots[slot]->Died, version);
    }

    private void Publish(long version, int committed)
    {
        _log.Note(version, committed);
        Volatile.Write(ref _version, version);
    }
}

/// <summary>A slot's state in a file.</summary>
internal enum SlotState : byte
{
    Free = 0,
    Live = 1,

    /// <summary>Removed, but links may still lead to it.</summary>
    Dead = 2,
}
