using VisualSearch.Ann.Flat;
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
    private readonly ReaderPool<QueryContext> _readers;
    private readonly QueryContext _input;
    private volatile bool _disposed;

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
        _readers = new ReaderPool<QueryContext>(() => new QueryContext(dimension));
        _slots = new SlotTable([_space.Vectors], _readers.OldestEpoch, capacity);
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
        var index = new FlatIndex(reader.Header.Dimension, reader.Header.Metric, count);
        var ids = new ulong[count];
        reader.Read(ids.AsSpan());
        reader.EndSection();
        foreach (ulong id in ids)
        {
            if (!index._slots.Restore(id, SlotState.Live))
                throw reader.Wrong($"id {id} is in it twice.");
        }

        for (int slot = 0; slot < count; slot++)
            reader.Read(index._space.Vectors.Span(slot));
        reader.EndSection();
        reader.End();
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
            ThrowIfDisposed();
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
            ThrowIfDisposed();
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
            ThrowIfDisposed();
            int slot = _slots.Kill(id);
            if (slot < 0)
                return false;
            _slots.Retire([slot]);
            return true;
        }
    }

    /// <inheritdoc/>
    public bool Contains(ulong id) => _slots.Find(id) >= 0;

    /// <inheritdoc/>
    public bool TryGetVector(ulong id, Span<float> destination)
    {
        if (destination.Length < Dimension)
            throw new ArgumentException($"The destination has room for {destination.Length} numbers; give {Dimension}.", nameof(destination));
        ThrowIfDisposed();
        QueryContext context = _readers.Rent(_slots);
        try
        {
            int slot = _slots.Find(id);
            if (slot < 0)
                return false;
            _space.Vectors.Span(slot).CopyTo(destination);
            return true;
        }
        finally
        {
            ReaderPool<QueryContext>.Return(context);
            GC.KeepAlive(this);
        }
    }

    /// <inheritdoc/>
    public int Search(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        parameters.Validate();
        ThrowIfDisposed();
        QueryContext context = _readers.Rent(_slots);
        try
        {
            VectorInput.Read(query, context.Query, Dimension, Metric, nameof(query));
            return ExactScan.Search(_space, _slots, context.Query, results, parameters.Filter);
        }
        finally
        {
            ReaderPool<QueryContext>.Return(context);
            GC.KeepAlive(this);
        }
    }

    /// <summary>Refuses further calls. Searches that run now end unharmed; the memory goes when the last of them has ended.</summary>
    public void Dispose() => _disposed = true;

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
