using VisualSearch.Ann.Hnsw;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann;

/// <summary>
/// Approximate nearest neighbours by a hierarchical navigable small world graph (Malkov and Yashunin, arXiv 1603.09320). This type is the
/// door; behind it:
/// <code>
/// HnswReader    search: a version, a plan, a walk, exact distances     HnswGraph    links: flat rows, lock-free to read
///   HnswSearcher  the walk itself                                      VectorSpace  vectors, codes, distances
///   FilterPlan    which way a filtered search takes                    SlotFilter   a filter as a bitmap by slot
///   FilteredSearcher  the walk over what a filter allows, or its scan
///   WalkObserver  what a traced search writes down
/// HnswBuilder   insert, choice of links                                SlotTable    which slot holds which id, from when to when
/// HnswRepair    removal: links around dead nodes, reuse of slots       HnswImage    one moment of it all, for HnswFile, the file
/// </code>
/// </summary>
/// <remarks>
/// All members may be called from any thread. Writers (<see cref="Add"/>, <see cref="AddRange"/>, <see cref="Remove"/>,
/// <see cref="Compact"/>) wait for each other, and for the beginning of a <see cref="Save"/>; searches wait for nobody.
/// </remarks>
public sealed class HnswIndex : IVectorIndex
{
    // Taken before _writing by whoever takes both.
    private readonly Lock _saving = new();
    private readonly Lock _writing = new();
    private volatile HnswCore _core;
    private HnswWriter? _writer;
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
        _core = new HnswCore(dimension, metric, options ?? new HnswOptions());
    }

    private HnswIndex(HnswCore core, byte[] tag) => (_core, _tag) = (core, tag);

    /// <inheritdoc/>
    public int Dimension => _core.Space.Dimension;

    /// <inheritdoc/>
    public Metric Metric => _core.Space.Metric;

    /// <inheritdoc/>
    public int Count => _core.Slots.Live;

    /// <summary>How the graph is built and searched.</summary>
    public HnswOptions Options => _core.Options;

    /// <summary>The caller's own bytes from the file that this index was opened from or last saved to; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Tag => _tag;

    private HnswWriter Writer => _writer ??= new HnswWriter(_core);

    /// <summary>
    /// Opens a file that <see cref="Save"/> wrote. Its header, graph and codes are read and checked; the float32 vectors are mapped
    /// where the system can keep a replaced file open (not on Windows) and checked block by block when first read.
    /// </summary>
    /// <param name="path">The file. It may be replaced by <see cref="Save"/> while it is open here.</param>
    /// <exception cref="CorruptIndexException">
    /// The file is damaged, cut short, of another kind or another format version. A damaged float32 block is found by the call that
    /// first reads it.
    /// </exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static HnswIndex Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (HnswCore core, byte[] tag) = HnswFile.Read(path);
        return new HnswIndex(core, tag);
    }

    /// <summary>Reads every byte of a file and checks it, as <see cref="Open"/> does only in part.</summary>
    /// <exception cref="CorruptIndexException">The file is damaged, cut short, of another kind or another format version.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static void Verify(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (HnswCore core, _) = HnswFile.Read(path);
        core.Space.CheckAll();
    }

    /// <summary>
    /// Reads and checks now the float32 vectors that <see cref="Open"/> left for later, so that no search will come upon damage: for an
    /// owner who can make the index again. Searches go on meanwhile.
    /// </summary>
    /// <exception cref="CorruptIndexException">A block is damaged.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void CheckVectors()
    {
        ThrowIfDisposed();
        _core.Space.CheckAll();
    }

    /// <summary>
    /// Writes the index as it is now to a file, which it replaces in one step. Searches and writers go on meanwhile; writers wait only while the
    /// links are copied. Slots of vectors removed meanwhile are not reused until the file is written.
    /// </summary>
    /// <param name="path">Where.</param>
    /// <param name="tag">Up to 2,048 bytes of the caller's own, given back as <see cref="Tag"/> after opening.</param>
    /// <exception cref="ArgumentException">The tag is too long.</exception>
    /// <exception cref="IOException">Writing failed; a file that was there is as it was.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Save(string path, ReadOnlySpan<byte> tag = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] kept = tag.ToArray();
        lock (_saving)
        {
            HnswImage image;
            lock (_writing)
            {
                ThrowIfDisposed();
                _writer?.FindLost();
                image = new HnswImage(_core);
            }

            using (image)
                HnswFile.Write(path, kept, image);
            _tag = kept;
        }
    }

    /// <inheritdoc/>
    public void Add(ulong id, ReadOnlySpan<float> vector)
    {
        lock (_writing)
        {
            ThrowIfDisposed();
            Writer.Add(id, vector);
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
            Writer.AddRange(ids, vectors, maxDegreeOfParallelism, cancellation);
        }
    }

    /// <inheritdoc/>
    public bool Remove(ulong id)
    {
        lock (_writing)
        {
            ThrowIfDisposed();
            return Writer.Remove(id);
        }
    }

    /// <summary>
    /// Lays the index out anew: removed vectors leave the memory, neighbours come to lie side by side, and codes are centred on the
    /// vectors' mean. Worth its time (a few per cent of a build) after a build and after many removals. Searches go on meanwhile; writers wait.
    /// Takes the memory of a second index until the searches that run now have ended.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Compact()
    {
        lock (_writing)
        {
            ThrowIfDisposed();
            Writer.FinishRepair();
            _core = HnswCompaction.Run(_core);
            _writer = null;
        }
    }

    /// <inheritdoc/>
    public bool Contains(ulong id) => _core.Door.Contains(id);

    /// <inheritdoc/>
    public bool TryGetVector(ulong id, Span<float> destination)
    {
        ThrowIfDisposed();
        return _core.Door.TryGetVector(id, destination);
    }

    /// <inheritdoc/>
    public int Search(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        ThrowIfDisposed();
        HnswCore core = _core;
        using Lease<SearchContext> lease = core.Door.Enter(query, parameters);
        return core.Reader.Search(lease.Context, results, parameters, default(Unobserved));
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
        ThrowIfDisposed();
        HnswCore core = _core;
        using Lease<SearchContext> lease = core.Door.Enter(query, parameters);
        var recorded = new Recorded();
        int found = core.Reader.Search(lease.Context, results, parameters, recorded);
        return recorded.ToTrace(core.Slots, found);
    }

    /// <summary>Counts nodes, links and memory. Walks the whole graph and keeps writers waiting meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public HnswStatistics GetStatistics()
    {
        lock (_writing)
        {
            ThrowIfDisposed();
            return HnswSurvey.Count(_core.Space, _core.Graph, _core.Slots, _core.Repair.Dead);
        }
    }

    /// <summary>Refuses further calls. Searches that run now end unharmed; the memory goes when the last of them has ended.</summary>
    public void Dispose() => _disposed = true;

    /// <summary>Replaces every link to a removed node now, whatever it takes, instead of a few with each write.</summary>
    internal void FinishRepair()
    {
        lock (_writing)
            Writer.FinishRepair();
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);
}
