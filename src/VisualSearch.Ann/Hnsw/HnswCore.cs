using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// One numbering of the slots and all that goes by it: vectors, links, who reads them. <see cref="HnswIndex.Compact"/> makes the next one beside
/// it; searches that run go on in the one they started in, which lives until the last of them has ended.
/// </summary>
internal sealed class HnswCore
{
    public HnswCore(int dimension, Metric metric, HnswOptions options, float[]? mean = null)
    {
        Options = options;
        Space = new VectorSpace(dimension, metric, options.Codes, mean);
        Graph = new HnswGraph(options.M, options.Seed);
        Readers = new ReaderPool<SearchContext>(() => new SearchContext(dimension, 2 * options.M));
        IRowStore[] columns = Space.Codes is null
            ? [Space.Vectors, Graph]
            : [Space.Vectors, Space.Codes, Graph];
        Slots = new SlotTable(columns, Readers.OldestEpoch);
        Builder = new HnswBuilder(Space, Graph, Slots, options);
        Repair = new HnswRepair(Space, Graph, Slots, Builder);
        Reader = new HnswReader(Space, Graph, Slots, options);
        Door = new IndexDoor<SearchContext>(this, Space, Slots, Readers);
    }

    public HnswOptions Options { get; }

    public VectorSpace Space { get; }

    public HnswGraph Graph { get; }

    public SlotTable Slots { get; }

    public ReaderPool<SearchContext> Readers { get; }

    public HnswBuilder Builder { get; }

    public HnswRepair Repair { get; }

    public HnswReader Reader { get; }

    public IndexDoor<SearchContext> Door { get; }
}
