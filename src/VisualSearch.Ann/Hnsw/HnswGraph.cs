using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>What a node has besides its links on level 0.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NodeHeader
{
    /// <summary>The row of its links on level 1; level l is at row <c>UpperRow + l − 1</c>.</summary>
    public int UpperRow;

    /// <summary>Its highest level, or <see cref="HnswGraph.Twin"/>.</summary>
    public int Level;
}

/// <summary>What leads to a node: for writers only, made again when the first one comes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NodeBacklinks
{
    /// <summary>The twin before it in its chain, or −1.</summary>
    public int PreviousTwin;

    /// <summary>Links to it on level 0.</summary>
    public int LinksToIt;
}

/// <summary>
/// The links, and nothing about distances.
/// <code>
/// base   one row a slot           [count][next twin][link 0 … link 2M−1]     level 0: the row a walk reads at every hop
/// upper  one row a node and level [count][unused   ][link 0 … link M−1]      one node in M has any
/// nodes  one row a slot           [upper row][level]
/// back   one row a slot           [previous twin][links to it]               once the index is written to
/// </code>
/// Readers take no lock. A list changes in place, entry by entry, each store a release; its count is stored after the entries it newly
/// covers. A reader may see a mixture of a list's old and new links, and every one of them is a slot that was a node when it looked.
/// <para>
/// <b>Twins.</b> Vectors that are equal bit for bit share one node: the first is in the graph, the others hang on it in a chain.
/// As nodes of their own, a few hundred copies (black frames of videos) would fill each other's lists and cut
/// themselves, and all that is reached through them, off from the rest. A removed node stays while twins hang on it.
/// </para>
/// <para>
/// <b>Last links.</b> Pruning a full list may take away the last link to a node, and no walk would find it again. So the links to each node
/// are counted and the last one is spared. A few nodes that link only to each other may still be cut off together (54 of 50,000 pictures as
/// 768 numbers), and when the entry moves, those that only the old one led to; <see cref="HnswRepair"/> finds them soon after with
/// <see cref="Reachability"/>. Sparing also the last link from a lower slot would prevent some of that, but it filled lists with long links:
/// recall@10 at ef 64 went down from .9858 to .9813 (20,000 of the same pictures).
/// </para>
/// </summary>
internal sealed unsafe class HnswGraph : IRowStore
{
    /// <summary>The level of a slot that is not a node but hangs on one.</summary>
    public const int Twin = -1;

    /// <summary>No slot.</summary>
    public const int None = -1;

    /// <summary>At M = 2, one node in 2³⁰ would reach this level.</summary>
    public const int MaxLevel = 30;

    /// <summary>Where a row holds its next twin.</summary>
    public const int TwinAt = 1;

    private const int CountAt = 0;
    private const int LinksAt = 2;

    private readonly double _levelFactor;
    private readonly ulong _seed;
    private readonly Stack<int>[] _freeUpperRows = new Stack<int>[MaxLevel + 1];
    private readonly Lock _upperLock = new();
    private readonly Rows<NodeBacklinks> _back = new(1);
    private bool _hasBack;
    private int _upperRows;
    private long _entry = Pack(None, 0);

    public HnswGraph(int m, int seed)
    {
        M = m;
        _levelFactor = 1 / Math.Log(m);
        _seed = (ulong)(uint)seed;
        Base = new Rows<int>(LinksAt + (2 * m));
        Upper = new Rows<int>(LinksAt + m);
        for (int i = 0; i < _freeUpperRows.Length; i++)
            _freeUpperRows[i] = new Stack<int>();
    }

    /// <summary>A copy of another's first nodes, to be read only.</summary>
    public HnswGraph(HnswGraph other, int slots)
        : this(other.M, seed: 0)
    {
        Base.CopyFrom(other.Base, slots);
        Nodes.CopyFrom(other.Nodes, slots);
        Upper.CopyFrom(other.Upper, other._upperRows);
        Entry = other.Entry;
    }

    public int M { get; }

    public Rows<int> Base { get; }

    public Rows<int> Upper { get; }

    /// <summary>Rows of <see cref="Upper"/> that were given out, in the order of the nodes that were restored.</summary>
    public int UpperRows => _upperRows;

    public Rows<NodeHeader> Nodes { get; } = new(1);

