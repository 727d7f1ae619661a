using VisualSearch.Ann.Flat;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann;

/// <summary>
/// Exact search: every vector is compared with the query. The truth that the other indexes are measured against, and the fastest choice for
/// a few thousand vectors.
/// </summary>
/// <remarks>All members may be called from any thread. Writers wait for each other; searches wait for nobody.</remarks>
public sealed unsafe class FlatIndex : IVectorIndex
{
    private readonly Lock _writing = new();
    private readonly VectorSpace _space;
    private readonly SlotTable _slots;
    private readonly IndexDoor<FlatContext> _door;
    private readonly QueryContext _input;

    /// <summary>Creates an empty index.</summary>
    /// <param name="dimension">Numbers in each vector, 1 to 65,536.</param>
    /// <param name="metric">How distances are computed.</param>
    /// <param name="capacity">Vectors to make room for at once; the index grows beyond it by itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension, the metric or the capacity is out of range.</exception>
    public FlatIndex(int dimension, Metric metric, int capacity = 0)
    {
        VectorInput.CheckShape(dimension, metric);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _space = new VectorSpace(dimension, metric, CodeKind.None);
        _input = new QueryContext(dimension);
        var readers = new ReaderPool<FlatContext>(() => new FlatContext(dimension));
        _slots = new SlotTable([_space.Vectors], readers.OldestEpoch, capacity);
        _door = new IndexDoor<FlatContext>(this, _space, _slots, readers);
    }

    /// <inheritdoc/>
    public int Dimension => _space.Dimension;

    /// <inheritdoc/>
    public Metric Metric => _space.Metric;

    /// <inheritdoc/>
    public int Count => _slots.Live;

    /// <summary>Opens a file that <see cref="Save"/> wrote, after checking every byte of it.</summary>
    /// <exception cref="CorruptIndexException">The file is damaged, cut short, of another kind or another format version.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static FlatIndex Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using SnapshotReader reader = SnapshotReader.Open(path, SnapshotKind.Flat);
        int count = reader.Header.Slots;
        Section ids = reader.Next<ulong>(count), vectors = reader.Next<float>((long)count * reader.Header.Dimension);
        reader.End();
        var index = new FlatIndex(reader.Header.Dimension, reader.Header.Metric, count);
        var read = new ulong[count];
        reader.Read(ids, 0, read.AsSpan());
        foreach (ulong id in read)
        {
            if (!index._slots.Restore(id, SlotState.Live))
                throw reader.Wrong($"id {id} is in it twice.");
        }

        for (int slot = 0; slot < count; slot += index._space.Vectors.ChunkRows)
        {
            Span<float> chunk = index._space.Vectors.Chunk(slot, Math.Min(index._space.Vectors.ChunkRows, count - slot));
            reader.Read(vectors, (long)slot * index.Dimension, chunk);
        }

