using System.Diagnostics;
using System.Diagnostics.Metrics;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Monitoring;

/// <summary>
/// Items, assets and bytes of the collections, asked for once for all three. A collection that is gone is shown as empty from then on: who adds
/// figures up over time would otherwise go on with its last ones.
/// </summary>
internal sealed class CollectionSizes(Func<IReadOnlyList<CollectionInfo>> open)
{
    // All three are read within a millisecond of each other; two servers that collect are seconds apart.
    private static readonly TimeSpan Kept = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly SortedSet<string> known = new(StringComparer.Ordinal);
    private IReadOnlyList<CollectionInfo> present = [];
    private long readAt;

    public IEnumerable<Measurement<long>> Of(Func<CollectionInfo, long> figure)
    {
        lock (gate)
        {
            if (readAt == 0 || Stopwatch.GetElapsedTime(readAt) > Kept)
            {
                present = open();
                readAt = Stopwatch.GetTimestamp();
                known.UnionWith(present.Select(static info => info.Name));
            }

            Dictionary<string, long> figures = present.ToDictionary(static info => info.Name, figure, StringComparer.Ordinal);
            return [.. known.Select(name => new Measurement<long>(figures.GetValueOrDefault(name), new KeyValuePair<string, object?>("collection", name)))];
        }
    }
}
