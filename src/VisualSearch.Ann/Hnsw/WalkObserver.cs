using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>Looks on while a search goes its way. A struct, so that the calls to <see cref="Unobserved"/> leave nothing in the machine code.</summary>
internal interface IWalkObserver
{
    /// <summary>A node was scored to start from it.</summary>
    void Enter();

    /// <summary>The links of a node are about to be followed.</summary>
    void Expand(int level, int slot, float distance);

    /// <summary>A neighbour of the node last expanded was scored.</summary>
    /// <param name="slot">The neighbour.</param>
    /// <param name="distance">On the scorer's own scale.</param>
    /// <param name="kept">Whether it was near enough to go on from.</param>
    void Score(int slot, float distance, bool kept);

    /// <summary>Exact distances ranked what the walk had found.</summary>
    void Rescore(int candidates);

    /// <summary>An exact scan answered in place of the walk.</summary>
    void Scan(long ids);
}

/// <summary>Nobody looks on: every search but a traced one, and every build.</summary>
internal readonly struct Unobserved : IWalkObserver
{
    public void Enter()
    {
    }

    public void Expand(int level, int slot, float distance)
    {
    }

    public void Score(int slot, float distance, bool kept)
    {
    }

    public void Rescore(int candidates)
    {
    }

    public void Scan(long ids)
    {
    }
}

/// <summary>Writes the whole walk down, for <see cref="HnswIndex.Trace"/>.</summary>
internal readonly struct Recorded() : IWalkObserver
{
    private readonly Notes _notes = new();

    public void Enter() => _notes.Entries++;

    public void Expand(int level, int slot, float distance) => _notes.Hops.Add((level, slot, distance, _notes.Scored.Count));

    public void Score(int slot, float distance, bool kept) => _notes.Scored.Add((slot, distance, kept));

    public void Rescore(int candidates) => _notes.Rescored = candidates;

    public void Scan(long ids) => _notes.Scanned = ids;

    /// <summary>The walk with ids in place of slots, to be called before the search's context is returned: then slots may change owners.</summary>
    public WalkTrace ToTrace(SlotTable slots, int found)
    {
        var hops = new WalkHop[_notes.Hops.Count];
        for (int i = 0; i < hops.Length; i++)
        {
            (int level, int slot, float distance, int first) = _notes.Hops[i];
            int end = i + 1 < hops.Length ? _notes.Hops[i + 1].FirstScored : _notes.Scored.Count;
            var neighbors = new WalkNode[end - first];
            for (int n = first; n < end; n++)
                neighbors[n - first] = new WalkNode(slots.IdOf(_notes.Scored[n].Slot), _notes.Scored[n].Distance, _notes.Scored[n].Kept);
            hops[i] = new WalkHop(level, slots.IdOf(slot), distance, neighbors);
        }

        return new WalkTrace
        {
            Hops = hops,
            Distances = _notes.Entries + _notes.Scored.Count,
            Rescored = _notes.Rescored,
            Scanned = _notes.Scanned,
            Found = found,
        };
    }

    private sealed class Notes
    {
        public List<(int Level, int Slot, float Distance, int FirstScored)> Hops { get; } = [];

        public List<(int Slot, float Distance, bool Kept)> Scored { get; } = [];

        public int Entries { get; set; }

        public int Rescored { get; set; }

        public long Scanned { get; set; }
    }
}
