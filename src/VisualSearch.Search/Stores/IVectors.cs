namespace VisualSearch.Search.Stores;

/// <summary>Reads vectors as they were embedded, in float32, and compares a query with them. Safe for any number of threads.</summary>
public interface IVectors
{
    /// <summary>Copies an item's float32 vector (unit norm).</summary>
    /// <param name="itemId">The item.</param>
    /// <param name="vector">Room for the collection's dimension.</param>
    /// <returns>False when there is no such item; the span is then untouched.</returns>
    bool TryGetVector(long itemId, Span<float> vector);

    /// <summary>Copies the float32 vectors (unit norm) of items, all at once.</summary>
    /// <param name="itemIds">The items.</param>
    /// <param name="vectors">Room for one vector an item, one after the other.</param>
    /// <param name="there">Set for each item: whether it has a vector. Where it has none, its part of <paramref name="vectors"/> is left as it is.</param>
    void CopyVectors(IReadOnlyList<long> itemIds, Span<float> vectors, Span<bool> there);

    /// <summary>The cosine similarity of a query with one item, from float32.</summary>
    /// <param name="query">A vector of the collection's dimension, not all zero.</param>
    /// <param name="itemId">The item.</param>
    /// <returns>-1..1, or null when there is no such item.</returns>
    float? Similarity(ReadOnlySpan<float> query, long itemId);

    /// <summary>Of each of these items that is a shot, the keyframe that fits the query best: the moment to show.</summary>
    /// <param name="query">A vector of the collection's dimension, not all zero.</param>
    /// <param name="itemIds">Items of any kind.</param>
    /// <returns>In order of item.</returns>
    IReadOnlyList<FoundKeyframe> BestKeyframes(ReadOnlySpan<float> query, IReadOnlyList<long> itemIds);
}
