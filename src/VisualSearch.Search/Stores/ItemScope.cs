using System.Diagnostics.CodeAnalysis;
using VisualSearch.Ann;

namespace VisualSearch.Search.Stores;

/// <summary>
/// The items that a filter lets through, in the form in which the store that made it searches: listed, or as a condition that goes along
/// with each query. It is good for that store alone, and for one query: what is written later may or may not be in it.
/// </summary>
public abstract class ItemScope
{
    /// <summary>How many items there are.</summary>
    public abstract long Count { get; }

    /// <summary>The items' ids from small to large, read no further than they are asked for.</summary>
    public abstract IEnumerable<long> Ids();

    /// <summary>Items that are listed.</summary>
    /// <param name="ids">Their ids, not to be changed afterwards; null for all items.</param>
    [return: NotNullIfNotNull(nameof(ids))]
    public static implicit operator ItemScope?(IdSet? ids) => ids is null ? null : new ListedItems(ids);
}

/// <summary>Items that are listed: what a store searches with that has all ids at hand.</summary>
/// <param name="ids">Their ids; not to be changed afterwards.</param>
public sealed class ListedItems(IdSet ids) : ItemScope
{
    /// <inheritdoc/>
    public override long Count => (long)ids.Count;

    /// <summary>The ids as a set.</summary>
    public IdSet Set => ids;

    /// <inheritdoc/>
    public override IEnumerable<long> Ids() => ids.Select(static id => (long)id);

    /// <summary>The ids of a scope; null for all items.</summary>
    /// <param name="scope">A scope of a store that lists ids, or null.</param>
    /// <exception cref="ArgumentException">It is a scope of another kind of store.</exception>
    internal static IdSet? Of(ItemScope? scope) => scope switch
    {
        null => null,
        ListedItems listed => listed.Set,
        _ => throw new ArgumentException($"The scope is a {scope.GetType().Name} of another store; ask this store for it (Match).", nameof(scope)),
    };
}
