using System.Numerics;

namespace VisualSearch.Ann.Lsh;

/// <summary>
/// The buckets of all tables, the likeliest to hold a neighbour first (query-directed probing, Lv et al. 2007). A neighbour's bit differs
/// from the query's most easily where the query's margin is small, so a set of flipped bits costs the sum of their squared margins. With a
/// table's bits sorted by margin, every set is reached once from the empty one, always from a cheaper one, by two steps on its last bit:
/// <code>
/// {} ──► {0} ──┬─ shift ───► {1} ──┬─ shift ───► {2} …
///              │                   └─ expand ──► {1,2} …
///              └─ expand ──► {0,1} ──┬─ shift ───► {0,2} …
///                                    └─ expand ──► {0,1,2} …
/// </code>
/// One queue holds the next sets of all tables.
/// </summary>
internal sealed unsafe class ProbeSequence
{
    private readonly PriorityQueue<(int Table, uint Flips), float> _queue = new();
    private readonly int _bits;
    private readonly float[] _costs;
    private readonly int[] _order;
    private readonly int[] _buckets;

    public ProbeSequence(int tables, int bits)
    {
        _bits = bits;
        _costs = new float[tables * bits];
        _order = new int[tables * bits];
        _buckets = new int[tables];
    }

    /// <summary>Starts from the query's own bucket in each table.</summary>
    public void Begin(HashTables tables, float* margins)
    {
        _queue.Clear();
        for (int table = 0; table < _buckets.Length; table++)
        {
            _buckets[table] = tables.Bucket(margins, table);
            for (int bit = 0; bit < _bits; bit++)
            {
                float margin = margins[(table * _bits) + bit];
                _costs[(table * _bits) + bit] = margin * margin;
                _order[(table * _bits) + bit] = bit;
            }

            _costs.AsSpan(table * _bits, _bits).Sort(_order.AsSpan(table * _bits, _bits));
            _queue.Enqueue((table, 0), 0);
        }
    }

    /// <summary>The next bucket.</summary>
    /// <returns>False when there is none left.</returns>
    public bool TryNext(out int table, out int bucket)
    {
        bucket = 0;
        if (!_queue.TryDequeue(out (int Table, uint Flips) next, out float cost))
        {
            table = 0;
            return false;
        }

        table = next.Table;
        ReadOnlySpan<float> costs = _costs.AsSpan(table * _bits, _bits);
        ReadOnlySpan<int> order = _order.AsSpan(table * _bits, _bits);
        bucket = _buckets[table];
        for (uint left = next.Flips; left != 0; left &= left - 1)
            bucket ^= 1 << order[BitOperations.TrailingZeroCount(left)];

        int last = next.Flips == 0 ? -1 : BitOperations.Log2(next.Flips);
        if (last + 1 < _bits)
        {
            uint grown = next.Flips | (1U << (last + 1));
            _queue.Enqueue((table, grown), cost + costs[last + 1]);
            if (last >= 0)
                _queue.Enqueue((table, grown & ~(1U << last)), cost + costs[last + 1] - costs[last]);
        }

        return true;
    }
}
