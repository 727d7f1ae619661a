namespace VisualSearch.Search.Stores;

/// <summary>
/// Holds a collection's vectors, texts and payload, and answers retrievals. Reading members may be called from any number
/// of threads, also while one thread writes. A batch's texts and payload appear at once and as a whole, its vectors one by one
/// until <see cref="Write"/> returns.
/// <code>
/// IRetrieval    finds items
/// IVectors      reads and compares their vectors
/// IRecords      reads what is known of them and of their files
/// IStore        all of that, and changes it
/// </code>
/// </summary>
public interface IStore : IRetrieval, IVectors, IRecords, IDisposable
{
    /// <summary>Name, model, counts and size as of now.</summary>
    CollectionInfo Info { get; }

    /// <summary>
    /// Adds or replaces assets in one transaction, recognised by path; ids of replaced assets and of their items stay.
    /// When it returns, the batch is on disk and survives a crash.
    /// </summary>
    /// <param name="batch">Assets with distinct paths; where a path comes twice the last one stays.</param>
    /// <exception cref="ArgumentException">A vector has a wrong length, a number that is not finite, or only zeros;
    /// nothing of the batch is written.</exception>
    /// <exception cref="InvalidOperationException">The store was opened to read.</exception>
    void Write(IReadOnlyList<AssetWrite> batch);

    /// <summary>Removes assets with their items, vectors and texts in one transaction.</summary>
    /// <param name="assetIds">Assets to remove; unknown ids are passed over.</param>
    /// <returns>How many assets were there and are removed.</returns>
    /// <exception cref="InvalidOperationException">The store was opened to read.</exception>
    int Remove(IReadOnlyCollection<long> assetIds);

    /// <summary>Saves what makes the next open fast. Without it nothing is lost: the next open does the work instead.</summary>
    void Flush();

    /// <summary>Checks everything that can be checked: database, texts, vectors, index, and that they agree. Changes nothing.</summary>
    VerifyReport Verify();
}
