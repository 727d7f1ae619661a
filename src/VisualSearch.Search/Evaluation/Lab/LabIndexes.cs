using System.Diagnostics;
using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Evaluation.Lab;

/// <summary>An index built for experiments.</summary>
/// <param name="Index">The index, filled.</param>
/// <param name="BuildSeconds">What that took.</param>
/// <param name="MemoryBytes">What it holds.</param>
internal sealed record LabIndex(IVectorIndex Index, double BuildSeconds, long MemoryBytes);

/// <summary>
/// The vectors of one collection at one revision, and the few indexes last built over them. A flat index holds the vectors: it gives
/// the truth, and what the other indexes are filled from.
/// </summary>
internal sealed class LabIndexes
{
    // Each holds its own copy of the vectors. At 50,000 vectors of 256 numbers an HNSW index takes about 80 MB.
    private const int MostIndexes = 4;
    private const int Block = 512;
    private const int MostQueries = 50;

    private readonly Lock gate = new();
    private readonly Lock filling = new();
    private readonly Dictionary<(int K, double Share), Neighbor[][]> truths = [];
    private readonly LinkedList<(string Key, Building Building)> recent = new();
    private readonly ulong[] ids;

    private LabIndexes(EmbeddedStore store, CatalogRevision revision, FlatIndex vectors, ulong[] ids)
    {
        (Folder, Generation, Revision, Vectors, this.ids) = (store.Folder, store.Generation, revision, vectors, ids);
        int stride = Math.Max(1, ids.Length / MostQueries);
        Queries = [.. ids.Where((_, i) => i % stride == 0).Take(MostQueries)];
    }

    public string Folder { get; }

    /// <summary>The generation that the vectors are of: another one has other vectors at the same revision.</summary>
    public int Generation { get; }

    public CatalogRevision Revision { get; }

    public FlatIndex Vectors { get; }

    /// <summary>Ids from all over the collection, to search with.</summary>
    public IReadOnlyList<ulong> Queries { get; }

    public static LabIndexes Load(EmbeddedStore store, int mostVectors)
    {
        int stride = (int)((store.Info.Items + mostVectors - 1) / mostVectors);
        var vectors = new FlatIndex(store.Model.Dimension, Metric.Cosine);
        var ids = new List<ulong>();
        CatalogRevision revision = store.ReadVectors(Math.Max(1, stride), (some, block) =>
        {
            for (int i = 0; i < some.Length; i++)
            {
                vectors.Add(some[i], block.Slice(i * vectors.Dimension, vectors.Dimension));
                ids.Add(some[i]);
            }
        });
        return new LabIndexes(store, revision, vectors, [.. ids]);
    }

    /// <summary>The ids that a filter of this share lets through: the same each time, and those of a smaller share are among them.</summary>
    public IdSet Share(double share) => IdSet.FromIds(ids.Where(id => Fraction(id) < share));

    /// <summary>The index with these settings, which begins to be built now unless it is there.</summary>
    public Building Get(LabFamily family, IReadOnlyDictionary<string, int> settings, CodeKind codes)
    {
        Dictionary<string, int> shaping = family.Controls.Where(control => control.Rebuilds).ToDictionary(control => control.Name, control => settings[control.Name]);
        var shape = new LabShape(Vectors.Dimension, Vectors.Metric, family.HasCodes ? codes : CodeKind.None, shaping);
        string key = $"{family.Name} {shape.Codes} {string.Join(' ', shaping.OrderBy(pair => pair.Key, StringComparer.Ordinal))}";
        lock (gate)
        {
            for (LinkedListNode<(string Key, Building Building)>? node = recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Key != key)
                    continue;
                recent.Remove(node);

                // A failure is not kept: what caused it may be over.
                if (node.Value.Building.Result is { IsCompleted: true, IsCompletedSuccessfully: false })
                    break;
                recent.AddFirst(node);
                return node.Value.Building;
            }

            var started = new Building(ids.Length);
            started.Result = Task.Run(() => Build(family, shape, started));
            recent.AddFirst((key, started));
            while (recent.Count > MostIndexes)
            {
                recent.Last!.Value.Building.Abandon();
                recent.RemoveLast();
            }

            return started;
        }
    }

    /// <summary>Stops what is being built: nobody will ask for it.</summary>
    public void Abandon()
    {
        lock (gate)
        {
            foreach ((_, Building started) in recent)
                started.Abandon();
        }
    }

    /// <summary>For each of <see cref="Queries"/> the truly nearest.</summary>
    /// <param name="k">How many.</param>
    /// <param name="share">The filter's share.</param>
    /// <param name="find">Finds them for one query.</param>
    public Neighbor[][] Truth(int k, double share, Func<float[], Neighbor[]> find)
    {
        lock (truths)
        {
            if (truths.TryGetValue((k, share), out Neighbor[][]? known))
                return known;

            // Sliders come past many values; the truth of each takes a millisecond a query.
            if (truths.Count >= 32)
                truths.Clear();
            return truths[(k, share)] = [.. Queries.Select(id => find(Vector(id)))];
        }
    }

    /// <summary>A stored vector.</summary>
    public float[] Vector(ulong id)
    {
        var vector = new float[Vectors.Dimension];
        Vectors.TryGetVector(id, vector);
        return vector;
    }

    // One at a time: a slider that is dragged asks for many, and each uses half of the processors.
    private LabIndex Build(LabFamily family, LabShape shape, Building progress)
    {
        lock (filling)
        {
            long started = Stopwatch.GetTimestamp();
            IVectorIndex index = family.Create(shape);
            var block = new float[Block * shape.Dimension];
            for (int at = 0; at < ids.Length; at += Block)
            {
                progress.ThrowIfAbandoned();
                ReadOnlySpan<ulong> some = ids.AsSpan(at, Math.Min(Block, ids.Length - at));
                for (int i = 0; i < some.Length; i++)
                    Vectors.TryGetVector(some[i], block.AsSpan(i * shape.Dimension, shape.Dimension));
                Fill(index, some, block.AsSpan(0, some.Length * shape.Dimension));
                progress.Done = at + some.Length;
            }

            family.Finish?.Invoke(index);
            return new LabIndex(index, Stopwatch.GetElapsedTime(started).TotalSeconds, family.MemoryBytes(index));
        }
    }

    private static void Fill(IVectorIndex index, ReadOnlySpan<ulong> ids, ReadOnlySpan<float> vectors)
    {
        if (index is HnswIndex graph)
        {
            graph.AddRange(ids, vectors, Math.Max(1, Environment.ProcessorCount / 2));
            return;
        }

        for (int i = 0; i < ids.Length; i++)
            index.Add(ids[i], vectors.Slice(i * index.Dimension, index.Dimension));
    }

    // 0 to 1, spread evenly over consecutive ids (the finaliser of SplitMix64).
    private static double Fraction(ulong id)
    {
        id = (id ^ (id >> 30)) * 0xBF58476D1CE4E5B9;
        id = (id ^ (id >> 27)) * 0x94D049BB133111EB;
        return ((id ^ (id >> 31)) >> 11) * (1.0 / (1L << 53));
    }

    /// <summary>An index on its way.</summary>
    internal sealed class Building(int total)
    {
        private volatile bool abandoned;
        private volatile int done;

        public Task<LabIndex> Result { get; set; } = null!;

        public int Done
        {
            get => done;
            set => done = value;
        }

        public int Total => total;

        public void Abandon() => abandoned = true;

        public void ThrowIfAbandoned()
        {
            if (abandoned)
                throw new OperationCanceledException("Other indexes were asked for since.");
        }
    }
}
