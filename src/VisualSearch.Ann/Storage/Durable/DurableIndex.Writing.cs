using VisualSearch.Ann.Storage;
using VisualSearch.Ann.Storage.Durable;

namespace VisualSearch.Ann;

// Log first, index second, return third. What fails before the log holds it whole is taken back and nobody ever sees it.
public sealed partial class DurableIndex
{
    // Whoever holds it has the log and the order of writes to itself.
    private readonly Lock _turn = new();

    // Guards which group is open; held for the time of copying one vector, never during input or output.
    private readonly Lock _entering = new();
    private WriteGroup _open;
    private WriteGroup? _spare;
    private LogWriter _log;
    private Exception? _failure;
    private bool _disposed;

    /// <summary>Adds a vector, or replaces the one that has this id. When this returns the write survives what <see cref="Durability"/> says.</summary>
    /// <param name="id">Any value.</param>
    /// <param name="vector"><see cref="Dimension"/> finite numbers; under <see cref="Metric.Cosine"/> not all zero.</param>
    /// <exception cref="ArgumentException">The vector has the wrong length, a value that is not finite, or no direction.</exception>
    /// <exception cref="IOException">The disk is full or failed. The write is not there, all earlier ones are; call again once there is room.</exception>
    /// <exception cref="InvalidOperationException">An earlier write is in the log and could not be taken into memory; open the folder anew.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Add(ulong id, ReadOnlySpan<float> vector) => Write(LogKind.Add, id, vector);

    /// <summary>Removes a vector. When this returns the removal survives what <see cref="Durability"/> says.</summary>
    /// <returns>Whether the id was there; if not, nothing is logged.</returns>
    /// <exception cref="IOException">The disk is full or failed. The id is still there; call again once there is room.</exception>
    /// <exception cref="InvalidOperationException">An earlier write is in the log and could not be taken into memory; open the folder anew.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public bool Remove(ulong id)
    {
        // A write is visible before it is acknowledged, so an id that is not visible has no acknowledged add to be undone.
        if (_index.Contains(id))
            return Write(LogKind.Remove, id, default);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed), this);
        return false;
    }

    /// <summary>
    /// Adds or replaces many vectors with one flush and several threads. In the log they are one: after a crash either all are there or
    /// none. Searches see each as soon as it is linked.
    /// </summary>
    /// <param name="ids">One id a vector; of several vectors under one id the last counts.</param>
    /// <param name="vectors">The vectors, one after the other.</param>
    /// <param name="maxDegreeOfParallelism">Threads at most; −1 for one a processor.</param>
    /// <exception cref="ArgumentException">Lengths do not fit, or a vector is one that <see cref="Add"/> refuses; nothing was added.</exception>
    /// <exception cref="IOException">The disk is full or failed. Nothing was added; call again once there is room.</exception>
    /// <exception cref="InvalidOperationException">An earlier write is in the log and could not be taken into memory; open the folder anew.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void AddRange(ReadOnlySpan<ulong> ids, ReadOnlySpan<float> vectors, int maxDegreeOfParallelism = -1)
    {
        if (vectors.Length != (long)ids.Length * Dimension)
            throw new ArgumentException($"There are {vectors.Length} numbers for {ids.Length} ids of {Dimension} dimensions; "
                + $"give {(long)ids.Length * Dimension}.", nameof(vectors));
        if (maxDegreeOfParallelism is 0 or < -1)
            throw new ArgumentOutOfRangeException(nameof(maxDegreeOfParallelism), maxDegreeOfParallelism, "Give −1 or at least 1.");
        for (int i = 0; i < ids.Length; i++)
            VectorInput.Check(vectors.Slice(i * Dimension, Dimension), Dimension, Metric, $"{nameof(vectors)}[{i}]");
        lock (_turn)
        {
            ThrowIfUnwritable();
            if (ids.IsEmpty)
                return;
            try
            {
                LogBatch(ids, vectors);
                _log.Commit();
            }
            catch
            {
                _log.Abandon();
                throw;
            }

            try
            {
                _index.AddRange(ids, vectors, maxDegreeOfParallelism);
            }
            catch (Exception failure)
            {
                _failure = failure;
                throw;
            }

            StartCheckpointIfDue();
        }
    }

    /// <summary>Brings every write so far to the disk; with <see cref="Durability.Disk"/> each is there already.</summary>
    /// <exception cref="IOException">The disk failed.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Flush()
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _log.Flush();
        }
    }

    private bool Write(LogKind kind, ulong id, ReadOnlySpan<float> vector)
    {
        WriteGroup group;
        int ticket;
        lock (_entering)
        {
            group = _open;
            ticket = group.Enter(kind, id, vector);
        }

        lock (_turn)
        {
            if (!group.IsDone)
            {
                lock (_entering)
                    (_open, _spare) = (_spare ?? new WriteGroup(Dimension, Metric), null);
                group.Finish(Commit(group));
                StartCheckpointIfDue();
            }
        }

        try
        {
            return group.Result(ticket);
        }
        finally
        {
            if (group.Leave())
            {
                lock (_entering)
                    _spare = group;
            }
        }
    }

    /// <returns>What went wrong, or null.</returns>
    private Exception? Commit(WriteGroup group)
    {
        try
        {
            ThrowIfUnwritable();
        }
        catch (InvalidOperationException unwritable)
        {
            return unwritable;
        }

        try
        {
            _log.Write(group.Records);
            _log.Commit();
        }
        catch (Exception failure)
        {
            _log.Abandon();
            return failure;
        }

        try
        {
            group.Apply(_index);
            return null;
        }
        catch (Exception failure)
        {
            return _failure = failure;
        }
    }

    private unsafe void LogBatch(ReadOnlySpan<ulong> ids, ReadOnlySpan<float> vectors)
    {
        int most = LogFormat.MaxCount(Dimension);
        byte[] bytes = new byte[LogFormat.RecordBytes(LogKind.Add, Math.Min(most, ids.Length), Dimension)];
        for (int done = 0; done < ids.Length;)
        {
            int count = Math.Min(most, ids.Length - done);
            LogRecord record = LogRecord.Create(bytes, LogKind.Add, count, Dimension, continues: done + count < ids.Length);
            ids.Slice(done, count).CopyTo(record.Ids);
            fixed (float* kept = record.Vectors)
            {
                for (int i = 0; i < count; i++)
                    VectorInput.Read(vectors.Slice((done + i) * Dimension, Dimension), kept + ((long)i * Dimension), Dimension, Metric, nameof(vectors));
            }

            _log.Write(record.Bytes);
            done += count;
        }
    }

    // What the log holds and memory does not would be lost by the next checkpoint, so nothing more is written.
    private void ThrowIfUnwritable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_failure is not null)
            throw new InvalidOperationException($"A write is in the log of '{Path}' and could not be taken into the index in memory ({_failure.Message}) "
                + "Searches go on; to write again, dispose of the index and open the folder anew.", _failure);
    }
}
