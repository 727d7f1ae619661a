using System.Collections.Concurrent;
using VisualSearch.Ann.Hnsw;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann;

/// <summary>
/// Approximate nearest neighbours by a hierarchical navigable small world graph (Malkov and Yashunin, arXiv 1603.09320). This type is the
/// door; behind it:
/// <code>
/// HnswReader    search: a version, a plan, a walk, exact distances     HnswGraph    links: flat rows, lock-free to read
///   HnswSearcher  the walk itself                                      VectorSpace  vectors, codes, distances
///   WalkObserver  what a traced search writes down
/// HnswBuilder   insert, choice of links                                SlotTable    which slot holds which id, from when to when
/// HnswRepair    removal: links around dead nodes, reuse of slots       HnswFile     the file
/// </code>
/// </summary>
/// <remarks>
/// All members may be called from any thread. Writers (<see cref="Add"/>, <see cref="AddRange"/>, <see cref="Remove"/>,
/// <see cref="Save"/>) wait for each other; searches wait for nobody.
/// </remarks>
public sealed unsafe class HnswIndex : IVectorIndex
{
    // The first nodes are linked one by one: workers that all start in an empty graph would not see each other.
    private const int LinkedAlone = 256;

    private readonly Lock _writing = new();
    private readonly VectorSpace _space;
    private readonly HnswGraph _graph;
    private readonly SlotTable _slots;
    private readonly ReaderPool<SearchContext> _readers;
    private readonly HnswBuilder _builder;
    private readonly HnswRepair _repair;
    private readonly HnswReader _reader;
    private readonly BuildScratch _scratch;
    private readonly ConcurrentBag<BuildScratch> _workers = [];
    private volatile byte[] _tag = [];
    private volatile bool _disposed;

    /// <summary>Creates an empty index.</summary>
    /// <param name="dimension">Numbers in each vector, 1 to 65,536.</param>
    /// <param name="metric">How distances are computed.</param>
    /// <param name="options">How the graph is built and searched; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension or the metric is out of range.</exception>
    public HnswIndex(int dimension, Metric metric, HnswOptions? options = null)
    {
        VectorInput.CheckShape(dimension, metric);
        Options = options ?? new HnswOptions();
        _space = new VectorSpace(dimension, metric, Options.Codes);
        _graph = new HnswGraph(Options.M, Options.Seed);
        _readers = new ReaderPool<SearchContext>(() => new SearchContext(dimension, 2 * Options.M));
        IRowStore[] columns = _space.Codes is null
            ? [_space.Vectors, _graph.Base, _graph.Nodes]
            : [_space.Vectors, _space.Codes, _graph.Base, _graph.Nodes];
        _slots = new SlotTable(columns, _readers.OldestEpoch);
        _builder = new HnswBuilder(_space, _graph, _slots, Options);
        _repair = new HnswRepair(_space, _graph, _slots, _builder);
        _reader = new HnswReader(_space, _graph, _slots, Options.EfSearch, Options.Oversampling);
        _scratch = new BuildScratch(dimension, Options.M);
    }

    /// <inheritdoc/>
    public int Dimension => _space.Dimension;

    /// <inheritdoc/>
    public Metric Metric => _space.Metric;

    /// <inheritdoc/>
    public int Count => _slots.Live;

    /// <summary>How the graph is built and searched.</summary>
    public HnswOptions Options { get; }

    /// <summary>The caller's own bytes from the file that this index was opened from or last saved to; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Tag => _tag;

