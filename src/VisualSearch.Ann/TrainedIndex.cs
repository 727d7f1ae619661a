using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann;

/// <summary>
/// What the families that learn from vectors before they file them have in common: <see cref="LshIndex"/>, <see cref="IvfFlatIndex"/> and
/// <see cref="IvfPqIndex"/> differ in what they learn and in how they search.
/// </summary>
/// <remarks>
/// All members may be called from any thread. Writers wait for each other, also while one trains; searches wait for nobody. Until trained
/// the index compares the query with every vector.
/// </remarks>
public abstract class TrainedIndex : IVectorIndex
{
    private protected TrainedIndex()
    {
    }

    /// <inheritdoc/>
    public int Dimension => Filed.Space.Dimension;

    /// <inheritdoc/>
    public Metric Metric => Filed.Space.Metric;

    /// <inheritdoc/>
    public int Count => Filed.Slots.Live;

    /// <summary>Whether the index has learned and filed its vectors; until then a search is exact and reads everything.</summary>
    public bool IsTrained => Filed.IsTrained;

    private protected abstract IFiledVectors Filed { get; }

    /// <summary>Learns anew from a sample of the index's own vectors, and files them all again; searches go on meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The index is empty.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Train() => Filed.Train();

    /// <summary>Learns from other vectors of the same kind, and files the index's again. The vectors are not added.</summary>
    /// <param name="vectors">One after the other; for inverted lists best <see cref="IvfOptions.NList"/>·39 or more.</param>
    /// <exception cref="ArgumentException">None, a length that does not fit, or a vector that <see cref="Add"/> would refuse.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Train(ReadOnlySpan<float> vectors) => Filed.Train(vectors);

    /// <inheritdoc/>
    public void Add(ulong id, ReadOnlySpan<float> vector) => Filed.Add(id, vector);

    /// <inheritdoc/>
    public bool Remove(ulong id) => Filed.Remove(id);

    /// <inheritdoc/>
    public bool Contains(ulong id) => Filed.Contains(id);

    /// <inheritdoc/>
    public bool TryGetVector(ulong id, Span<float> destination) => Filed.TryGetVector(id, destination);

    /// <inheritdoc/>
    public int Search(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        ProbeTrace work = default;
        return Find(query, results, parameters, ref work);
    }

    /// <summary>Searches as <see cref="Search"/> does, with the same results, and says what that took.</summary>
    /// <param name="query">As for <see cref="Search"/>.</param>
    /// <param name="results">Receives the nearest first.</param>
    /// <param name="parameters">As for <see cref="Search"/>.</param>
    /// <returns>The work; its <see cref="ProbeTrace.Found"/> is what <see cref="Search"/> returns.</returns>
    /// <exception cref="ArgumentException">The query has the wrong length, a value that is not finite, or no direction.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public ProbeTrace Trace(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        ProbeTrace work = default;
        int found = Find(query, results, parameters, ref work);
        return work with { Found = found };
    }

    /// <summary>Memory held by the vectors and by what files them: planes, centroids, codes, lists. Keeps writers waiting meanwhile.</summary>
    public long GetMemoryBytes() => Filed.AllocatedBytes();

    /// <summary>Refuses further calls. Searches that run now end unharmed; the memory goes when the last of them has ended.</summary>
    public void Dispose()
    {
        Filed.Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Searches, and notes what that took.</summary>
    private protected abstract int Find(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters, ref ProbeTrace work);
}
