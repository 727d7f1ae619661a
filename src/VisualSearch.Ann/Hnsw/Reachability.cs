using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// Which nodes walks can find: those on level 0 that a path of links from the entry leads to. Keeps one such path for each node, so that a
/// lost node can take the place of any link that no path needs.
/// </summary>
internal sealed class Reachability
{
    private const int NotReached = -1;

    private readonly HnswGraph _graph;
    private readonly SlotTable _slots;
    private readonly int[] _from;
    private readonly Stack<int> _open = new();

    /// <summary>Follows every link once. Only the writer may, and it must not write meanwhile but through <see cref="TryAttach"/>.</summary>
    public Reachability(HnswGraph graph, SlotTable slots)
    {
        (_graph, _slots) = (graph, slots);
        _from = new int[slots.Limit];
        Array.Fill(_from, NotReached);
        if (graph.Entry.Slot != HnswGraph.None)
            Reach(graph.Entry.Slot, graph.Entry.Slot);
    }

    /// <summary>The nodes that stay and cannot be reached now.</summary>
    public IEnumerable<int> Lost()
    {
        for (int slot = 0; slot < _from.Length; slot++)
        {
            if (_from[slot] == NotReached && _graph.LevelOf(slot) != HnswGraph.Twin
                && (!_slots.IsDead(slot) || _graph.NextTwin(slot) != HnswGraph.None))
                yield return slot;
        }
    }

    /// <summary>Links a reached node to a lost one, if it has room or a link that no path needs; what hangs on the lost one is reached too.</summary>
    public bool TryAttach(int node, int lost)
    {
        if (_from[node] == NotReached)
            return false;
        int[] links = [.. _graph.Links(node, 0).AsSpan()];
        if (links.Length < _graph.Capacity(0))
        {
            _graph.Append(node, 0, lost);
        }
        else
        {
            int spare = Array.FindLastIndex(links, link => _from[link] != node);
            if (spare < 0)
                return false;
            links[spare] = lost;
            _graph.Replace(node, 0, links);
        }

        Reach(lost, node);
        return true;
    }

    private void Reach(int first, int from)
    {
        _from[first] = from;
        _open.Push(first);
        while (_open.TryPop(out int slot))
        {
            foreach (int link in _graph.Links(slot, 0).AsSpan())
            {
                if (_from[link] != NotReached)
                    continue;
                _from[link] = slot;
                _open.Push(link);
            }
        }
    }
}
