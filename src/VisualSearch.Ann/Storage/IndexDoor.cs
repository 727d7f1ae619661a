namespace VisualSearch.Ann.Storage;

/// <summary>What is the same at the door of every index: look-ups by id, taking a reader's context, refusing calls after disposal.</summary>
/// <param name="index">The index, or what holds its memory: kept reachable while a reader holds pointers into its memory.</param>
/// <param name="space">Its vectors.</param>
/// <param name="slots">Which slot holds which id.</param>
/// <param name="readers">The contexts of its readers.</param>
internal sealed unsafe class IndexDoor<TContext>(object index, VectorSpace space, SlotTable slots, ReaderPool<TContext> readers)
    where TContext : QueryContext
{
    private volatile bool _closed;

    public bool Contains(ulong id)
    {
        TContext reader = readers.Rent(slots);
        bool contains = slots.Find(id) >= 0;
        ReaderPool<TContext>.Return(reader);
        return contains;
    }

    public bool TryGetVector(ulong id, Span<float> destination)
    {
        if (destination.Length < space.Dimension)
            throw new ArgumentException($"The destination has room for {destination.Length} numbers; give {space.Dimension}.", nameof(destination));
        using Lease<TContext> lease = Enter();
        int slot = slots.Find(id);
        if (slot < 0)
            return false;
        new ReadOnlySpan<float>(space.Vector(slot), space.Dimension).CopyTo(destination);
        return true;
    }

    /// <summary>Takes a context, which holds back the reuse of slots until the lease ends.</summary>
    public Lease<TContext> Enter()
    {
        ThrowIfClosed();
        return new Lease<TContext>(readers.Rent(slots), index);
    }

    /// <summary>Takes a context and leaves the checked query in it.</summary>
    public Lease<TContext> Enter(ReadOnlySpan<float> query, SearchParameters parameters)
    {
        parameters.Validate();
        Lease<TContext> lease = Enter();
        try
        {
            VectorInput.Read(query, lease.Context.Query, space.Dimension, space.Metric, nameof(query));
            return lease;
        }
        catch (ArgumentException)
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Refuses further calls. Readers inside end unharmed.</summary>
    public void Close() => _closed = true;

    public void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_closed, index);
}

/// <summary>A reader's stay in an index.</summary>
internal readonly ref struct Lease<TContext>(TContext context, object index)
    where TContext : QueryContext
{
    public TContext Context { get; } = context;

    public void Dispose()
    {
        ReaderPool<TContext>.Return(Context);
        GC.KeepAlive(index);
    }
}
