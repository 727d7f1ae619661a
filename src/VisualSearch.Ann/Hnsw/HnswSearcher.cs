using System.Runtime.CompilerServices;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>Which slots a walk may return; it passes through the others.</summary>
internal interface IAcceptance
{
    /// <summary>Whether the walk looks at the twins of a node at all.</summary>
    static abstract bool WantsTwins { get; }

    bool Accepts(int slot);
}

/// <summary>The walks over a graph. Both are generic over structs, so that the JIT inlines the scorer and the acceptance into the loop.</summary>
internal static unsafe class HnswSearcher
{
    // Neighbours asked for ahead of the one being scored; ANN.md measured 4 as best for rows of 256 to 768 bytes.
    private const int Ahead = 4;

    /// <summary>Walks down from the entry to <paramref name="toLevel"/>, always to the nearest neighbour (a beam of 1).</summary>
    /// <param name="graph">The links.</param>
    /// <param name="scorer">Distances from the query.</param>
    /// <param name="entry">Where to start.</param>
    /// <param name="toLevel">The level below the last one walked; the slot returned is a node on it.</param>
    /// <param name="limit">Slots from here on are newer than the scorer's rows.</param>
    /// <param name="observer">Who looks on.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Descend<TScorer, TObserver>(
        HnswGraph graph, TScorer scorer, (int Slot, int Level) entry, int toLevel, int limit, TObserver observer)
        where TScorer : struct, IScorer
        where TObserver : struct, IWalkObserver
    {
        int nearest = entry.Slot;
        float least = scorer.Score(nearest);
        observer.Enter();
        for (int level = entry.Level; level > toLevel; level--)
        {
            bool moved;
            do
            {
                moved = false;
                observer.Expand(level, nearest, least);
                HnswGraph.LinkList links = graph.Links(nearest, level);
                int count = links.Count;
                for (int i = 0; i < count; i++)
                {
                    int neighbor = links[i];
                    if ((uint)neighbor >= (uint)limit)
                        continue;
                    float distance = scorer.Score(neighbor);
                    observer.Score(neighbor, distance, kept: distance < least);
                    if (distance < least)
                        (nearest, least, moved) = (neighbor, distance, true);
                }
            }
            while (moved);
        }

        return nearest;
    }

    /// <summary>
    /// Best-first search on one level (algorithm 2 of Malkov and Yashunin). The results are the accepted entries of the context's buffer.
    /// </summary>
    /// <param name="graph">The links.</param>
    /// <param name="level">The level to walk on.</param>
    /// <param name="scorer">Distances from the query.</param>
    /// <param name="acceptance">Which slots count as results.</param>
    /// <param name="context">Scratch memory of this walk.</param>
    /// <param name="entry">A node on the level.</param>
    /// <param name="alsoEntry">
    /// Another one, or <see cref="HnswGraph.None"/>. From the graph's entry everything can be reached, which cannot be said of the node that
    /// a descent ends at; it costs one distance, as a walk with better things to do never expands it.
    /// </param>
    /// <param name="beam">How much to keep, and when to end.</param>
    /// <param name="limit">Slots from here on are newer than the scorer's rows.</param>
    /// <param name="budget">Distances that the walk may compute.</param>
    /// <param name="observer">Who looks on.</param>
    /// <returns>False when the budget ran out.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Walk<TScorer, TAcceptance, TObserver>(
        HnswGraph graph, int level, TScorer scorer, TAcceptance acceptance, SearchContext context,
        int entry, int alsoEntry, Beam beam, int limit, int budget, TObserver observer)
        where TScorer : struct, IScorer
        where TAcceptance : struct, IAcceptance
        where TObserver : struct, IWalkObserver
    {
        SearchBuffer buffer = context.Buffer;
        VisitedTags visited = context.Visited;
        int* fresh = context.Fresh;
        buffer.Reset(beam);
        visited.Begin(limit);
        visited.TryVisit(entry);
        buffer.Insert(scorer.Score(entry), entry, acceptance.Accepts(entry));
        observer.Enter();
        if (alsoEntry != HnswGraph.None && visited.TryVisit(alsoEntry))
        {
            buffer.Insert(scorer.Score(alsoEntry), alsoEntry, acceptance.Accepts(alsoEntry));
            observer.Enter();
        }

        while (buffer.TryExpandNext(out Candidate node))
        {
            observer.Expand(level, node.Slot, node.Distance);
            HnswGraph.LinkList links = graph.Links(node.Slot, level);
            int count = links.Count, found = 0;
            for (int i = 0; i < count; i++)
            {
                int neighbor = links[i];
                if ((uint)neighbor < (uint)limit && visited.TryVisit(neighbor))
                    fresh[found++] = neighbor;
            }

            for (int i = 0; i < Math.Min(Ahead, found); i++)
                scorer.Prefetch(fresh[i]);
            for (int i = 0; i < found; i++)
            {
                if (i + Ahead < found)
                    scorer.Prefetch(fresh[i + Ahead]);
                float distance = scorer.Score(fresh[i]);
                observer.Score(fresh[i], distance, kept: distance < buffer.Bound);
                if (distance < buffer.Bound && buffer.Insert(distance, fresh[i], acceptance.Accepts(fresh[i])))
                    graph.Prefetch(fresh[i], level);
            }

            if (TAcceptance.WantsTwins && level == 0 && links.NextTwin != HnswGraph.None)
                InsertTwins(graph, links.NextTwin, node.Distance, acceptance, buffer, limit, ref budget);
            if ((budget -= found) < 0)
                return false;
        }

        return true;
    }

    // Twins are as near as their node and have no links to follow.
    public static void InsertTwins<TAcceptance>(
        HnswGraph graph, int twin, float distance, TAcceptance acceptance, SearchBuffer buffer, int limit, ref int budget)
        where TAcceptance : struct, IAcceptance
    {
        for (; twin != HnswGraph.None && distance < buffer.Bound && budget > 0; twin = graph.NextTwin(twin), budget--)
        {
            if ((uint)twin < (uint)limit && acceptance.Accepts(twin))
                buffer.Insert(distance, twin, accepted: true, expanded: true);
        }
    }
}

