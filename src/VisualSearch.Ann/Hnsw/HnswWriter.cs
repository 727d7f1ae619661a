using System.Collections.Concurrent;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>The write path of one core: places a vector in a slot, links it, makes it visible, and does its share of the repair.</summary>
internal sealed unsafe class HnswWriter
{
    // The first nodes are linked one by one: workers that all start in an empty graph would not see each other.
    private const int LinkedAlone = 256;

    private readonly HnswCore _core;
    private readonly BuildScratch _scratch;
    private readonly ConcurrentBag<BuildScratch> _workers = [];

    public HnswWriter(HnswCore core)
    {
        _core = core;
        _scratch = NewScratch();
        core.Graph.PrepareForWriting(core.Slots.Limit);
    }

    private VectorSpace Space => _core.Space;

    public void Add(ulong id, ReadOnlySpan<float> vector)
    {
        float* checkedVector = _scratch.Walk.Query;
        VectorInput.Read(vector, checkedVector, Space.Dimension, Space.Metric, nameof(vector));
        if (Holds(id, checkedVector))
            return;
        int slot = Place(id, checkedVector);
        Space.Encode(slot);
        int replaced = Link(slot, _scratch);
        if (replaced >= 0)
            _core.Repair.Remove(replaced);
        _core.Repair.Step(1, parallel: false, _scratch);
    }

    public void AddRange(ReadOnlySpan<ulong> ids, ReadOnlySpan<float> vectors, int workers, CancellationToken cancellation)
    {
        int[] placed = PlaceAll(ids, vectors);
        var replaced = new ConcurrentQueue<int>();
        try
        {
            Parallel.For(0, placed.Length, new ParallelOptions { MaxDegreeOfParallelism = workers }, i => Space.Encode(placed[i]));
            LinkAll(placed, workers, replaced, cancellation);
        }
        finally
        {
            foreach (int slot in placed)
            {
                if (_core.Slots.Abandon(slot))
                    _core.Repair.Remove(slot);
            }

            foreach (int slot in replaced)
                _core.Repair.Remove(slot);
            _core.Repair.Step(placed.Length, parallel: workers != 1, _scratch);
        }
    }

    public bool Remove(ulong id)
    {
        int slot = _core.Slots.Kill(id);
        if (slot < 0)
            return false;
        _core.Repair.Remove(slot);
        _core.Repair.Step(1, parallel: false, _scratch);
        return true;
    }

    /// <summary>Replaces every link to a removed node now, whatever it takes, instead of a few with each write.</summary>
    public void FinishRepair() => _core.Repair.Finish(_scratch);

    /// <summary>Makes every node findable that a write may have cut off.</summary>
    public void FindLost() => _core.Repair.FindLost(_scratch);

    private BuildScratch NewScratch() => new(Space.Dimension, _core.Options.M);

    private bool Holds(ulong id, float* vector)
    {
        int slot = _core.Slots.Find(id);
        return slot >= 0 && new ReadOnlySpan<float>(Space.Vector(slot), Space.Dimension).SequenceEqual(new ReadOnlySpan<float>(vector, Space.Dimension));
    }

    private int Place(ulong id, float* vector)
    {
        int slots = _core.Slots.Limit;
        int slot = _core.Slots.Allocate(id);
        Space.Write(slot, vector);
        _core.Graph.Create(slot, _core.Graph.DrawLevel(id), reused: slot < slots);
        return slot;
    }

    private int[] PlaceAll(ReadOnlySpan<ulong> ids, ReadOnlySpan<float> vectors)
    {
        var seen = new IdSet();
        var last = new Stack<int>(ids.Length);
        for (int i = ids.Length - 1; i >= 0; i--)
        {
            if (seen.Add(ids[i]))
                last.Push(i);
        }

        // At once, so that the rows lie in one block of memory, which huge pages then serve.
        _core.Slots.Reserve(_core.Slots.Limit + last.Count);
        var placed = new List<int>(last.Count);
        float* checkedVector = _scratch.Walk.Query;
        foreach (int i in last)
        {
            VectorInput.Read(vectors.Slice(i * Space.Dimension, Space.Dimension), checkedVector, Space.Dimension, Space.Metric, nameof(vectors));
            if (!Holds(ids[i], checkedVector))
                placed.Add(Place(ids[i], checkedVector));
        }

        return [.. placed];
    }

    private void LinkAll(int[] placed, int workers, ConcurrentQueue<int> replaced, CancellationToken cancellation)
    {
        int next = 0;
        for (; next < placed.Length && (workers == 1 || _core.Slots.Live < LinkedAlone); next++)
        {
            cancellation.ThrowIfCancellationRequested();
            NoteReplaced(Link(placed[next], _scratch));
        }

        // One counter and not a range for each worker: the nodes enter nearly in the order given.
        workers = Math.Min(workers < 0 ? Environment.ProcessorCount : workers, placed.Length - next);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers), CancellationToken = cancellation };
        Parallel.For(0, workers, options, _ =>
        {
            BuildScratch scratch = _workers.TryTake(out BuildScratch? idle) ? idle : NewScratch();
            for (int i; (i = Interlocked.Increment(ref next) - 1) < placed.Length;)
            {
                cancellation.ThrowIfCancellationRequested();
                NoteReplaced(Link(placed[i], scratch));
            }

            _workers.Add(scratch);
        });

        void NoteReplaced(int slot)
        {
            if (slot >= 0)
                replaced.Enqueue(slot);
        }
    }

    /// <summary>Links a placed slot and makes it visible.</summary>
    /// <returns>The slot that it replaces, or −1.</returns>
    private int Link(int slot, BuildScratch scratch)
    {
        _core.Builder.Insert(slot, scratch);
        return _core.Slots.Commit(slot);
    }
}
