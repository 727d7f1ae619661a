using VisualSearch.Ann.Flat;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Ivf;

/// <summary>
/// Ranks the slots of lists by their product codes. Codes are read a group at a time: a group is collected while its codes come from memory,
/// and then meets one slice of the table after the other (<see cref="ProductQuantizer.Sums"/>). In the results a slot stands for an id.
/// </summary>
/// <param name="filed">The lists; the context holds the query's inner product with their centroids.</param>
/// <param name="slots">Which slot holds which id.</param>
/// <param name="context">With the table filled.</param>
/// <param name="results">Receives the best.</param>
/// <param name="version">The version that the search reads.</param>
/// <param name="filter">The ids that may come back; null for all.</param>
internal unsafe ref struct CodeRanking(
    PqLists filed, SlotTable slots, IvfPqContext context, Span<Neighbor> results, long version, IdSet? filter)
{
    private TopNeighbors _top = new(results);
    private int _waiting;

    public readonly int Count => _top.Count;

    /// <summary>Codes compared with the query so far.</summary>
    public int Measured { get; private set; }

    /// <summary>Ranks those slots of a list that the search may return.</summary>
    public void OfferAll(int list)
    {
        // The views are taken after the list, so that they reach every slot in it.
        ReadOnlySpan<int> members = filed.Lists[list];
        RowView<Slot> view = slots.View();
        RowView<byte> codes = filed.Codes;
        foreach (int slot in members)
        {
            Slot* state = view[slot];
            if (!SlotTable.IsVisible(state, version) || (filter is not null && !filter.Contains(state->Id)))
                continue;
            byte* code = codes[slot];
            CacheLines.Prefetch(code, filed.RowBytes);
            context.Codes[_waiting] = code;
            context.Slots[_waiting] = slot;
            if (++_waiting == IvfPqContext.Group)
                RankGroup(context.Dots[list]);
        }

        RankGroup(context.Dots[list]);
    }

    /// <summary>Sorts the results, the best first.</summary>
    /// <returns>How many there are.</returns>
    public readonly int Finish() => _top.Finish();

    private void RankGroup(float ofList)
    {
        ProductQuantizer.Sums(context.Table, context.Codes, _waiting, filed.Quantizer.Parts, context.Sums);
        for (int i = 0; i < _waiting; i++)
            _top.Offer(new Neighbor((ulong)context.Slots[i], filed.Bias(context.Codes[i]) - context.Sums[i] - ofList));
        Measured += _waiting;
        _waiting = 0;
    }
}

/// <summary>The scratch memory of one search in lists of product codes.</summary>
internal sealed unsafe class IvfPqContext(int dimension, int parts) : IvfContext(dimension)
{
    /// <summary>Codes that are ranked together: with 192 bytes each they and a slice of the table fit the first-level cache.</summary>
    public const int Group = 64;

    private readonly MemoryBlock _table = new(parts * ProductQuantizer.Codewords * sizeof(float));
    private readonly MemoryBlock _codes = new(Group * sizeof(byte*));
    private readonly MemoryBlock _sums = new(Group * sizeof(float));
    private Neighbor[] _candidates = [];

    public float* Table => (float*)_table.Start;

    /// <summary>Where the codes of a group are.</summary>
    public byte** Codes => (byte**)_codes.Start;

    /// <summary>The slots of a group.</summary>
    public int[] Slots { get; } = new int[Group];

    /// <summary>What the table adds up to for the codes of a group.</summary>
    public float* Sums => (float*)_sums.Start;

    /// <summary>Room for the best slots by code.</summary>
    public Span<Neighbor> RoomForCandidates(int count)
    {
        if (_candidates.Length < count)
            _candidates = new Neighbor[count];
        return _candidates.AsSpan(0, count);
    }
}
