namespace VisualSearch.Ann.Flat;

/// <summary>The nearest of all that is offered, in the caller's span: a heap with the farthest on top, sorted in place at the end.</summary>
/// <param name="results">Where; as many are kept as it has room for.</param>
/// <param name="count">How many an earlier pass over the same span has left there.</param>
internal ref struct TopNeighbors(Span<Neighbor> results, int count = 0)
{
    private readonly Span<Neighbor> _heap = results;
    private int _count = count;

    public readonly int Count => _count;

    /// <summary>The distance that one more has to beat or equal; infinite while there is room.</summary>
    public readonly float Worst => _count < _heap.Length ? float.PositiveInfinity : _heap[0].Distance;

    /// <returns>Whether it is among the best so far.</returns>
    public bool Offer(in Neighbor neighbor)
    {
        if (_count < _heap.Length)
        {
            SiftUp(_count++, neighbor);
            return true;
        }

        if (_heap.Length == 0 || !Neighbor.IsBefore(neighbor, _heap[0]))
            return false;
        SiftDown(0, _count, neighbor);
        return true;
    }

    /// <summary>Sorts the results, nearest first.</summary>
    /// <returns>How many there are.</returns>
    public readonly int Finish()
    {
        for (int end = _count - 1; end > 0; end--)
        {
            Neighbor last = _heap[end];
            _heap[end] = _heap[0];
            SiftDown(0, end, last);
        }

        return _count;
    }

    private readonly void SiftUp(int at, in Neighbor neighbor)
    {
        while (at > 0)
        {
            int parent = (at - 1) / 2;
            if (!Neighbor.IsBefore(_heap[parent], neighbor))
                break;
            _heap[at] = _heap[parent];
            at = parent;
        }

        _heap[at] = neighbor;
    }

    private readonly void SiftDown(int at, int count, in Neighbor neighbor)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= count)
                break;
            if (child + 1 < count && Neighbor.IsBefore(_heap[child], _heap[child + 1]))
                child++;
            if (!Neighbor.IsBefore(neighbor, _heap[child]))
                break;
            _heap[at] = _heap[child];
            at = child;
        }

        _heap[at] = neighbor;
    }
}
