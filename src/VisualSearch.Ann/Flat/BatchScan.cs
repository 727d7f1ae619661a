using System.Numerics;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Flat;

/// <summary>
/// Exact search of many queries at once. A search alone reads every vector from memory for one inner product; here a block of rows that
/// fits the second-level cache meets all queries of a group before the next block is read, and <see cref="ScoreBlock"/> does the arithmetic:
/// <code>
/// rows ──► block of ≤ 96 ──► × panel 0 ──► sums ──► those that reach a query's limit ──► exact distance ──► its heap
///                            × panel 1 ──► …                                             (as Search computes it)
/// </code>
/// A sum in the order of the block differs from <see cref="FlatIndex.Search"/>'s in the last digits. So sums only choose whom to measure:
/// the limit is the distance of a query's worst result so far plus the most that rounding can do, and the results equal those of Search
/// bit by bit. About k·ln(n/k) rows a query reach it, 85 for ten of 50,000.
/// </summary>
internal sealed unsafe class BatchScan
{
    private const int MostBlockRows = 96;
    private const int BlockBytes = 192 << 10;

    // Enough that reading the vectors from memory once a group costs little beside the arithmetic; and what a group may take of memory.
    private const int MostGroup = 512;
    private const int PanelBytes = 4 << 20;

    private readonly VectorSpace _space;
    private readonly SlotTable _slots;
    private readonly int _dimension;
    private readonly int _panelQueries = ScoreBlock.PanelQueries;
    private readonly int _blockRows;
    private readonly double _rounding;
    private readonly MemoryBlock _rows;
    private readonly MemoryBlock _sums;
    private readonly ulong[] _ids;
    private readonly float[] _terms;
    private MemoryBlock? _group;
    private MemoryBlock? _limitBlock;
    private double[] _squaredNorms = [];
    private int _capacity;
    private int _inGroup;
    private int _inBlock;

    public BatchScan(VectorSpace space, SlotTable slots)
    {
        (_space, _slots, _dimension) = (space, slots, space.Dimension);
        int rows = Math.Clamp(BlockBytes / space.Vectors.RowBytes, ScoreBlock.TileRows, MostBlockRows);
        _blockRows = rows / ScoreBlock.TileRows * ScoreBlock.TileRows;
        _rows = new MemoryBlock(_blockRows * sizeof(float*));
        _sums = new MemoryBlock(_blockRows * _panelQueries * sizeof(float));
        _ids = new ulong[_blockRows];
        _terms = new float[_blockRows];

        // A float sum of n products in any order is off by at most n·2⁻²⁴ of the product of the lengths (Higham 2002, §3.1), here with
        // room for the roundings around it.
        _rounding = 1.01 * (_dimension + 16) / (1 << 24);
    }

    private float** RowPointers => (float**)_rows.Start;

    private float* Sums => (float*)_sums.Start;

    private float* Queries => (float*)_group!.Start;

    private float* Panels => Queries + ((long)_capacity * _dimension);

    private float* Limits => (float*)_limitBlock!.Start;

    /// <summary>Fills k results a query. The queries have the right length.</summary>
    public void Search(ReadOnlySpan<float> queries, int k, Span<Neighbor> results, Span<int> counts, IdSet? filter)
    {
        int total = k == 0 ? 0 : queries.Length / _dimension;
        counts.Clear();
        int most = Math.Min(MostGroup, PanelBytes / (_dimension * sizeof(float)) / _panelQueries * _panelQueries);
        int size = Math.Max(_panelQueries, most);
        for (int from = 0; from < total; from += size)
        {
            int count = Math.Min(size, total - from);
            Prepare(queries.Slice(from * _dimension, count * _dimension), count);
            ScanGroup(k, results.Slice(from * k, count * k), counts.Slice(from, count), filter);
        }
    }

    private void Prepare(ReadOnlySpan<float> queries, int count)
    {
        int whole = (count + _panelQueries - 1) / _panelQueries * _panelQueries;
        if (whole > _capacity)
        {
            _capacity = whole;
            _group = new MemoryBlock(2 * whole * _dimension * sizeof(float));
            _limitBlock = new MemoryBlock(whole * sizeof(float));
            _squaredNorms = new double[whole];
        }

        _inGroup = count;
        for (int q = 0; q < count; q++)
        {
            float* query = Queries + ((long)q * _dimension);
            VectorInput.Read(queries.Slice(q * _dimension, _dimension), query, _dimension, _space.Metric, nameof(queries));
            _squaredNorms[q] = SquaredNorm.F32(query, _dimension);
        }

        for (int q = 0; q < count; q += _panelQueries)
        {
            ScoreBlock.Pack(Queries + ((long)q * _dimension), Math.Min(_panelQueries, count - q), _dimension,
                Panels + ((long)q * _dimension));
        }

        // No row can reach the limit of a query that is not there.
        new Span<float>(Limits, whole).Fill(float.NegativeInfinity);
    }

