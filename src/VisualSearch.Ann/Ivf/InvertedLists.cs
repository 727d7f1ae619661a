using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Ivf;

/// <summary>Slots filed under their vectors' nearest centroids. The centroids never change: training makes new lists.</summary>
internal sealed unsafe class InvertedLists : IFiling
{
    private readonly VectorSpace _space;
    private readonly SlotList[] _lists;
    private readonly Rows<int> _listOf = new(1);

    public InvertedLists(VectorSpace space, Centroids centroids)
    {
        (_space, Centroids) = (space, centroids);
        _lists = new SlotList[centroids.Count];
        for (int i = 0; i < _lists.Length; i++)
            _lists[i] = new SlotList();
    }

    public Centroids Centroids { get; }

    public int Count => _lists.Length;

    public long AllocatedBytes => Centroids.AllocatedBytes + _listOf.AllocatedBytes + _lists.Sum(list => list.AllocatedBytes);

    public ReadOnlySpan<int> this[int list] => _lists[list].Slots;

    public void Add(int slot) => Add(slot, Nearest(slot));

    public void Add(int slot, int list)
    {
        _listOf.EnsureCapacity(slot + 1);
        *_listOf[slot] = list;
        _lists[list].Append(slot);
    }

    public void Remove(int slot) => _lists[*_listOf[slot]].Remove(slot);

    /// <summary>The list that a slot belongs to. By Euclidean distance under every metric: a list holds vectors that are alike.</summary>
    public int Nearest(int slot) => Centroids.Nearest(_space.Vectors[slot], out _);

    /// <summary>Queues the lists, the most promising first, and leaves the query's inner product with each centroid in the context.</summary>
    public void Order(IvfContext context)
    {
        float* dots = context.RoomForDots(Count);
        Centroids.Dots(context.Query, dots);
        context.Lists.Clear();
        for (int list = 0; list < Count; list++)
        {
            // Under Dot a list promises q·c for its vectors, however long they are; else nearness counts.
            float part = _space.Metric == Metric.Dot ? 0 : Centroids.HalfSquaredNorm(list);
            context.Lists.Enqueue(list, part - dots[list]);
        }
    }
}

/// <summary>The scratch memory of one search in inverted lists.</summary>
internal unsafe class IvfContext(int dimension) : QueryContext(dimension)
{
    private MemoryBlock? _dots;
    private int _room;

    public PriorityQueue<int, float> Lists { get; } = new();

    /// <summary>The query's inner product with each centroid.</summary>
    public float* Dots => (float*)_dots!.Start;

    public float* RoomForDots(int lists)
    {
        if (_room < lists)
            (_dots, _room) = (new MemoryBlock(lists * sizeof(float)), lists);
        return Dots;
    }
}