    public long AllocatedBytes => Base.AllocatedBytes + Upper.AllocatedBytes + Nodes.AllocatedBytes + _back.AllocatedBytes;

    /// <summary>Where every walk starts, and the level it starts on. The slot is <see cref="None"/> in an empty graph.</summary>
    public (int Slot, int Level) Entry
    {
        get
        {
            long entry = Volatile.Read(ref _entry);
            return ((int)entry, (int)(entry >> 32));
        }
        set => Volatile.Write(ref _entry, Pack(value.Slot, value.Level));
    }

    /// <inheritdoc/>
    public void EnsureCapacity(int rows)
    {
        Base.EnsureCapacity(rows);
        Nodes.EnsureCapacity(rows);
        if (_hasBack)
            _back.EnsureCapacity(rows);
    }

    /// <summary>Most links of a node on a level.</summary>
    public int Capacity(int level) => level == 0 ? 2 * M : M;

    /// <summary>
    /// Most links that a new node makes on a level. With half as many as a list holds, recall@10 at ef 64 was .835, with three quarters .872
    /// and with all .877, for building times of 17, 22 and 30 s (40,000 synthetic vectors).
    /// </summary>
    public int MostChosen(int level) => level == 0 ? M + (M / 2) : M;

    /// <summary>
    /// Links that a full list keeps when one more comes. Each leaving eighth pays for four more links at once: of the 22 s to build, 13.5
    /// were left, recall@10 at ef 64 was .859 and searches a little faster.
    /// </summary>
    public int MostKept(int level) => level == 0 ? Capacity(0) - (Capacity(0) / 8) : M;

