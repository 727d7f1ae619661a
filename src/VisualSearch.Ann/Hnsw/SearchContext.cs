using VisualSearch.Ann.Quantization;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>The scratch memory of one walk: the query in both forms, the buffer, the tags, and the neighbours just met.</summary>
internal sealed unsafe class SearchContext : QueryContext
{
    private readonly MemoryBlock _work;
    private readonly MemoryBlock _codes;
    private readonly MemoryBlock _fresh;
    private readonly MemoryBlock _passed;

    public SearchContext(int dimension, int mostLinks)
        : base(dimension)
    {
        _work = new MemoryBlock(dimension * sizeof(float));
        _codes = new MemoryBlock(dimension + NibblePacking.BlockCodes);
        _fresh = new MemoryBlock(2 * mostLinks * sizeof(int));
        _passed = new MemoryBlock(mostLinks * sizeof(int));
    }

    public sbyte* QueryCodes => (sbyte*)_codes.Start;

    public CodeQuery CodeQuery { get; private set; }

    /// <summary>Room for one node's neighbours, and one rejected neighbour's besides.</summary>
    public int* Fresh => (int*)_fresh.Start;

    /// <summary>Room for one node's rejected neighbours.</summary>
    public int* Passed => (int*)_passed.Start;

    public SearchBuffer Buffer { get; } = new();

    public VisitedTags Visited { get; } = new();

    /// <summary>Brings <see cref="QueryContext.Query"/> into the form that the space's codes are compared with.</summary>
    public void EncodeQuery(VectorSpace space)
    {
        if (space.Codec is not null)
            CodeQuery = space.Codec.EncodeQuery(Query, QueryCodes, (float*)_work.Start);
    }
}