    private void ScanGroup(int k, Span<Neighbor> results, Span<int> counts, IdSet? filter)
    {
        long version = _slots.Version;
        int limit = _slots.Limit;
        if (filter is not null && ExactScan.IsSmall(filter, limit))
        {
            foreach (ulong id in filter)
            {
                int slot = _slots.Find(id);
                if (slot >= 0)
                    Collect(slot, id, k, results, counts);
            }
        }
        else
        {
            RowView<Slot> view = _slots.View();
            for (int slot = 0; slot < limit; slot++)
            {
                if (SlotTable.IsVisible(view[slot], version) && (filter is null || filter.Contains(view[slot]->Id)))
                    Collect(slot, view[slot]->Id, k, results, counts);
            }
        }

        ScoreRows(k, results, counts);
        for (int q = 0; q < _inGroup; q++)
            new TopNeighbors(results.Slice(q * k, k), counts[q]).Finish();
    }

    private void Collect(int slot, ulong id, int k, Span<Neighbor> results, Span<int> counts)
    {
        RowPointers[_inBlock] = _space.Vectors[slot];
        _ids[_inBlock] = id;
        if (++_inBlock == _blockRows)
            ScoreRows(k, results, counts);
    }

    private void ScoreRows(int k, Span<Neighbor> results, Span<int> counts)
    {
        int count = _inBlock;
        _inBlock = 0;
        if (count == 0)
            return;
        for (int row = count; row % ScoreBlock.TileRows != 0; row++)
            RowPointers[row] = RowPointers[count - 1];
        double longest = MeasureRows(count);
        for (int q = 0; q < _inGroup; q++)
            Limits[q] = Limit(q, longest, new TopNeighbors(results.Slice(q * k, k), counts[q]).Worst);

        for (int first = 0; first < _inGroup; first += _panelQueries)
        {
            ScoreBlock.F32(RowPointers, count, Panels + ((long)first * _dimension), _dimension, Sums);
            for (int row = 0; row < count; row++)
            {
                uint reached = ScoreBlock.Reached(Sums + (row * _panelQueries), Limits + first, _terms[row]);
                for (; reached != 0; reached &= reached - 1)
                {
                    int q = first + BitOperations.TrailingZeroCount(reached);
                    float distance = VectorSpace.Distance(Queries + ((long)q * _dimension), RowPointers[row], _dimension, _space.Metric);
                    var top = new TopNeighbors(results.Slice(q * k, k), counts[q]);
                    top.Offer(new Neighbor(_ids[row], distance));
                    counts[q] = top.Count;
                    Limits[q] = Limit(q, longest, top.Worst);
                }
            }
        }
    }

    /// <summary>Sets what each row's sums are compared with: half its squared length under L2, else 0.</summary>
    /// <returns>The length of the longest row.</returns>
    private double MeasureRows(int count)
    {
        Array.Clear(_terms, 0, count);
        if (_space.Metric == Metric.Cosine)
            return 1;
        float most = 0;
        for (int row = 0; row < count; row++)
        {
            float squaredNorm = Dot.F32(RowPointers[row], RowPointers[row], _dimension);
            most = MathF.Max(most, squaredNorm);
            _terms[row] = _space.Metric == Metric.L2 ? squaredNorm / 2 : 0;
        }

        return Math.Sqrt(most);
    }

    /// <summary>
    /// A row whose true distance may round to <paramref name="worst"/> or less has sum + limit ≥ term. Under L2 this is
    /// |x|² − 2x·q + |q|² ≤ worst, halved, with the rounding of its parts on the generous side.
    /// </summary>
    private float Limit(int query, double longest, double worst)
    {
        double squaredNorm = _squaredNorms[query], length = Math.Sqrt(squaredNorm);
        double limit = _space.Metric switch
        {
            Metric.Cosine => worst - 1 + (2.01 * _rounding),
            Metric.Dot => worst + (2.01 * _rounding * length * longest),
            _ => ((worst * (1 + _rounding)) - squaredNorm + (1.01 * _rounding * (length + longest) * (length + longest))) / 2,
        };
        return (float)limit;
    }
}
