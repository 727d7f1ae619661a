using System.Collections;

namespace VisualSearch.Ann;

/// <summary>
/// A set of ids as a compressed bitmap. Ids that share their upper 48 bits live in one chunk, which is a sorted list while it holds few
/// and a bitmap of 8 KiB once it holds many (the two kinds of Roaring, arXiv 1402.6407): a million consecutive ids take 128 KiB,
/// ids spread over all 64 bits still take only their own room.
/// </summary>
/// <remarks>Any number of threads may read a set that nobody changes.</remarks>
public sealed class IdSet : IEnumerable<ulong>
{
    private readonly Dictionary<ulong, IdChunk> _chunks = [];
    private ulong[]? _sortedKeys;

    /// <summary>Creates an empty set.</summary>
    public IdSet()
    {
    }

    /// <summary>Ids in the set.</summary>
    public long Count
    {
        get;
        private set => (field, Changes) = (value, Changes + 1);
    }

    /// <summary>Grows with every change, which none can make without touching <see cref="Count"/>.</summary>
    internal int Changes { get; private set; }

    /// <summary>Creates a set from ids in any order; repeated ids count once.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="ids"/> is null.</exception>
    public static IdSet FromIds(IEnumerable<ulong> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var set = new IdSet();
        foreach (ulong id in ids)
            set.Add(id);
        return set;
    }

    /// <summary>Adds an id.</summary>
    /// <returns>Whether it was new.</returns>
    public bool Add(ulong id)
    {
        ulong key = id >> IdChunk.Bits;
        if (!_chunks.TryGetValue(key, out IdChunk? chunk))
        {
            _chunks.Add(key, chunk = new IdChunk());
            _sortedKeys = null;
        }

        bool added = chunk.Add((ushort)id);
        Count += added ? 1 : 0;
        return added;
    }

    /// <summary>Removes an id.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(ulong id)
    {
        ulong key = id >> IdChunk.Bits;
        if (!_chunks.TryGetValue(key, out IdChunk? chunk) || !chunk.Remove((ushort)id))
            return false;
        Count--;
        if (chunk.Count == 0)
            Drop(key);
        return true;
    }

    /// <summary>Whether the id is in the set.</summary>
    public bool Contains(ulong id) => _chunks.TryGetValue(id >> IdChunk.Bits, out IdChunk? chunk) && chunk.Contains((ushort)id);

    /// <summary>Adds every id of another set.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public void UnionWith(IdSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (ReferenceEquals(this, other))
            return;
        foreach ((ulong key, IdChunk theirs) in other._chunks)
        {
            if (_chunks.TryGetValue(key, out IdChunk? mine))
            {
                Count -= mine.Count;
                mine.UnionWith(theirs);
                Count += mine.Count;
            }
            else
            {
                _chunks.Add(key, theirs.Copy());
                _sortedKeys = null;
                Count += theirs.Count;
            }
        }
    }

    /// <summary>Keeps only the ids that another set holds too.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public void IntersectWith(IdSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(this, other))
            Reduce(other, static (mine, theirs) => mine.IntersectWith(theirs), keepUnmatched: false);
    }

    /// <summary>Takes out every id that another set holds.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public void ExceptWith(IdSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(this, other))
        {
            Reduce(other, static (mine, theirs) => mine.ExceptWith(theirs), keepUnmatched: true);
            return;
        }

        _chunks.Clear();
        _sortedKeys = null;
        Count = 0;
    }

    /// <summary>The ids in ascending order.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<ulong> IEnumerable<ulong>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private void Reduce(IdSet other, Action<IdChunk, IdChunk> reduce, bool keepUnmatched)
    {
        foreach (ulong key in SortedKeys())
        {
            IdChunk mine = _chunks[key];
            Count -= mine.Count;
            bool keep = keepUnmatched;
            if (other._chunks.TryGetValue(key, out IdChunk? theirs))
            {
                reduce(mine, theirs);
                keep = mine.Count > 0;
            }

            if (keep)
                Count += mine.Count;
            else
                Drop(key);
        }
    }

    private void Drop(ulong key)
    {
        _chunks.Remove(key);
        _sortedKeys = null;
    }

    // Kept between enumerations so that the exact scan of a filtered search allocates nothing; two readers may both fill it, alike.
    private ulong[] SortedKeys()
    {
        ulong[]? keys = Volatile.Read(ref _sortedKeys);
        if (keys is null)
        {
            keys = [.. _chunks.Keys];
            Array.Sort(keys);
            Volatile.Write(ref _sortedKeys, keys);
        }

        return keys;
    }

    /// <summary>Walks the ids in ascending order without allocating (once the set has been walked since its last new chunk).</summary>
    public struct Enumerator : IEnumerator<ulong>
    {
        private readonly IdSet _set;
        private readonly ulong[] _keys;
        private int _nextKey;
        private IdChunk? _chunk;
        private int _position;

        internal Enumerator(IdSet set)
        {
            _set = set;
            _keys = set.SortedKeys();
        }

        /// <summary>The id that the walk stands on.</summary>
        public ulong Current { readonly get; private set; }

        readonly object IEnumerator.Current => Current;

        /// <summary>Steps to the next id.</summary>
        /// <returns>Whether there was one.</returns>
        public bool MoveNext()
        {
            while (true)
            {
                if (_chunk is not null && _chunk.TryNext(ref _position, out ushort low))
                {
                    Current = (_keys[_nextKey - 1] << IdChunk.Bits) | low;
                    return true;
                }

                if (_nextKey == _keys.Length)
                    return false;
                _chunk = _set._chunks[_keys[_nextKey++]];
                _position = 0;
            }
        }

        /// <summary>Not supported; start a new walk.</summary>
        /// <exception cref="NotSupportedException">Always.</exception>
        public readonly void Reset() => throw new NotSupportedException("An IdSet's enumerator cannot be reset; call GetEnumerator again.");

        /// <summary>Nothing to release.</summary>
        public readonly void Dispose()
        {
        }
    }
}
