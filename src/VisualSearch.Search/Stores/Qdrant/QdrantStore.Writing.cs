using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <content>
/// Changing the collection. Qdrant has no transactions over several points, so a batch is written in an order that can break off anywhere:
/// <code>
/// 1 entry      next ids, and which assets are being written
/// 2 items, keyframes       under ids that stay for what stayed the same
/// 3 assets     from here on the batch counts as indexed
/// 4 what the assets have no longer
/// 5 entry      one revision more, nothing being written
/// </code>
/// A writer that finds assets still being written deletes what no asset's point names (<see cref="ClearUp"/>): a batch that broke off before 3 was
/// never acknowledged, and a scan writes its files again.
/// </content>
public sealed partial class QdrantStore
{
    /// <inheritdoc/>
    public void Write(IReadOnlyList<AssetWrite> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (writing)
        {
            WriterLease held = Held();
            PreparedBatch prepared = PreparedBatch.From(batch, Model.Dimension, PassageModel.Dimension);
            if (prepared.Assets.Count == 0)
                return;
            held.Renew();
            CollectionEntry entry = RequireRunning(Entry());
            BatchPoints points = BatchPoints.From(prepared, AssetsByPath([.. prepared.Assets.Select(static one => CatalogText.Clean(one.Asset.Path))]), entry, time.GetUtcNow());
            Change(new JsonObject
            {
                ["nextAsset"] = points.NextAsset,
                ["nextItem"] = points.NextItem,
                ["nextKeyframe"] = points.NextKeyframe,
                ["pending"] = new JsonArray([.. points.AssetIds.Select(static id => (JsonNode)id)]),
            });
            UpsertItems(points, entry);
            client.Upsert(layout.Keyframes, points.Keyframes);
            client.Upsert(layout.Assets, points.Assets);
            DeleteOthers(points.ReplacedIds, points.ItemIds, points.KeyframeIds);
            Finish(entry);
        }
    }

    /// <inheritdoc/>
    public int Remove(IReadOnlyCollection<long> assetIds)
    {
        ArgumentNullException.ThrowIfNull(assetIds);
        lock (writing)
        {
            WriterLease held = Held();
            ulong[] known = [.. client.GetPoints(layout.Assets, Ids([.. assetIds]), PayloadSelection.None).Select(static point => point.Id)];
            if (known.Length == 0)
                return 0;
            held.Renew();
            CollectionEntry entry = RequireRunning(Entry());
            Change(new JsonObject { ["pending"] = new JsonArray([.. known.Select(static id => (JsonNode)(long)id)]) });
            client.DeletePoints(layout.Assets, known);
            DeleteOthers([.. known.Select(static id => (long)id)], [], []);
            Finish(entry);
            return known.Length;
        }
    }

    /// <summary>Does nothing: what was written is on the server.</summary>
    public void Flush()
    {
    }

    /// <summary>
    /// Lets a store that was opened to read change the collection until the result is disposed, as <see cref="EmbeddedStore.BeginWriting"/>.
    /// </summary>
    /// <exception cref="WriterBusyException">Another process, or another part of this one, is changing the collection.</exception>
    /// <exception cref="CollectionReplacedException">The collection was dropped meanwhile.</exception>
    /// <exception cref="GenerationSwitchedException">Another generation runs meanwhile; open the collection again.</exception>
    public IDisposable BeginWriting()
    {
        lock (writing)
        {
            if (lease is not null)
                throw new WriterBusyException(Name, "this store itself");
            TakeLease();
            return new WritingScope(this);
        }
    }

    private void TakeLease(string purpose = "")
    {
        lease = TakeAfterSwitch(purpose);
        try
        {
            if (lease.Entry.Identity != identity)
                throw new CollectionReplacedException(Name);
            RequireRunning(lease.Entry);
            ClearUp(lease.Entry);
            FollowAliases(lease.Entry);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private void ClearUp(CollectionEntry entry)
    {
        if (entry.Pending.Count == 0)
            return;
        AssetPoint[] whole = [.. client.GetPoints(layout.Assets, Ids(entry.Pending), AssetPoint.Record).Select(AssetPoint.Read)];
        logger.LogWarning("A writer of collection {Collection} broke off: {Assets} files were being written, {Whole} of them are whole. The others are to be indexed again.",
            Name, entry.Pending.Count, whole.Length);
        DeleteOthers(entry.Pending, [.. whole.SelectMany(static point => point.Items).Select(static item => item.Id)], [.. whole.SelectMany(static point => point.Keyframes)]);
        Finish(entry);
    }

    // What belongs to these assets and is not named.
    private void DeleteOthers(IReadOnlyCollection<long> assetIds, IReadOnlyCollection<long> items, IReadOnlyCollection<long> keyframes)
    {
        if (assetIds.Count == 0)
            return;
        client.DeletePoints(layout.Items, Except(QdrantPayload.AssetIdKey, items));
        client.DeletePoints(layout.Keyframes, Except(KeyframePoint.AssetKey, keyframes));

        PointFilter Except(string assetKey, IReadOnlyCollection<long> named) => new()
        {
            Must = [new PointCondition.MatchInteger(assetKey, assetIds)],
            MustNot = named.Count == 0 ? [] : [new PointCondition.HasId([.. named.Select(static id => (ulong)id)])],
        };
    }

    private void Finish(CollectionEntry entry)
    {
        Change(new JsonObject { ["revision"] = entry.Revision + 1, ["pending"] = new JsonArray() });
        counted = null;
    }

    private void Change(JsonObject change) => entries.Change(Name, JsonSerializer.SerializeToElement(change));

    private WriterLease Held() => lease ?? throw new InvalidOperationException($"Collection '{Name}' was opened to read; open it with StoreAccess.Write to change it.");

    private sealed class WritingScope(QdrantStore store) : IDisposable
    {
        private QdrantStore? open = store;

        public void Dispose() => Interlocked.Exchange(ref open, null)?.Dispose();
    }
}
