using VisualSearch.Ann;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Stores.Regions;

/// <summary>
/// Searches a generation by parts of its pictures: candidates from the index, then the best part of each from its patches. Takes up
/// what another process has built meanwhile. Safe for any number of threads.
/// </summary>
internal sealed class RegionSearch(string folder, CatalogIdentity identity) : IDisposable
{
    // A look at the file's time costs some microseconds.
    private const long LookAgainMilliseconds = 500;

    private readonly Lock opening = new();
    private readonly List<IDisposable> retired = [];
    private Opened? opened;
    private DateTime stamp;
    private long lookedAt = -LookAgainMilliseconds;

    /// <summary>How many pictures can be found by their parts; 0 when nothing was built.</summary>
    public long Count => Current()?.File.Count ?? 0;

    /// <summary>The items with the parts nearest to the query, best first.</summary>
    /// <param name="query">What to look for.</param>
    /// <param name="k">How many items at most.</param>
    /// <param name="filter">Only these item ids, or null for all.</param>
    /// <param name="digestOf">The digest of an item's picture as the catalog has it, or null when it is gone.</param>
    /// <returns>Null when nothing was built.</returns>
    public IReadOnlyList<FoundRegion>? Search(RegionQuery query, int k, IdSet? filter, Func<IReadOnlyList<long>, IReadOnlyDictionary<long, string>> digestOf) =>
        Current() is Opened current ? RegionRanking.Search(new Source(current, filter is null ? null : WindowsOf(filter), digestOf), query, k) : null;

    public void Dispose()
    {
        opened?.Dispose();
        foreach (IDisposable old in retired)
            old.Dispose();
    }

    private static IdSet WindowsOf(IdSet items)
    {
        var windows = new IdSet();
        foreach (ulong item in items)
        {
            for (int number = 0; number < RegionIndex.MostWindows; number++)
                windows.Add((item * RegionIndex.MostWindows) + (ulong)number);
        }
        return windows;
    }

    private Opened? Current()
    {
        long now = Environment.TickCount64;
        if (now - Volatile.Read(ref lookedAt) < LookAgainMilliseconds)
            return Volatile.Read(ref opened);
        lock (opening)
        {
            DateTime written = File.GetLastWriteTimeUtc(RegionIndex.PathOf(folder, identity.Generation.Number));
            if (written != stamp)
            {
                // Searches may still run on the old one; it goes with the store.
                if (opened is Opened old)
                    retired.Add(old);
                Volatile.Write(ref opened, Open());
                stamp = written;
            }
            Volatile.Write(ref lookedAt, now);
            return opened;
        }
    }

    private Opened? Open()
    {
        if (RegionFile.TryOpen(folder, identity) is not RegionFile file)
            return null;
        if (RegionIndex.TryOpen(folder, identity) is RegionIndex index)
            return new Opened(file, index);
        file.Dispose();
        return null;
    }

    private sealed class Source(Opened opened, IdSet? windows, Func<IReadOnlyList<long>, IReadOnlyDictionary<long, string>> digestOf) : IRegionSource
    {
        // Several windows of one item may be near, so more windows are asked for until there are enough items.
        public IReadOnlyList<long> Candidates(RegionQuery query, int k)
        {
            HnswIndex index = opened.Index.Index;
            for (int room = 4 * k; ; room *= 2)
            {
                var neighbors = new Neighbor[Math.Min(room, index.Count)];
                if (neighbors.Length == 0)
                    return [];
                int found = index.Search(query.Vector.Span, neighbors, new SearchParameters { EfSearch = query.EfSearch, Filter = windows });
                List<long> items = [.. neighbors.Take(found).Select(static neighbor => RegionIndex.ItemOf(neighbor.Id)).Distinct().Take(k)];
                if (items.Count == k || found < room)
                    return items;
            }
        }

        public IEnumerable<(long ItemId, PatchGrid Grid)> Patches(IReadOnlyList<long> itemIds)
        {
            IReadOnlyDictionary<long, string> digests = digestOf(itemIds);
            foreach (long item in itemIds)
            {
                // Removed or changed since its patches were made: what they say is no longer true.
                if (opened.File.Find(item) is (string digest, PatchGrid grid) && digests.GetValueOrDefault(item) == digest)
                    yield return (item, grid);
            }
        }
    }

    private sealed record Opened(RegionFile File, RegionIndex Index) : IDisposable
    {
        public void Dispose()
        {
            File.Dispose();
            Index.Dispose();
        }
    }
}
