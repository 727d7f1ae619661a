using Microsoft.Extensions.Caching.Memory;

namespace VisualSearch.Api.Serving;

/// <summary>How a cache has done since the server began.</summary>
/// <param name="Hits">Asked for and found.</param>
/// <param name="Misses">Asked for and not found.</param>
internal readonly record struct CacheCounts(long Hits, long Misses)
{
    /// <summary>The counts of a cache that tracks them.</summary>
    public static CacheCounts Of(MemoryCache cache) => cache.GetCurrentStatistics() is { } now
        ? new CacheCounts(now.TotalHits, now.TotalMisses)
        : throw new ArgumentException("The cache does not track statistics.", nameof(cache));

    public static CacheCounts operator +(CacheCounts a, CacheCounts b) => new(a.Hits + b.Hits, a.Misses + b.Misses);
}
