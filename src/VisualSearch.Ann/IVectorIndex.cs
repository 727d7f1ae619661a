namespace VisualSearch.Ann;

/// <summary>
/// Vectors under the caller's ids, searched by nearness. Any number of threads may search while others write: writers take turns,
/// readers take no lock. A search returns each id at most once, with its vector of the time when the search started or a later one, and
/// never an id that was removed before it started.
/// </summary>
public interface IVectorIndex : IDisposable
{
    /// <summary>Numbers in each vector.</summary>
    int Dimension { get; }

    /// <summary>How distances are computed.</summary>
    Metric Metric { get; }

    /// <summary>Vectors that a search can return.</summary>
    int Count { get; }

    /// <summary>Adds a vector, or replaces the one that has this id. A search sees the old vector or the new one, never none or both.</summary>
    /// <param name="id">Any value; the caller gives it its meaning.</param>
    /// <param name="vector"><see cref="Dimension"/> finite numbers; under <see cref="Metric.Cosine"/> not all zero.</param>
    /// <exception cref="ArgumentException">The vector has the wrong length, a value that is not finite, or no direction.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    void Add(ulong id, ReadOnlySpan<float> vector);

    /// <summary>Removes a vector. No search that starts after this returns can find it.</summary>
    /// <returns>Whether the id was there.</returns>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    bool Remove(ulong id);

    /// <summary>Whether the id is in the index now.</summary>
    bool Contains(ulong id);

    /// <summary>Copies the vector as indexed: float32, and of unit length under <see cref="Metric.Cosine"/>.</summary>
    /// <returns>Whether the id was there; the destination is untouched when not.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="Dimension"/>.</exception>
    bool TryGetVector(ulong id, Span<float> destination);

    /// <summary>Finds the nearest vectors, as many as <paramref name="results"/> has room for. Allocates nothing once warm.</summary>
    /// <param name="query"><see cref="Dimension"/> finite numbers; under <see cref="Metric.Cosine"/> of any length but zero.</param>
    /// <param name="results">Receives the nearest first.</param>
    /// <param name="parameters">Beam width and filter.</param>
    /// <returns>How many were written: fewer than there is room for only when the index, or the filter, holds fewer.</returns>
    /// <exception cref="ArgumentException">The query has the wrong length, a value that is not finite, or no direction.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    int Search(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default);
}
