using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// An index as it is at one moment, to be written to a file while writers go on. Links change in place, so they are copied (160 bytes a
/// vector at M = 16). Vectors and codes never change while their slot has its owner, and as long as this counts as a running search no slot
/// that had one goes to another: they are read from where they are.
/// </summary>
internal sealed class HnswImage : IDisposable
{
    private readonly SearchContext _reader;
    private readonly long _version;
    private readonly HashSet<int> _free;

    /// <summary>Takes the image. Only the writer may, between two writes.</summary>
    public HnswImage(HnswCore core)
    {
        Core = core;
        (_version, Slots, Live) = (core.Slots.Version, core.Slots.Limit, core.Slots.Live);
        _free = [.. core.Slots.FreeSlots()];
        Graph = new HnswGraph(core.Graph, Slots);

        // Last: were the copy to fail for want of memory, nobody would end this search.
        _reader = core.Readers.Rent(core.Slots);
    }

    /// <summary>Whose image it is: its vectors, codes and options.</summary>
    public HnswCore Core { get; }

    public HnswGraph Graph { get; }

    /// <summary>Slots at that moment.</summary>
    public int Slots { get; }

    /// <summary>Vectors at that moment.</summary>
    public int Live { get; }

    public bool IsFree(int slot) => _free.Contains(slot);

    /// <summary>What a slot was. One that was allocated but never committed, because linking it failed, counts as dead.</summary>
    public unsafe SlotState StateOf(int slot)
    {
        if (IsFree(slot))
            return SlotState.Free;
        return SlotTable.IsVisible(Core.Slots.View()[slot], _version) ? SlotState.Live : SlotState.Dead;
    }

    public int LevelOf(int slot) => IsFree(slot) ? HnswGraph.Twin : Graph.LevelOf(slot);

    /// <summary>Lets slots be reused again.</summary>
    public void Dispose() => ReaderPool<SearchContext>.Return(_reader);
}
