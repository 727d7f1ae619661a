namespace VisualSearch.Ann.Storage;

/// <summary>What one search needs to itself: its scratch memory, and the mark that tells the writer that it is running.</summary>
internal abstract class ReaderContext
{
    /// <summary>0 while nobody uses this context, else a version of the index at or before the one that the search reads.</summary>
    internal long Epoch;
}

/// <summary>A context with room for the query, as <see cref="VectorInput"/> leaves it.</summary>
internal unsafe class QueryContext(int dimension) : ReaderContext
{
    private readonly MemoryBlock _query = new(dimension * sizeof(float));

    public float* Query => (float*)_query.Start;
}

/// <summary>
/// The contexts of an index's readers, made as needed and kept. Taking one marks it with the current version in a single compare-exchange;
/// the writer reuses a slot only when every marked version is at least the one at which the slot was cut off (epoch-based reclamation,
/// Fraser 2004), so a search never sees a slot change under it and nobody waits for anybody.
/// </summary>
internal sealed class ReaderPool<TContext>(Func<TContext> create)
    where TContext : ReaderContext
{
    private readonly Lock _growing = new();
    private TContext[] _contexts = [];

    public TContext Rent(SlotTable slots)
    {
        TContext[] contexts = Volatile.Read(ref _contexts);
        int first = Environment.CurrentManagedThreadId;
        for (int i = 0; i < contexts.Length; i++)
        {
            TContext context = contexts[(int)((uint)(first + i) % (uint)contexts.Length)];
            if (Volatile.Read(ref context.Epoch) == 0 && Interlocked.CompareExchange(ref context.Epoch, slots.Version, 0) == 0)
                return context;
        }

        TContext added = create();
        added.Epoch = slots.Version;
        lock (_growing)
            Volatile.Write(ref _contexts, [.. _contexts, added]);

        // Either the writer's scan sees the new context, or this reader sees what the writer cut off before its scan.
        Interlocked.MemoryBarrier();
        return added;
    }

    public static void Return(TContext context) => Volatile.Write(ref context.Epoch, 0);

    /// <summary>The oldest version that a running search may read; <see cref="long.MaxValue"/> when none runs.</summary>
    public long OldestEpoch()
    {
        Interlocked.MemoryBarrier();
        long oldest = long.MaxValue;
        foreach (TContext context in Volatile.Read(ref _contexts))
        {
            long epoch = Volatile.Read(ref context.Epoch);
            if (epoch != 0 && epoch < oldest)
                oldest = epoch;
        }

        return oldest;
    }
}
