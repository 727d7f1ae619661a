using VisualSearch.Encoders.Models;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Stores.Qdrant;

/// <content>Searching by parts of pictures, where they were embedded (<see cref="QdrantRegionBuild"/>).</content>
public sealed partial class QdrantStore
{
    private CountedRegions? countedRegions;

    /// <inheritdoc/>
    public long RegionPictures
    {
        get
        {
            if (countedRegions is { } known && time.GetElapsedTime(known.At) < EntryAge)
                return known.Pictures;
            long now = time.GetTimestamp();
            long pictures = HasRegions(Entry()) ? Regions.Findable : 0;
            countedRegions = new CountedRegions(now, pictures);
            return pictures;
        }
    }

    private QdrantRegions Regions => new(client, layout, Model.Dimension);

    /// <inheritdoc/>
    public IReadOnlyList<FoundRegion> SearchRegions(RegionQuery query, int k, ItemScope? scope = null)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        float[] vector = Checked(query.Vector.Span, Model.Dimension);
        if (!HasRegions(Lately() is { } entry && entry.Identity == identity ? entry : throw new CollectionReplacedException(Name)))
            throw new RegionsMissingException(Name);
        try
        {
            return RegionRanking.Search(new RegionSource(this, vector, QdrantScope.ConditionOf(scope)), query, k);
        }
        catch (QdrantException gone) when (gone.Fault is QdrantFault.BadRequest or QdrantFault.NotFound)
        {
            // They may have been dropped a moment ago, or the collection.
            if (HasRegions(Entry()))
                throw;
            throw new RegionsMissingException(Name);
        }
    }

    // A point is written as a whole: pictures whose bytes stay what they were are given their windows again, from the patches that are there.
    private void UpsertItems(BatchPoints points, CollectionEntry entry)
    {
        if (!HasRegions(entry) || points.Kept.Count == 0)
        {
            client.Upsert(layout.Items, points.Items);
            return;
        }

        var sums = new RegionSums();
        try
        {
            Dictionary<ulong, NamedVector> windows = Regions.Find(points.Kept.Keys).Where(one => one.ContentHash == points.Kept[one.ItemId])
                .Select(one => (one.ItemId, Windows: QdrantRegions.WindowsOf(one.Grid, sums))).Where(static one => one.Windows.Length > 0)
                .ToDictionary(static one => (ulong)one.ItemId, static one => NamedVector.Of(QdrantLayout.Parts, one.Windows));
            client.Upsert(layout.Items, points.Items.Select(point => windows.TryGetValue(point.Id, out NamedVector? parts) ? point with { Vectors = [.. point.Vectors, parts] } : point));
        }
        catch (QdrantException gone) when (gone.Fault is QdrantFault.BadRequest or QdrantFault.NotFound)
        {
            // They may have been dropped a moment ago.
            if (HasRegions(Entry()))
                throw;
            client.Upsert(layout.Items, points.Items);
        }
    }

    private bool HasRegions(CollectionEntry entry) => entry.Regions.ContainsKey(Generation);

    private sealed class RegionSource(QdrantStore store, float[] vector, PointFilter? filter) : IRegionSource
    {
        // The digests come with the candidates: one request less.
        private readonly Dictionary<long, string> digests = [];

        public IReadOnlyList<long> Candidates(RegionQuery query, int k)
        {
            IReadOnlyList<ScoredPoint> found = store.client.Query(store.layout.Items, new PointQuery
            {
                Query = new QueryInput.Several([vector]),
                Using = QdrantLayout.Parts,
                Filter = filter,
                Limit = k,
                Params = QueryTuning.For(store.client.Options, query.EfSearch),
                WithPayload = PayloadSelection.Only(QdrantPayload.ContentHashKey),
            });
            foreach (ScoredPoint point in found)
                digests[(long)point.Id] = QdrantRegions.HashNow(point.Payload);
            return [.. found.Select(static point => (long)point.Id)];
        }

        public IEnumerable<(long ItemId, PatchGrid Grid)> Patches(IReadOnlyList<long> itemIds) =>
            store.Regions.Find(itemIds).Where(one => digests[one.ItemId] == one.ContentHash).Select(static one => (one.ItemId, one.Grid));
    }

    private sealed record CountedRegions(long At, long Pictures);
}
