using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>Starts a walk with the scorer that a space calls for: the one place where metric and codes are looked at.</summary>
internal static unsafe class HnswWalk
{
    public static int Descend<TObserver>(
        VectorSpace space, HnswGraph graph, SearchContext context, (int Slot, int Level) entry, int toLevel, int limit, TObserver observer)
        where TObserver : struct, IWalkObserver => space.Codec?.Kind switch
        {
            CodeKind.Int8 => HnswSearcher.Descend(graph, Codes<Int8Kernel>(space, context), entry, toLevel, limit, observer),
            CodeKind.Int4 => HnswSearcher.Descend(graph, Codes<Int4Kernel>(space, context), entry, toLevel, limit, observer),
            _ when space.Metric == Metric.L2 => HnswSearcher.Descend(graph, Euclidean(space, context), entry, toLevel, limit, observer),
            _ => HnswSearcher.Descend(graph, InnerProduct(space, context), entry, toLevel, limit, observer),
        };

    public static bool OnLevel<TAcceptance, TObserver>(
        VectorSpace space, HnswGraph graph, int level, TAcceptance acceptance, SearchContext context,
        int entry, int alsoEntry, Beam beam, int limit, int budget, TObserver observer)
        where TAcceptance : struct, IAcceptance
        where TObserver : struct, IWalkObserver
    {
        return space.Codec?.Kind switch
        {
            CodeKind.Int8 => With(Codes<Int8Kernel>(space, context)),
            CodeKind.Int4 => With(Codes<Int4Kernel>(space, context)),
            _ when space.Metric == Metric.L2 => With(Euclidean(space, context)),
            _ => With(InnerProduct(space, context)),
        };

        bool With<TScorer>(TScorer scorer)
            where TScorer : struct, IScorer =>
            HnswSearcher.Walk(graph, level, scorer, acceptance, context, entry, alsoEntry, beam, limit, budget, observer);
    }

    public static bool TwoHop<TAcceptance, TObserver>(
        VectorSpace space, HnswGraph graph, TAcceptance acceptance, int[] seeds, SearchContext context,
        int entry, int alsoEntry, Beam beam, int limit, int budget, TObserver observer)
        where TAcceptance : struct, IAcceptance
        where TObserver : struct, IWalkObserver
    {
        return space.Codec?.Kind switch
        {
            CodeKind.Int8 => With(Codes<Int8Kernel>(space, context)),
            CodeKind.Int4 => With(Codes<Int4Kernel>(space, context)),
            _ when space.Metric == Metric.L2 => With(Euclidean(space, context)),
            _ => With(InnerProduct(space, context)),
        };

        bool With<TScorer>(TScorer scorer)
            where TScorer : struct, IScorer =>
            FilteredSearcher.TwoHop(graph, scorer, acceptance, seeds, context, entry, alsoEntry, beam, limit, budget, observer);
    }

    public static void Scan<TAcceptance>(VectorSpace space, SlotFilter filter, TAcceptance acceptance, SearchContext context, int ef, int limit)
        where TAcceptance : struct, IAcceptance
    {
        switch (space.Codec?.Kind)
        {
            case CodeKind.Int8: With(Codes<Int8Kernel>(space, context)); break;
            case CodeKind.Int4: With(Codes<Int4Kernel>(space, context)); break;
            case null when space.Metric == Metric.L2: With(Euclidean(space, context)); break;
            default: With(InnerProduct(space, context)); break;
        }

        void With<TScorer>(TScorer scorer)
            where TScorer : struct, IScorer => FilteredSearcher.Scan(filter, scorer, acceptance, context, ef, limit);
    }

    private static CodeScorer<TKernel> Codes<TKernel>(VectorSpace space, SearchContext context)
        where TKernel : struct, ICodeKernel => new(space.Codes!.View(), space.Codec!, context.QueryCodes, context.CodeQuery);

    private static EuclideanScorer Euclidean(VectorSpace space, SearchContext context) =>
        new(space.Vectors.View(), context.Query, space.Dimension);

    private static InnerProductScorer InnerProduct(VectorSpace space, SearchContext context) =>
        new(space.Vectors.View(), context.Query, space.Dimension);
}
