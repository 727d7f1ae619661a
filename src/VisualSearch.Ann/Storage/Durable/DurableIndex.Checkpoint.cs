using VisualSearch.Ann.Storage.Durable;

namespace VisualSearch.Ann;

// A checkpoint moves what the logs hold into a new snapshot. Until the manifest names the snapshot, the logs count.
public sealed partial class DurableIndex
{
    // One checkpoint at a time. Taken before _turn, never while holding it.
    private readonly Lock _checkpointing = new();
    private Manifest _manifest;
    private long _closedLogBytes;
    private long _checkpointAt;
    private Task? _background;

    /// <summary>Bytes of records in the logs: what opening the folder now would replay.</summary>
    public long LogBytes
    {
        get
        {
            lock (_turn)
                return HeldByLogs;
        }
    }

    /// <summary>
    /// Why the last checkpoint in the background failed, or null. Nothing is lost by that: the logs grow, and it is tried again after as
    /// many bytes more.
    /// </summary>
    public Exception? CheckpointFailure { get; private set; }

    private long HeldByLogs => _closedLogBytes + _log.Length - LogFormat.PageBytes;

    /// <summary>Writes a snapshot of everything so far and deletes the logs that it replaces. Waits for a checkpoint under way first.</summary>
    /// <exception cref="IOException">The disk is full or failed. Nothing is lost, the logs stay; call again once there is room.</exception>
    /// <exception cref="InvalidOperationException">An earlier write is in the log and could not be taken into memory; open the folder anew.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Checkpoint()
    {
        lock (_checkpointing)
        {
            try
            {
                MoveLogsToSnapshot();
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
            {
                throw new IOException($"The checkpoint of index folder '{Path}' failed: {refused.Message} Nothing is lost, the logs hold every write. "
                    + "Make room on that disk; the next checkpoint tries again.", refused);
            }
        }
    }

    private void MoveLogsToSnapshot()
    {
        LogWriter old, log;
        lock (_turn)
        {
            ThrowIfUnwritable();
            if (_log.IsEmpty && _log.Number == _manifest.Number)
                return;

            // Also when the log is empty, after a failed attempt: its manifest may have reached the disk all the same, and then a second
            // snapshot of this number would be written over the one that counts.
            old = RotateLog();
            log = _log;
        }

        using (old)
            old.MarkFollowed();

        long covers = log.FirstSequence - 1;
        Manifest manifest = _folder.SaveSnapshot(_index, _manifest.Index, log.Number, covers);
        lock (_turn)
        {
            // The snapshot may hold writes that came while it was made; it must not count before they are in the log on the disk.
            log.Flush();
        }

        manifest.Write(_folder.Path);
        lock (_turn)
        {
            _manifest = manifest;
            _closedLogBytes = 0;
        }

        _folder.DeleteLeftovers(manifest);
    }

    /// <returns>The log that was written to until now.</returns>
    private LogWriter RotateLog()
    {
        // The old log must be whole on the disk before the new one exists: only the last log may end in a torn write.
        _log.Flush();
        long number = _log.Number + 1;
        LogWriter next = LogWriter.Create(_folder.Log(number), _manifest.Index, number, Dimension, _log.LastSequence + 1, _options.Durability == Durability.Disk);
        LogWriter old = _log;
        (_closedLogBytes, _log) = (HeldByLogs, next);
        return old;
    }

    private void StartCheckpointIfDue()
    {
        if (HeldByLogs < _checkpointAt || _failure is not null || _disposed || _background is { IsCompleted: false })
            return;
        _background = Task.Run(() =>
        {
            Exception? failure = null;
            try
            {
                Checkpoint();
            }
            catch (ObjectDisposedException)
            {
                // The index was disposed of before the checkpoint began; the logs are as good.
            }
            catch (Exception refused)
            {
                failure = refused;
            }

            lock (_turn)
            {
                CheckpointFailure = failure;
                long retryAt = _options.CheckpointLogBytes > long.MaxValue - HeldByLogs ? long.MaxValue : HeldByLogs + _options.CheckpointLogBytes;
                _checkpointAt = failure is null ? _options.CheckpointLogBytes : retryAt;
            }
        });
    }
}
