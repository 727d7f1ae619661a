using VisualSearch.Ann.Flat;

namespace VisualSearch.Ann.Storage;

/// <summary>Where a family files its slots so that a search need not look at all: inverted lists or hash tables.</summary>
internal interface IFiling
{
    /// <summary>Memory held, the vectors themselves left out. The writer must not run.</summary>
    long AllocatedBytes { get; }

    /// <summary>Files a slot whose vector is written. Readers may see it at once, but not yet return it.</summary>
    void Add(int slot);

    /// <summary>Takes a slot out; its vector is still there.</summary>
    void Remove(int slot);
}

/// <summary>Filed vectors to callers that need not know how they are filed: what <see cref="TrainedIndex"/> hands out.</summary>
internal interface IFiledVectors
{
    VectorSpace Space { get; }

    SlotTable Slots { get; }

    bool IsTrained { get; }

    void Add(ulong id, ReadOnlySpan<float> vector);

    bool Remove(ulong id);

    bool Contains(ulong id);

    bool TryGetVector(ulong id, Span<float> destination);

    void Train();

    void Train(ReadOnlySpan<float> vectors);

    void Close();

    long AllocatedBytes();
}

/// <summary>
/// The writing side of the families that learn from the vectors before they file them (LSH, IVF-Flat, IVF-PQ). Until enough vectors are
/// there to learn from, nothing is filed and searches scan everything.
/// <code>
/// Add ──► slot, vector ──► filing.Add ──► Commit            Remove ──► Kill ──► dying ──► filing.Remove ──► Retire ──► reused
///                                            │                                  (until no search can return it)
///                                            └─ the TrainAt-th vector: learn from a sample, file all, publish the filing
/// </code>
/// A dead slot stays filed while a search runs that started before its death: that search must still meet the old vector of an id, since
/// the new one is none of its time. For the same reason a search takes its version first and the filing after.
/// </summary>
internal sealed unsafe class FiledVectors<TFiling, TContext> : IFiledVectors
    where TFiling : class, IFiling
    where TContext : QueryContext
{
    // Two for each write that makes one, so that dying slots do not pile up behind a long search.
    private const int BuriedPerWrite = 2;

    private readonly Lock _writing = new();
    private readonly Queue<(int Slot, long Version)> _dying = new();
    private readonly ReaderPool<TContext> _readers;
    private readonly QueryContext _input;
    private readonly Func<VectorSpace, TrainingSample, TFiling> _learn;
    private readonly int _trainAt;
    private readonly int _mostSample;
    private readonly int _seed;
    private TFiling? _filing;

    /// <param name="index">The index whose vectors these are.</param>
    /// <param name="dimension">Numbers in each vector.</param>
    /// <param name="metric">How distances are computed.</param>
    /// <param name="createContext">Makes the scratch memory of one reader.</param>
    /// <param name="learn">Makes an empty filing from a sample.</param>
    /// <param name="trainAt">Vectors at which the index learns by itself.</param>
    /// <param name="mostSample">Vectors to learn from at most.</param>
    /// <param name="seed">Decides which vectors are the sample.</param>
    public FiledVectors(
        IVectorIndex index, int dimension, Metric metric, Func<TContext> createContext,
        Func<VectorSpace, TrainingSample, TFiling> learn, int trainAt, int mostSample, int seed)
    {
        VectorInput.CheckShape(dimension, metric);
        (_learn, _trainAt, _mostSample, _seed) = (learn, trainAt, mostSample, seed);
        Space = new VectorSpace(dimension, metric, CodeKind.None);
        _input = new QueryContext(dimension);
        _readers = new ReaderPool<TContext>(createContext);
        Slots = new SlotTable([Space.Vectors], _readers.OldestEpoch);
        Door = new IndexDoor<TContext>(index, Space, Slots, _readers);
    }

    public VectorSpace Space { get; }

    public SlotTable Slots { get; }

    public IndexDoor<TContext> Door { get; }

    /// <summary>Null until the index has learned. A search reads it once, after its version.</summary>
    public TFiling? Filing => Volatile.Read(ref _filing);

    public long AllocatedBytes()
    {
        lock (_writing)
            return Space.Vectors.AllocatedBytes + Slots.AllocatedBytes + (_filing?.AllocatedBytes ?? 0);
    }

    public bool IsTrained => Filing is not null;

    public bool Contains(ulong id) => Door.Contains(id);

    public bool TryGetVector(ulong id, Span<float> destination) => Door.TryGetVector(id, destination);

    public void Close() => Door.Close();

    public void Add(ulong id, ReadOnlySpan<float> vector)
    {
        lock (_writing)
        {
            Door.ThrowIfClosed();
            VectorInput.Read(vector, _input.Query, Space.Dimension, Space.Metric, nameof(vector));
            int slot = Slots.Allocate(id);
            Space.Write(slot, _input.Query);
            _filing?.Add(slot);
            int replaced = Slots.Commit(slot);
            if (replaced >= 0)
                _dying.Enqueue((replaced, Slots.Version));
            Bury();
            if (_filing is null && Slots.Live >= _trainAt)
                File(SampleOwn());
        }
    }

    public bool Remove(ulong id)
    {
        lock (_writing)
        {
            Door.ThrowIfClosed();
            int slot = Slots.Kill(id);
            if (slot >= 0)
                _dying.Enqueue((slot, Slots.Version));
            Bury();
            return slot >= 0;
        }
    }

    /// <summary>Learns from the index's own vectors and files them all anew.</summary>
    public void Train()
    {
        lock (_writing)
        {
            Door.ThrowIfClosed();
            if (Slots.Live == 0)
                throw new InvalidOperationException("The index is empty; add vectors first, or give Train some to learn from.");
            File(SampleOwn());
        }
    }

    /// <summary>Learns from the caller's vectors and files the index's anew.</summary>
    public void Train(ReadOnlySpan<float> vectors)
    {
        int dimension = Space.Dimension;
        if (vectors.Length == 0 || vectors.Length % dimension != 0)
            throw new ArgumentException($"There are {vectors.Length} numbers; give a positive multiple of {dimension} dimensions.", nameof(vectors));
        int[] chosen = TrainingSample.Choose(vectors.Length / dimension, _mostSample, dimension, _seed);
        var sample = new TrainingSample(chosen.Length, dimension);
        for (int i = 0; i < chosen.Length; i++)
        {
            VectorInput.Read(
                vectors.Slice(chosen[i] * dimension, dimension), sample[i], dimension, Space.Metric, $"{nameof(vectors)}[{chosen[i]}]");
        }

        lock (_writing)
        {
            Door.ThrowIfClosed();
            File(sample);
        }
    }

    /// <summary>Compares the query in the context with every vector, or with every one that a filter names.</summary>
    public int Scan(TContext context, Span<Neighbor> results, IdSet? filter, ref ProbeTrace work)
    {
        work = work with { Scanned = filter?.Count ?? Slots.Live };
        return ExactScan.Search(Space, Slots, context.Query, results, filter);
    }

    private void File(TrainingSample sample)
    {
        TFiling filing = _learn(Space, sample);
        for (int slot = 0; slot < Slots.Limit; slot++)
        {
            if (!Slots.IsDead(slot))
                filing.Add(slot);
        }

        foreach ((int slot, _) in _dying)
            filing.Add(slot);
        Volatile.Write(ref _filing, filing);
    }

    private TrainingSample SampleOwn()
    {
        int[] live = [.. Enumerable.Range(0, Slots.Limit).Where(slot => !Slots.IsDead(slot))];
        int[] chosen = TrainingSample.Choose(live.Length, _mostSample, Space.Dimension, _seed);
        var sample = new TrainingSample(chosen.Length, Space.Dimension);
        for (int i = 0; i < chosen.Length; i++)
            Space.Vectors.Span(live[chosen[i]]).CopyTo(new Span<float>(sample[i], Space.Dimension));
        return sample;
    }

    private void Bury()
    {
        Span<int> buried = stackalloc int[BuriedPerWrite];
        int count = 0;
        long oldest = _dying.Count == 0 ? 0 : _readers.OldestEpoch();
        while (count < BuriedPerWrite && _dying.TryPeek(out (int Slot, long Version) first) && first.Version <= oldest)
        {
            _filing?.Remove(first.Slot);
            buried[count++] = first.Slot;
            _dying.Dequeue();
        }

        if (count > 0)
            Slots.Retire(buried[..count]);
    }
}
