using System.Collections.Concurrent;
using System.Diagnostics;
using VisualSearch.Encoders.Media;
using VisualSearch.Indexer.Scan;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer;

/// <summary>Counts what a run has done so far; all stages write into it, from any thread.</summary>
internal sealed class IndexRun(IProgress<IndexProgress>? progress)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentQueue<IndexFailure> _failures = new();
    private readonly ConcurrentQueue<long> _ruined = new();
    private int _found, _pending, _added, _updated, _failed, _removed;
    private volatile bool _scanFinished;

    /// <summary>Folders that could not be listed; set when the scan is through.</summary>
    public IReadOnlyCollection<string> UnreadableFolders { get; private set; } = [];

    /// <summary>Assets whose file now holds something that is no usable picture.</summary>
    public IReadOnlyCollection<long> Ruined => _ruined;

    public void Found(bool pending)
    {
        Interlocked.Increment(ref _found);
        if (pending) Interlocked.Increment(ref _pending);
    }

    public void FinishScan(IReadOnlyCollection<string> unreadableFolders)
    {
        UnreadableFolders = unreadableFolders;
        _scanFinished = true;
        Report();
    }

    public void Fail(IndexFailure failure) => _failures.Enqueue(failure);

    public void Fail(PendingFile file, PictureException error)
    {
        Fail(new IndexFailure(file.File.Path, error.Message, IndexFailureSubject.Picture));
        // A file that can't be opened just now may be whole; one that was read and is no picture is not.
        var transient = error.Fault is PictureFault.AccessDenied or PictureFault.TimedOut;
        if (file.Known is { } known && !transient) _ruined.Enqueue(known.Id);
        Interlocked.Increment(ref _failed);
        Report();
    }

    public void Written(IReadOnlyCollection<AssetWrite> rows)
    {
        var updated = rows.Count(static row => row.Asset.Id != 0);
        Interlocked.Add(ref _updated, updated);
        Interlocked.Add(ref _added, rows.Count - updated);
        Report();
    }

    public void Removed(int count) => _removed = count;

    public IndexSummary Summarize(bool cancelled) => new()
    {
        Found = _found,
        Added = _added,
        Updated = _updated,
        Unchanged = _found - _pending,
        Removed = _removed,
        Failures = [.. _failures.OrderBy(static failure => failure.Path, StringComparer.Ordinal)],
        Elapsed = _clock.Elapsed,
        Cancelled = cancelled,
    };

    private void Report() =>
        progress?.Report(new IndexProgress(_found, _pending, _added + _updated + _failed, _failed, _scanFinished, _clock.Elapsed));
}