    /// <summary>A level drawn from the id and the seed, P(level ≥ l) = M⁻ˡ: the same whatever was inserted before.</summary>
    public int DrawLevel(ulong id)
    {
        ulong mixed = id + ((_seed + 1) * 0x9E3779B97F4A7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        mixed ^= mixed >> 31;
        double uniform = ((mixed >> 11) + 1) * (1.0 / (1L << 53));
        return Math.Min((int)(-Math.Log(uniform) * _levelFactor), MaxLevel);
    }

    /// <summary>Makes a node without links.</summary>
    /// <param name="slot">A new slot, or a free one.</param>
    /// <param name="level">Its highest level.</param>
    /// <param name="reused">
    /// Whether the slot was a node before. Only now do that one's upper rows go to others: searches that ran while it was freed
    /// stood on it until just before.
    /// </param>
    public void Create(int slot, int level, bool reused)
    {
        if (reused)
            ReleaseUpperRows(slot);
        Restore(slot, level);
        ClearLists(slot);
        *_back[slot] = new NodeBacklinks { PreviousTwin = None };
    }

    /// <summary>Makes a node in a new slot whose lists the caller fills in, whole rows, before anybody reads them.</summary>
    public void Restore(int slot, int level) =>
        *Nodes[slot] = new NodeHeader { Level = level, UpperRow = level > 0 ? TakeUpperRows(level) : None };

    /// <summary>Empties all lists of a new node, to the last byte: files hold whole rows.</summary>
    public void ClearLists(int slot)
    {
        Base.Span(slot).Clear();
        Base[slot][TwinAt] = None;
        for (int level = 1; level <= LevelOf(slot); level++)
            UpperRow(slot, level).Clear();
    }

    public int LevelOf(int slot) => Nodes[slot]->Level;

    /// <summary>A node's list on one of its levels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public LinkList Links(int slot, int level) => new(level == 0 ? Base[slot] : Upper[Nodes[slot]->UpperRow + level - 1]);

    /// <summary>Asks for a node's list before it is needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot, int level)
    {
        if (level == 0)
            CacheLines.Prefetch((byte*)Base[slot], Base.RowBytes);
    }

    /// <summary>Links that lead to a node on level 0.</summary>
    public int LinksTo(int slot) => Volatile.Read(ref _back[slot]->LinksToIt);

    /// <summary>Adds a link to a list that has room.</summary>
    public void Append(int slot, int level, int link)
    {
        Links(slot, level).Append(link);
        if (level == 0)
            Count(link, 1);
    }

    /// <summary>Sets a list anew.</summary>
    public void Replace(int slot, int level, ReadOnlySpan<int> links)
    {
        LinkList list = Links(slot, level);
        if (level == 0)
        {
            // Only what changes: each count is a line of memory that nobody else needed, and that another worker may hold.
            ReadOnlySpan<int> before = list.AsSpan();
            foreach (int link in links)
            {
                if (!before.Contains(link))
                    Count(link, 1);
            }

            foreach (int link in before)
            {
                if (!links.Contains(link))
                    Count(link, -1);
            }
        }

        list.Replace(links);
    }

    public int NextTwin(int slot) => Volatile.Read(ref Base[slot][TwinAt]);

    public int PreviousTwin(int slot) => _back[slot]->PreviousTwin;

    /// <summary>Hangs a slot to which nothing links on a node: it stops being a node itself.</summary>
    public void AddTwin(int node, int slot)
    {
        ReleaseUpperRows(slot);
        int next = NextTwin(node);
        Base[slot][TwinAt] = next;
        _back[slot]->PreviousTwin = node;
        if (next != None)
            _back[next]->PreviousTwin = slot;
        Volatile.Write(ref Base[node][TwinAt], slot);
    }

    /// <summary>A node's whole row on a level above 0, as it is in a file.</summary>
    public Span<int> UpperRow(int slot, int level) => Upper.Span(Nodes[slot]->UpperRow + level - 1);

    /// <summary>
    /// Sets what only writers need and no file holds: the number of links to each node, and the pointers back along the chains of
    /// twins. Counting takes half a second for a million nodes, which an index that is only searched need not spend.
    /// </summary>
    public void PrepareForWriting(int limit)
    {
        _hasBack = true;
        _back.EnsureCapacity(limit);
        for (int slot = 0; slot < limit; slot++)
            _back[slot]->LinksToIt = 0;
        for (int slot = 0; slot < limit; slot++)
        {
            if (LevelOf(slot) == Twin)
                continue;
            foreach (int link in Links(slot, 0).AsSpan())
                _back[link]->LinksToIt++;
            for (int before = slot; NextTwin(before) is int next and not None; before = next)
                _back[next]->PreviousTwin = before;
        }
    }

    /// <summary>Takes a twin out of its chain; its own pointer stays, for readers that stand on it.</summary>
    public void RemoveTwin(int slot)
    {
        int previous = PreviousTwin(slot), next = NextTwin(slot);
        Volatile.Write(ref Base[previous][TwinAt], next);
        if (next != None)
            _back[next]->PreviousTwin = previous;
    }

    private void Count(int node, int change) => Interlocked.Add(ref _back[node]->LinksToIt, change);

    private int TakeUpperRows(int level)
    {
        lock (_upperLock)
        {
            if (_freeUpperRows[level].TryPop(out int row))
                return row;
            row = _upperRows;
            _upperRows += level;
            Upper.EnsureCapacity(_upperRows);
            return row;
        }
    }

    private void ReleaseUpperRows(int slot)
    {
        NodeHeader* node = Nodes[slot];
        if (node->Level > 0)
        {
            lock (_upperLock)
                _freeUpperRows[node->Level].Push(node->UpperRow);
        }

        (node->Level, node->UpperRow) = (Twin, None);
    }

    private static long Pack(int slot, int level) => ((long)level << 32) | (uint)slot;

    /// <summary>One node's links on one level.</summary>
    internal readonly struct LinkList(int* row)
    {
        private readonly int* _row = row;

        public int Count
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Volatile.Read(ref _row[CountAt]);
        }

        public int this[int index]
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Volatile.Read(ref _row[LinksAt + index]);
        }

        /// <summary>The links as they are, for the writer.</summary>
        public ReadOnlySpan<int> AsSpan() => new(_row + LinksAt, Count);

        /// <summary>The next slot in the chain of twins (level 0 only).</summary>
        public int NextTwin
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Volatile.Read(ref _row[TwinAt]);
        }

        public void Append(int slot)
        {
            int count = _row[CountAt];
            Volatile.Write(ref _row[LinksAt + count], slot);
            Volatile.Write(ref _row[CountAt], count + 1);
        }

        public void Replace(ReadOnlySpan<int> links)
        {
            for (int i = 0; i < links.Length; i++)
                Volatile.Write(ref _row[LinksAt + i], links[i]);
            Volatile.Write(ref _row[CountAt], links.Length);
        }
    }
}
