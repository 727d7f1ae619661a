using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VisualSearch.Ann;

namespace VisualSearch.Search.Stores;

/// <summary>How an <see cref="EmbeddedStore"/> behaves; the defaults suit.</summary>
public sealed record EmbeddedStoreOptions
{
    private readonly TimeSpan refreshInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>How a vector index is built where there is none yet.</summary>
    public HnswOptions Index { get; init; } = new();

    /// <summary>
    /// How often a store opened to read looks for another process's commits, 10 ms to an hour. A look costs some ten microseconds;
    /// a quarter of a second keeps "visible within a second" with room for the replay.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public TimeSpan RefreshInterval
    {
        get => refreshInterval;
        init => refreshInterval = value >= TimeSpan.FromMilliseconds(10) && value <= TimeSpan.FromHours(1)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "RefreshInterval must be 10 ms to 1 h.");
    }

    /// <summary>
    /// Told of each question to one of the store's caches (<c>filter</c>, <c>facet</c>, <c>words</c>), whether the answer was known; from any thread. Null
    /// for nobody.
    /// </summary>
    public Action<string, bool>? OnCacheLookup { get; init; }

    /// <summary>Where repairs are reported: a rebuilt index, a snapshot that could not be saved.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}

/// <summary>How the vector index came into memory.</summary>
public enum IndexOrigin
{
    /// <summary>The snapshot was up to date.</summary>
    Snapshot,

    /// <summary>The snapshot lagged behind and the catalog's later changes were added.</summary>
    Replayed,

    /// <summary>There was no usable snapshot; all vectors came from the catalog.</summary>
    Rebuilt,
}

/// <summary>How the vector index came into memory, how much had to be done for it, and why.</summary>
/// <param name="Origin">Where from.</param>
/// <param name="Changes">Items added or removed after the snapshot was read, or all items of a rebuild.</param>
/// <param name="Reason">For people; empty when the snapshot was up to date.</param>
public sealed record IndexStart(IndexOrigin Origin, long Changes, string Reason);
