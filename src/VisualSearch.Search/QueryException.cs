namespace VisualSearch.Search;

/// <summary>A query that can't be answered as it is; <see cref="Field"/> says which part of it is wrong.</summary>
public sealed class QueryException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="field">The query's field in camelCase, such as <c>diversity</c>.</param>
    /// <param name="reason">What is wrong with which value, and what would be right.</param>
    public QueryException(string field, string reason)
        : base("query", $"{field}: {reason}") => Field = field;

    /// <summary>The query's field in camelCase, such as <c>diversity</c>.</summary>
    public string Field { get; }
}

/// <summary>An item that a query refers to is not in the collection.</summary>
public sealed class ItemNotFoundException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="field">The query's field that names the item, such as <c>imageId</c>.</param>
    /// <param name="itemId">The id asked for.</param>
    public ItemNotFoundException(string field, long itemId)
        : base("item-not-found", $"{field}: there is no item {itemId} in this collection. Use the id of a search result.")
    {
        Field = field;
        ItemId = itemId;
    }

    /// <summary>The query's field that names the item.</summary>
    public string Field { get; }

    /// <summary>The id asked for.</summary>
    public long ItemId { get; }
}
