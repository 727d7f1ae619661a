namespace VisualSearch.Ann.Storage.Durable;

/// <summary>
/// Writes that are committed together, with one flush (group commit). Members enter while another group is on its way to the disk; the
/// first of them whose turn comes commits for all.
/// </summary>
internal sealed unsafe class WriteGroup(int dimension, Metric metric)
{
    private readonly List<bool> _found = [];
    private byte[] _bytes = new byte[4 * LogFormat.RecordBytes(LogKind.Add, 1, dimension)];
    private int _filled;
    private int _waiting;
    private Exception? _failure;

    /// <summary>Whether the group has been committed, or has failed.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The members' records, in the order in which they take effect.</summary>
    public Span<byte> Records => _bytes.AsSpan(0, _filled);

    /// <summary>Enters a write.</summary>
    /// <returns>Its ticket.</returns>
    /// <exception cref="ArgumentException">The vector is none that the index takes; nothing was entered.</exception>
    public int Enter(LogKind kind, ulong id, ReadOnlySpan<float> vector)
    {
        int length = LogFormat.RecordBytes(kind, 1, dimension);
        if (_filled + length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_filled + length, 2 * _bytes.Length));
        LogRecord record = LogRecord.Create(_bytes.AsSpan(_filled), kind, 1, dimension, continues: false);
        record.Ids[0] = id;
        if (kind == LogKind.Add)
        {
            fixed (float* kept = record.Vectors)
                VectorInput.Read(vector, kept, dimension, metric, nameof(vector));
        }

        _filled += length;
        _waiting++;
        _found.Add(false);
        return _found.Count - 1;
    }

    /// <summary>Takes the records into the index, as replaying them would.</summary>
    public void Apply(HnswIndex index)
    {
        int ticket = 0;
        for (Span<byte> rest = Records; rest.Length > 0;)
        {
            var record = new LogRecord(rest, dimension);
            if (record.Header.Kind == LogKind.Add)
                index.Add(record.Ids[0], record.Vectors);
            else
                _found[ticket] = index.Remove(record.Ids[0]);
            ticket++;
            rest = rest[record.Bytes.Length..];
        }
    }

    public void Finish(Exception? failure) => (_failure, IsDone) = (failure, true);

    /// <summary>What came of a member's write.</summary>
    /// <returns>For a removal, whether the id was there.</returns>
    /// <exception cref="IOException">The log could not be written.</exception>
    public bool Result(int ticket) => _failure switch
    {
        // Each member throws its own: one exception object thrown by several threads would mix their stack traces.
        null => _found[ticket],
        IOException => throw new IOException(_failure.Message, _failure),
        ObjectDisposedException => throw new ObjectDisposedException(nameof(DurableIndex)),
        _ => throw new InvalidOperationException(_failure.Message, _failure),
    };

    /// <summary>A member has its result.</summary>
    /// <returns>Whether it was the last, and the group may be used again.</returns>
    public bool Leave()
    {
        if (Interlocked.Decrement(ref _waiting) > 0)
            return false;
        (_filled, _failure, IsDone) = (0, null, false);
        _found.Clear();
        return true;
    }
}