        return index;
    }

    /// <summary>Writes the index to a file, which it replaces in one step; searches go on meanwhile, writers wait.</summary>
    /// <exception cref="IOException">Writing failed; a file that was there is as it was.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        lock (_writing)
        {
            _door.ThrowIfClosed();
            int[] live = [.. Enumerable.Range(0, _slots.Limit).Where(slot => !_slots.IsDead(slot))];
            var header = new SnapshotHeader
            {
                Kind = SnapshotKind.Flat,
                Dimension = Dimension,
                Metric = Metric,
                Slots = live.Length,
                Live = live.Length,
            };
            SnapshotWriter.Write(path, header, default, writer =>
            {
                foreach (int slot in live)
                    writer.Write<ulong>([_slots.IdOf(slot)]);
                writer.EndSection();
                foreach (int slot in live)
                    writer.Write((ReadOnlySpan<float>)_space.Vectors.Span(slot));
                writer.EndSection();
            });
        }
    }

    /// <inheritdoc/>
    public void Add(ulong id, ReadOnlySpan<float> vector)
    {
        lock (_writing)
        {
            _door.ThrowIfClosed();
            VectorInput.Read(vector, _input.Query, Dimension, Metric, nameof(vector));
            int slot = _slots.Allocate(id);
            _space.Write(slot, _input.Query);
            int replaced = _slots.Commit(slot);
            if (replaced >= 0)
                _slots.Retire([replaced]);
        }
    }

    /// <inheritdoc/>
    public bool Remove(ulong id)
    {
        lock (_writing)
        {
            _door.ThrowIfClosed();
            int slot = _slots.Kill(id);
            if (slot < 0)
                return false;
            _slots.Retire([slot]);
            return true;
        }
    }

    /// <inheritdoc/>
    public bool Contains(ulong id) => _door.Contains(id);

    /// <inheritdoc/>
    public bool TryGetVector(ulong id, Span<float> destination) => _door.TryGetVector(id, destination);

    /// <inheritdoc/>
    public int Search(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        using Lease<FlatContext> lease = _door.Enter(query, parameters);
        return ExactScan.Search(_space, _slots, lease.Context.Query, results, parameters.Filter);
    }

    /// <summary>
    /// Finds the nearest vectors of many queries: the results of as many calls of <see cref="Search"/>, several times faster, because
    /// each vector is read from memory once for hundreds of queries. Runs on the calling thread and allocates nothing once warm.
    /// </summary>
    /// <param name="queries">The queries one after the other, each as <see cref="Search"/> takes it.</param>
    /// <param name="k">Results for each query.</param>
    /// <param name="results">Receives the results of query q from q·<paramref name="k"/> on, nearest first.</param>
    /// <param name="counts">Receives how many results each query has; what lies beyond in <paramref name="results"/> has no meaning.</param>
    /// <param name="parameters">The filter, for all queries.</param>
    /// <exception cref="ArgumentException">A length does not fit, or a query is one that <see cref="Search"/> refuses.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is negative.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void SearchBatch(
        ReadOnlySpan<float> queries, int k, Span<Neighbor> results, Span<int> counts, SearchParameters parameters = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k);
        parameters.Validate();
        int count = queries.Length / Dimension;
        if (queries.Length % Dimension != 0)
            throw new ArgumentException($"There are {queries.Length} numbers, not a multiple of {Dimension} dimensions.", nameof(queries));
        if (results.Length < (long)count * k)
            throw new ArgumentException($"There is room for {results.Length} results; {count} queries of {k} need {(long)count * k}.", nameof(results));
        if (counts.Length < count)
            throw new ArgumentException($"There is room for {counts.Length} counts; give {count}.", nameof(counts));
        for (int q = 0; q < count; q++)
            CheckQuery(queries.Slice(q * Dimension, Dimension), q);

        using Lease<FlatContext> lease = _door.Enter();
        BatchScan scan = lease.Context.Batch ??= new BatchScan(_space, _slots);
        scan.Search(queries, k, results[..(count * k)], counts[..count], parameters.Filter);
    }

    /// <summary>Memory held by the vectors and by what tells whose they are. Keeps writers waiting meanwhile.</summary>
    public long GetMemoryBytes()
    {
        lock (_writing)
            return _space.Vectors.AllocatedBytes + _slots.AllocatedBytes;
    }

    /// <summary>Refuses further calls. Searches that run now end unharmed; the memory goes when the last of them has ended.</summary>
    public void Dispose() => _door.Close();

    // The name of the one at fault is made only when there is one: a string for each query would be garbage.
    private void CheckQuery(ReadOnlySpan<float> query, int position)
    {
        double squaredNorm;
        fixed (float* values = query)
            squaredNorm = SquaredNorm.F32(values, Dimension);
        if (squaredNorm is not (> 0 and < 1e30))
            VectorInput.Check(query, Dimension, Metric, $"queries[{position}]");
    }

    private sealed class FlatContext(int dimension) : QueryContext(dimension)
    {
        public BatchScan? Batch { get; set; }
    }
}