/// <summary>A reader's acceptance where every slot below the limit is in the index: no row need be looked at.</summary>
internal readonly struct Everything : IAcceptance
{
    public static bool WantsTwins => true;

    public bool Accepts(int slot) => true;
}

/// <summary>A reader's acceptance: what was in the index when the search started.</summary>
internal readonly unsafe struct Visible(RowView<Slot> slots, long version) : IAcceptance
{
    private readonly RowView<Slot> _slots = slots;
    private readonly long _version = version;

    public static bool WantsTwins => true;

    public bool Accepts(int slot) => SlotTable.IsVisible(_slots[slot], _version);
}

/// <summary>A filtered reader's acceptance.</summary>
internal readonly struct Allowed<TVisible>(SlotFilter filter, TVisible visible) : IAcceptance
    where TVisible : struct, IAcceptance
{
    public static bool WantsTwins => true;

    public bool Accepts(int slot) => filter.Contains(slot) && visible.Accepts(slot);
}

/// <summary>The builder's acceptance while nothing is dead: no row need be looked at.</summary>
internal readonly struct Others(int self) : IAcceptance
{
    public static bool WantsTwins => false;

    public bool Accepts(int slot) => slot != self;
}

/// <summary>The builder's acceptance: nodes that stay, visible or not yet.</summary>
internal readonly struct Staying(HnswGraph graph, SlotTable slots, int self) : IAcceptance
{
    public static bool WantsTwins => false;

    public bool Accepts(int slot) => slot != self && (!slots.IsDead(slot) || graph.NextTwin(slot) != HnswGraph.None);
}
