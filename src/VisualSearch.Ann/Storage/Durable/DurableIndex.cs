using VisualSearch.Ann.Storage;
using VisualSearch.Ann.Storage.Durable;

namespace VisualSearch.Ann;

/// <summary>
/// An <see cref="HnswIndex"/> in a folder that loses nothing it has acknowledged: a write is in a log on the disk before it is in the
/// index, and it is in the index before the call returns.
/// <code>
/// folder/
///   MANIFEST            which snapshot counts, and from which log on to replay        Manifest
///   snapshot-7.hnsw     the whole index at the time of checkpoint 7                   HnswIndex.Save
///   wal-7.log           the writes since then; its bytes are drawn at LogFormat       LogWriter, LogReader, LogScan
///   wal-8.log           the writes since checkpoint 8, which is under way
///   LOCK                locked while a process has the folder open                    IndexFolder
///
/// write       record ──► wal-8.log ──► flush (shared by those who wait: WriteGroup) ──► index ──► return
/// checkpoint  wal-9.log ──► snapshot-9.hnsw ──► MANIFEST names 9 ──► delete 7 and 8     each step flushed before the next
/// open        MANIFEST ──► snapshot ──► check every log ──► replay ──► cut a torn end off the last one      (Recovery)
/// </code>
/// A crash between any two steps leaves a manifest whose files are all there and whole. Files that no manifest names yet, or any more,
/// are deleted by the next opening.
/// </summary>
/// <remarks>
/// All members may be called from any thread. Searches take no lock and go on during writes and checkpoints. Writers take turns, and wait
/// for a checkpoint only while it makes a new log and copies the graph's links, not while files are written. Replaying a write twice changes
/// nothing.
/// </remarks>
public sealed partial class DurableIndex : IVectorIndex
{
    private readonly IndexFolder _folder;
    private readonly DurableIndexOptions _options;
    private readonly HnswIndex _index;

    private DurableIndex(IndexFolder folder, DurableIndexOptions options, Recovered recovered)
    {
        (_folder, _options) = (folder, options);
        (_index, _manifest, _log, Recovery) = (recovered.Index, recovered.Manifest, recovered.Log, recovered.Report);
        _closedLogBytes = recovered.ClosedLogBytes;
        _checkpointAt = options.CheckpointLogBytes;
        _open = new WriteGroup(Dimension, Metric);
    }

    /// <inheritdoc/>
    public int Dimension => _index.Dimension;

    /// <inheritdoc/>
    public Metric Metric => _index.Metric;

    /// <inheritdoc/>
    public int Count => _index.Count;

    /// <summary>The folder's absolute path.</summary>
    public string Path => _folder.Path;

    /// <summary>How the graph is built and searched; it was fixed when the folder was made.</summary>
    public HnswOptions Options => _index.Options;

    /// <summary>What opening the folder found.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>Opens a folder that <see cref="OpenOrCreate"/> made.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <exception cref="CorruptIndexException">A file is damaged or missing. The message names it and, in a log, the place.</exception>
    /// <exception cref="FileNotFoundException">The folder holds no index.</exception>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The folder is open already, or cannot be read or written.</exception>
    public static DurableIndex Open(string path, DurableIndexOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"There is no folder '{System.IO.Path.GetFullPath(path)}'; give the folder of an index, or make one with OpenOrCreate.");

        // Before the lock, which would put its file into a folder that has nothing to do with this.
        if (!File.Exists(System.IO.Path.Combine(path, Manifest.FileName)))
            throw new FileNotFoundException($"Folder '{System.IO.Path.GetFullPath(path)}' holds no index: it has no file {Manifest.FileName}. "
                + "Give another folder, or make an index with OpenOrCreate.");
        return Open(path, options ?? new DurableIndexOptions(), Storage.Durable.Recovery.Open);
    }

    /// <summary>Opens a folder, or makes an empty index where there is none.</summary>
    /// <param name="path">The folder; it is made if need be.</param>
    /// <param name="dimension">Numbers in each vector, 1 to 65,536.</param>
    /// <param name="metric">How distances are computed.</param>
    /// <param name="graph">For a new index, how its graph is built; an existing one keeps its own.</param>
    /// <param name="options">How to write; null for the defaults.</param>
    /// <exception cref="ArgumentException">An index of another dimension or metric is there.</exception>
    /// <exception cref="CorruptIndexException">A file is damaged or missing. The message names it and, in a log, the place.</exception>
    /// <exception cref="IOException">The folder is open already, or cannot be read or written.</exception>
    public static DurableIndex OpenOrCreate(
        string path, int dimension, Metric metric, HnswOptions? graph = null, DurableIndexOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        VectorInput.CheckShape(dimension, metric);
        options ??= new DurableIndexOptions();
        Directory.CreateDirectory(path);
        DurableIndex opened = Open(path, options, (folder, how) => folder.HasManifest
            ? Storage.Durable.Recovery.Open(folder, how)
            : Storage.Durable.Recovery.Create(folder, dimension, metric, graph, how));
        if (opened.Dimension == dimension && opened.Metric == metric)
            return opened;
        opened.Dispose();
        throw new ArgumentException($"Folder '{opened.Path}' holds an index of {opened.Dimension} dimensions by {opened.Metric}, and {dimension} by {metric} "
            + "was asked for. Open it as it is, or choose another folder.", nameof(dimension));
    }

    /// <summary>Checks every byte of every file of a folder that nobody has open. Changes nothing.</summary>
    /// <returns>What is wrong, in the order of the files; nothing for a sound folder.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="IOException">The folder is open, or cannot be read.</exception>
    public static IReadOnlyList<IndexFinding> Verify(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
            throw new DirectoryNotFoundException($"There is no folder '{System.IO.Path.GetFullPath(path)}'.");
        using var folder = IndexFolder.Lock(path, create: false);
        return new FolderVerifier(folder).Verify();
    }

    /// <inheritdoc/>
    public bool Contains(ulong id) => _index.Contains(id);

    /// <inheritdoc/>
    public bool TryGetVector(ulong id, Span<float> destination) => _index.TryGetVector(id, destination);

    /// <inheritdoc/>
    public int Search(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default) =>
        _index.Search(query, results, parameters);

    /// <summary>Counts nodes, links and memory. Walks the whole graph and keeps writers waiting meanwhile.</summary>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public HnswStatistics GetStatistics() => _index.GetStatistics();

    /// <summary>
    /// Waits for a checkpoint under way, brings the logs to the disk, and lets the folder go. Takes no checkpoint: call
    /// <see cref="Checkpoint"/> before, where the next opening shall be quick.
    /// </summary>
    /// <exception cref="IOException">The log could not be flushed; with <see cref="Durability.Disk"/> every write had been already.</exception>
    public void Dispose()
    {
        Task? underWay;
        lock (_turn)
        {
            if (_disposed)
                return;
            _disposed = true;
            underWay = _background;
        }

        underWay?.Wait();
        lock (_checkpointing)
        {
            lock (_turn)
            {
                try
                {
                    _log.Flush();
                }
                finally
                {
                    _log.Dispose();
                    _index.Dispose();
                    _folder.Dispose();
                }
            }
        }
    }

    private static DurableIndex Open(string path, DurableIndexOptions options, Func<IndexFolder, DurableIndexOptions, Recovered> open)
    {
        var folder = IndexFolder.Lock(path, create: true);
        try
        {
            return new DurableIndex(folder, options, open(folder, options));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}
