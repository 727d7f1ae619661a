using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>Starts a walk with the scorer that a space calls for: the one place where metric and codes are looked at.</summary>
internal static unsafe class HnswWalk
{
    public static int Descend<TObserver>(
        VectorSpace space, HnswGraph graph, SearchContext context, (int Slot, int Level) entry, int toLevel, int limit, TObserver observer)
        where TObserver : struct, IWalkObserver
    {
        if (space.Codes is not null)
            return HnswSearcher.Descend(graph, Codes(space, context), entry, toLevel, limit, observer);
        return space.Metric == Metric.L2
            ? HnswSearcher.Descend(graph, Euclidean(space, context), entry, toLevel, limit, observer)
            : HnswSearcher.Descend(graph, InnerProduct(space, context), entry, toLevel, limit, observer);
    }

    public static bool OnLevel<TAcceptance, TObserver>(
        VectorSpace space, HnswGraph graph, int level, TAcceptance acceptance, SearchContext context,
        int entry, int alsoEntry, int ef, int limit, int budget, TObserver observer)
        where TAcceptance : struct, IAcceptance
        where TObserver : struct, IWalkObserver
    {
        if (space.Codes is not null)
            return HnswSearcher.Walk(graph, level, Codes(space, context), acceptance, context, entry, alsoEntry, ef, limit, budget, observer);
        return space.Metric == Metric.L2
            ? HnswSearcher.Walk(graph, level, Euclidean(space, context), acceptance, context, entry, alsoEntry, ef, limit, budget, observer)
            : HnswSearcher.Walk(graph, level, InnerProduct(space, context), acceptance, context, entry, alsoEntry, ef, limit, budget, observer);
    }

    private static CodeScorer Codes(VectorSpace space, SearchContext context) =>
        new(space.Codes!.View(), space.Codes.RowBytes, context.QueryCodes, context.CodeQuery, space.Dimension, space.Metric);

    private static EuclideanScorer Euclidean(VectorSpace space, SearchContext context) =>
        new(space.Vectors.View(), context.Query, space.Dimension);

    private static InnerProductScorer InnerProduct(VectorSpace space, SearchContext context) =>
        new(space.Vectors.View(), context.Query, space.Dimension);
}