    /// <summary>Opens a file that <see cref="Save"/> wrote, after checking every byte of it.</summary>
    /// <exception cref="CorruptIndexException">The file is damaged, cut short, of another kind or another format version.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static HnswIndex Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return HnswFile.Read(path, static (header, tag) => new HnswIndex(header.Dimension, header.Metric, HnswFile.OptionsOf(header)) { _tag = tag },
            static index => (index._space, index._graph, index._slots, index._repair));
    }

    /// <summary>Writes the index to a file, which it replaces in one step; searches go on meanwhile, writers wait.</summary>
    /// <param name="path">Where.</param>
    /// <param name="tag">Up to 2,048 bytes of the caller's own, given back as <see cref="Tag"/> after opening.</param>
    /// <exception cref="ArgumentException">The tag is too long.</exception>
    /// <exception cref="IOException">Writing failed; a file that was there is as it was.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Save(string path, ReadOnlySpan<byte> tag = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] kept = tag.ToArray();
        lock (_writing)
        {
            ThrowIfDisposed();
            HnswFile.Write(path, kept, Options, _space, _graph, _slots);
            _tag = kept;
        }
    }

    /// <inheritdoc/>
    public void Add(ulong id, ReadOnlySpan<float> vector)
    {
        lock (_writing)
        {
            ThrowIfDisposed();
            float* checkedVector = _scratch.Walk.Query;
            VectorInput.Read(vector, checkedVector, Dimension, Metric, nameof(vector));
            if (Holds(id, checkedVector))
                return;
            int slot = Place(id, checkedVector);
            int replaced = Link(slot, _scratch);
            if (replaced >= 0)
                _repair.Remove(replaced);
            _repair.Step(_scratch);
            _repair.NoteAdded(1, _scratch);
        }
    }

    /// <summary>
    /// Adds or replaces many vectors with several threads. Each becomes visible as soon as it is linked. With one thread the result is
    /// that of <see cref="Add"/> called in the same order; with several it differs from run to run, at the same recall.
    /// </summary>
    /// <param name="ids">One id a vector; of several vectors under one id the last counts.</param>
    /// <param name="vectors">The vectors, one after the other.</param>
    /// <param name="maxDegreeOfParallelism">Threads at most; −1 for one a processor.</param>
    /// <param name="cancellation">Stops early: the vectors added until then stay.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a vector is one that <see cref="Add"/> refuses; nothing was added.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void AddRange(
        ReadOnlySpan<ulong> ids, ReadOnlySpan<float> vectors, int maxDegreeOfParallelism = -1, CancellationToken cancellation = default)
    {
        if (vectors.Length != (long)ids.Length * Dimension)
            throw new ArgumentException($"There are {vectors.Length} numbers for {ids.Length} ids of {Dimension} dimensions; "
                + $"give {(long)ids.Length * Dimension}.", nameof(vectors));
        if (maxDegreeOfParallelism is 0 or < -1)
            throw new ArgumentOutOfRangeException(nameof(maxDegreeOfParallelism), maxDegreeOfParallelism, "Give −1 or at least 1.");
        for (int i = 0; i < ids.Length; i++)
            VectorInput.Check(vectors.Slice(i * Dimension, Dimension), Dimension, Metric, $"{nameof(vectors)}[{i}]");
        lock (_writing)
        {
            ThrowIfDisposed();
            int[] placed = PlaceAll(ids, vectors);
            var replaced = new ConcurrentQueue<int>();
            try
            {
                LinkAll(placed, maxDegreeOfParallelism, replaced, cancellation);
            }
            finally
            {
                foreach (int slot in placed)
                {
                    if (_slots.Abandon(slot))
                        _repair.Remove(slot);
                }

                foreach (int slot in replaced)
                    _repair.Remove(slot);
                foreach (int _ in placed)
                    _repair.Step(_scratch);
                _repair.NoteAdded(placed.Length, _scratch);
            }
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
            _repair.Remove(slot);
            _repair.Step(_scratch);
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
        SearchContext context = _readers.Rent(_slots);
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
            ReaderPool<SearchContext>.Return(context);
            GC.KeepAlive(this);
        }
    }

    /// <inheritdoc/>
    public int Search(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        parameters.Validate();
        ThrowIfDisposed();
        SearchContext context = _readers.Rent(_slots);
        try
        {
            VectorInput.Read(query, context.Query, Dimension, Metric, nameof(query));
            return _reader.Search(context, results, parameters, default(Unobserved));
        }
        finally
        {
            ReaderPool<SearchContext>.Return(context);
            GC.KeepAlive(this);
        }
    }

    /// <summary>Searches as <see cref="Search"/> does, with the same results, and writes down every step: slower, and it allocates.</summary>
    /// <param name="query">As for <see cref="Search"/>.</param>
    /// <param name="results">Receives the nearest first.</param>
    /// <param name="parameters">Beam width and filter.</param>
    /// <returns>The way through the levels; its <see cref="WalkTrace.Found"/> is what <see cref="Search"/> returns.</returns>
    /// <exception cref="ArgumentException">The query has the wrong length, a value that is not finite, or no direction.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public WalkTrace Trace(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        parameters.Validate();
        ThrowIfDisposed();
        SearchContext context = _readers.Rent(_slots);
        try
        {
            VectorInput.Read(query, context.Query, Dimension, Metric, nameof(query));
            var recorded = new Recorded();
            int found = _reader.Search(context, results, parameters, recorded);
            return recorded.ToTrace(_slots, found);
        }
        finally
        {
            ReaderPool<SearchContext>.Return(context);
            GC.KeepAlive(this);
        }
    }

    /// <summary>Counts nodes, links and memory. Walks the whole graph and keeps writers waiting meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public HnswStatistics GetStatistics()
    {
        lock (_writing)
        {
            ThrowIfDisposed();
            return HnswSurvey.Count(_space, _graph, _slots, _repair.Dead);
        }
    }

    /// <summary>Refuses further calls. Searches that run now end unharmed; the memory goes when the last of them has ended.</summary>
    public void Dispose() => _disposed = true;

    /// <summary>Replaces every link to a removed node now, whatever it takes, instead of a few with each write.</summary>
    internal void FinishRepair()
    {
        lock (_writing)
            _repair.Finish(_scratch);
    }

    private bool Holds(ulong id, float* vector)
    {
        int slot = _slots.Find(id);
        return slot >= 0 && _space.Vectors.Span(slot).SequenceEqual(new ReadOnlySpan<float>(vector, Dimension));
    }

    private int Place(ulong id, float* vector)
    {
        int slots = _slots.Limit;
        int slot = _slots.Allocate(id);
        _space.Write(slot, vector);
        _graph.Create(slot, _graph.DrawLevel(id), reused: slot < slots);
        return slot;
    }

    private int[] PlaceAll(ReadOnlySpan<ulong> ids, ReadOnlySpan<float> vectors)
    {
        var seen = new IdSet();
        var last = new Stack<int>(ids.Length);
        for (int i = ids.Length - 1; i >= 0; i--)
        {
            if (seen.Add(ids[i]))
                last.Push(i);
        }

        var placed = new List<int>(last.Count);
        float* checkedVector = _scratch.Walk.Query;
        foreach (int i in last)
        {
            VectorInput.Read(vectors.Slice(i * Dimension, Dimension), checkedVector, Dimension, Metric, nameof(vectors));
            if (!Holds(ids[i], checkedVector))
                placed.Add(Place(ids[i], checkedVector));
        }

        return [.. placed];
    }

    private void LinkAll(int[] placed, int maxDegreeOfParallelism, ConcurrentQueue<int> replaced, CancellationToken cancellation)
    {
        int next = 0;
        bool alone = maxDegreeOfParallelism == 1;
        for (; next < placed.Length && (alone || Count < LinkedAlone); next++)
        {
            cancellation.ThrowIfCancellationRequested();
            NoteReplaced(Link(placed[next], _scratch));
        }

        // One counter and not a range for each worker: the nodes enter nearly in the order given.
        int workers = Math.Min(maxDegreeOfParallelism < 0 ? Environment.ProcessorCount : maxDegreeOfParallelism, placed.Length - next);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers), CancellationToken = cancellation };
        Parallel.For(0, workers, options, _ =>
        {
            BuildScratch scratch = _workers.TryTake(out BuildScratch? idle) ? idle : new BuildScratch(Dimension, Options.M);
            for (int i; (i = Interlocked.Increment(ref next) - 1) < placed.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                NoteReplaced(Link(placed[i], scratch));
            }

            _workers.Add(scratch);
        });

        void NoteReplaced(int slot)
        {
            if (slot >= 0)
                replaced.Enqueue(slot);
        }
    }

    /// <summary>Links a placed slot and makes it visible.</summary>
    /// <returns>The slot that it replaces, or −1.</returns>
    private int Link(int slot, BuildScratch scratch)
    {
        _builder.Insert(slot, scratch);
        return _slots.Commit(slot);
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
