using VisualSearch.Ann.Quantization;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>The scratch memory of one walk: the query in both forms, the buffer, the tags, and the neighbours just met.</summary>
internal sealed unsafe class SearchContext : QueryContext
{
    private readonly PinnedBlock _codes;
    private readonly PinnedBlock _fresh;

    public SearchContext(int dimension, int mostLinks)
        : base(dimension)
    {
        _codes = new PinnedBlock(dimension);
        _fresh = new PinnedBlock(mostLinks * sizeof(int));
    }

    public sbyte* QueryCodes => (sbyte*)_codes.Start;

    public CodeQuery CodeQuery { get; private set; }

    /// <summary>Room for one node's neighbours.</summary>
    public int* Fresh => (int*)_fresh.Start;

    public SearchBuffer Buffer { get; } = new();

    public VisitedTags Visited { get; } = new();

    /// <summary>Brings <see cref="QueryContext.Query"/> into the form that the space's codes are compared with.</summary>
    public void EncodeQuery(VectorSpace space)
    {
        if (space.Codes is not null)
            CodeQuery = Int8Codec.EncodeQuery(Query, space.Dimension, QueryCodes);
    }
}
