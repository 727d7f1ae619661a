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

    /// <summary>A file that does not get into the index.</summary>
    /// <param name="file">The file.</param>
    /// <param name="subject">What it was taken for.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="isTransient">Whether it may be whole another time; if not, what the index has of it is no longer true.</param>
    public void Fail(PendingFile file, IndexFailureSubject subject, string reason, bool isTransient)
    {
        Fail(new IndexFailure(file.File.Path, reason, subject));
        if (file.Known is { } known && !isTransient) _ruined.Enqueue(known.Id);
        Interlocked.Increment(ref _failed);
        Report();
    }

    /// <summary>Something of a video that was left out; the video is indexed without it.</summary>
    public void Remark(PendingFile file, string remark) => Fail(new IndexFailure(file.File.Path, remark, IndexFailureSubject.PartOfVideo));

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
