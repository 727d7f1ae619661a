using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>The items that a filter lets through, as a condition that each query takes along: nothing is listed, however many they are.</summary>
internal sealed class QdrantScope(PointFilter? condition, Func<long> count, Func<IEnumerable<long>> ids) : ItemScope
{
    private readonly Lazy<long> counted = new(count);

    /// <summary>The condition; null for all items.</summary>
    public PointFilter? Condition => condition;

    /// <inheritdoc/>
    public override long Count => counted.Value;

    /// <inheritdoc/>
    public override IEnumerable<long> Ids() => ids();

    /// <summary>The condition of any scope: listed items become a condition on ids.</summary>
    public static PointFilter? ConditionOf(ItemScope? scope) => scope switch
    {
        null => null,
        QdrantScope own => own.Condition,
        _ => new PointFilter { Must = [new PointCondition.HasId([.. scope.Ids().Select(static id => (ulong)id)])] },
    };
}
