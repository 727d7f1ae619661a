using System.Text.Json;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>
/// Brings into a generation what the running one has: everything but vectors, which are of another model. Asset by asset, and each in an order
/// that can break off anywhere:
/// <code>
/// 1 the asset, if new  without a revision: were its file removed now, its items would be found by it and go too
/// 2 items, keyframes   with payload and words as they are; a vector that is there stays if the file's bytes are the same
/// 3 what the asset has no longer
/// 4 the asset          from here on it counts as brought in, in the revision that it was written in
/// </code>
/// An asset that has the revision of the running one is passed over, so whatever broke off goes on. Writers are at work meanwhile: what is
/// half new when it is read here has a newer revision soon, and comes again.
/// </summary>
/// <param name="client">The server.</param>
/// <param name="from">The generation that runs.</param>
/// <param name="to">The other one.</param>
/// <param name="withParts">Whether pictures can be found by their parts in the other one: where a file's bytes are the same, its windows stay, too.</param>
internal sealed class GenerationCopy(QdrantClient client, QdrantLayout from, QdrantLayout to, bool withParts)
{
    private const int AssetsAtOnce = 256;

    // An hour of video has a thousand shots and passages, a picture one item: megabytes either way.
    private const int ItemsAtOnce = 1024;

    private const int IdsAtOnce = 4096;

    private static readonly PayloadSelection Revision = PayloadSelection.Only(AssetPoint.RevisionKey);

    // To ask for a vector that the collection does not have is an error.
    private readonly VectorSelection kept = withParts ? VectorSelection.Only(QdrantLayout.Visual, QdrantLayout.Parts) : VectorSelection.Only(QdrantLayout.Visual);

    /// <summary>Brings in the assets that were written after a revision.</summary>
    /// <param name="revision">The revision; -1 for all assets.</param>
    /// <param name="seen">Told after each batch how many assets were looked at so far.</param>
    /// <param name="cancellation">Ends it between batches.</param>
    public void BringSince(long revision, Action<long> seen, CancellationToken cancellation)
    {
        var changed = new PointScroll
        {
            Filter = revision < 0 ? null : new PointFilter { Must = [new PointCondition.NumberRange(AssetPoint.RevisionKey) { Greater = revision }] },
            WithPayload = Revision,
            Limit = AssetsAtOnce,
        };
        long looked = 0;
        foreach (StoredPoint[] page in client.ScrollAll(from.Assets, changed, cancellation).Chunk(AssetsAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            Dictionary<ulong, long> there = client.GetPoints(to.Assets, [.. page.Select(static point => point.Id)], Revision, cancellation: cancellation).ToDictionary(static point => point.Id, AssetPoint.RevisionOf);
            ulong[] stale = [.. page.Where(point => !there.TryGetValue(point.Id, out long known) || known != AssetPoint.RevisionOf(point)).Select(static point => point.Id)];
            foreach (AssetPoint[] some in Portions(client.GetPoints(from.Assets, stale, AssetPoint.Record, cancellation: cancellation).Select(AssetPoint.Read)))
                Bring(some, there.Keys);
            seen(looked += page.Length);
        }
    }

    /// <summary>Removes the assets that the running generation has no longer. All that it has must have been brought in.</summary>
    /// <param name="cancellation">Ends it between batches.</param>
    public void RemoveGone(CancellationToken cancellation)
    {
        // What is here is all that is there, and perhaps more: as many are the same.
        if (client.Count(from.Assets, cancellation: cancellation) == client.Count(to.Assets, cancellation: cancellation))
            return;
        foreach (ulong[] gone in Gone().Chunk(AssetsAtOnce))
        {
            cancellation.ThrowIfCancellationRequested();
            DeleteOthers([.. gone.Select(static id => (long)id)], [], []);
            client.DeletePoints(to.Assets, gone, cancellation);
        }
    }

    // Both by id from small to large, side by side.
    private IEnumerable<ulong> Gone()
    {
        using IEnumerator<ulong> running = AssetIds(from).GetEnumerator();
        bool more = running.MoveNext();
        foreach (ulong id in AssetIds(to))
        {
            while (more && running.Current < id)
                more = running.MoveNext();
            if (!more || running.Current != id)
                yield return id;
        }
    }

    private IEnumerable<ulong> AssetIds(QdrantLayout layout) =>
        client.ScrollAll(layout.Assets, new PointScroll { WithPayload = PayloadSelection.None, Limit = IdsAtOnce }).Select(static point => point.Id);

    private static IEnumerable<AssetPoint[]> Portions(IEnumerable<AssetPoint> assets)
    {
        var portion = new List<AssetPoint>();
        int items = 0;
        foreach (AssetPoint asset in assets)
        {
            portion.Add(asset);
            if ((items += asset.Items.Count + asset.Keyframes.Count) < ItemsAtOnce)
                continue;
            yield return [.. portion];
            portion.Clear();
            items = 0;
        }
        if (portion.Count > 0)
            yield return [.. portion];
    }

    private void Bring(AssetPoint[] assets, IReadOnlyCollection<ulong> there)
    {
        long[] renewed = [.. assets.Select(static one => one.Asset.Id).Where(id => there.Contains((ulong)id))];
        ulong[] items = [.. assets.SelectMany(static one => one.Items).Select(static item => (ulong)item.Id)];
        ulong[] keyframes = [.. assets.SelectMany(static one => one.Keyframes).Select(static id => (ulong)id)];
        Dictionary<ulong, StoredPoint> before = renewed.Length == 0 ? [] : Points(to.Items, items, GenerationPoints.Digest, kept).ToDictionary(static point => point.Id);
        var unchanged = new HashSet<long>();
        var gaps = new List<(ulong, string)>();
        client.Upsert(to.Assets, assets.Where(one => !there.Contains((ulong)one.Asset.Id)).Select(static one => one.Write(null, AssetPoint.NotWhole)));
        client.Upsert(to.Items, Points(from.Items, items, QdrantPayload.Record, VectorSelection.Only(QdrantLayout.Words, QdrantLayout.Beginnings)).Select(point =>
        {
            ItemRecord record = QdrantPayload.Read(point.Payload ?? default);
            List<NamedVector> vectors = [.. point.Vectors?.Sparse.Select(static words => NamedVector.Of(words.Key, words.Value)) ?? []];
            if (before.TryGetValue(point.Id, out StoredPoint? known) && record.Asset.ContentHash.Length > 0 && GenerationPoints.DigestOf(known) == record.Asset.ContentHash)
            {
                unchanged.Add(record.Item.Id);
                if (known.Vectors?.Dense.GetValueOrDefault(QdrantLayout.Visual) is { } vector)
                    vectors.Add(NamedVector.Of(QdrantLayout.Visual, vector));
                if (known.Vectors?.Several.GetValueOrDefault(QdrantLayout.Parts) is { } windows)
                    vectors.Add(NamedVector.Of(QdrantLayout.Parts, windows));
                if (GenerationPoints.GapOf(known) is { } reason)
                    gaps.Add((point.Id, reason));
            }

            // Made again from the record: a fraction among what filters see would change in its last place on the way through.
            return new PointWrite(point.Id, vectors, QdrantPayload.Write(record));
        }));
        Dictionary<(long, double), float[]> frames = Frames(renewed, unchanged);
        client.Upsert(to.Keyframes, Points(from.Keyframes, keyframes, PayloadSelection.All, VectorSelection.None).Select(point => new PointWrite(
            point.Id,
            frames.TryGetValue((KeyframePoint.ItemOf(point.Payload), KeyframePoint.SecondsOf(point.Payload)), out float[]? vector) ? [NamedVector.Of(QdrantLayout.Frame, vector)] : [],
            JsonSerializer.SerializeToUtf8Bytes(point.Payload!.Value))));
        GenerationPoints.SetGaps(client, to, gaps);
        DeleteOthers(renewed, items, keyframes);
        // Whole and as they are: their numbers are whole numbers or texts. One that was written again since its items were read comes once more, in its new revision.
        Dictionary<ulong, long> revisions = assets.ToDictionary(static one => (ulong)one.Asset.Id, static one => one.Revision);
        client.Upsert(to.Assets, client.GetPoints(from.Assets, revisions.Keys, PayloadSelection.All)
            .Where(point => AssetPoint.RevisionOf(point) == revisions[point.Id])
            .Select(static point => new PointWrite(point.Id, [], JsonSerializer.SerializeToUtf8Bytes(point.Payload!.Value))));
    }

    // A video that is written again is given new keyframes at the same seconds of its shots.
    private Dictionary<(long Item, double Seconds), float[]> Frames(long[] assets, HashSet<long> unchanged) => assets.Length == 0 ? [] :
        client.ScrollAll(to.Keyframes, new PointScroll
        {
            Filter = new PointFilter { Must = [new PointCondition.MatchInteger(KeyframePoint.AssetKey, assets)] },
            WithPayload = KeyframePoint.Payload,
            WithVector = VectorSelection.Only(QdrantLayout.Frame),
        })
        .Where(point => unchanged.Contains(KeyframePoint.ItemOf(point.Payload)) && point.Vectors?.Dense.ContainsKey(QdrantLayout.Frame) == true)
        .GroupBy(static point => (KeyframePoint.ItemOf(point.Payload), KeyframePoint.SecondsOf(point.Payload)))
        .ToDictionary(static same => same.Key, static same => same.First().Vectors!.Dense[QdrantLayout.Frame]);

    private IEnumerable<StoredPoint> Points(string collection, ulong[] ids, PayloadSelection payload, VectorSelection vectors) =>
        ids.Chunk(ItemsAtOnce).SelectMany(some => client.GetPoints(collection, some, payload, vectors));

    private void DeleteOthers(long[] assets, ulong[] items, ulong[] keyframes)
    {
        if (assets.Length == 0)
            return;
        client.DeletePoints(to.Items, Except(QdrantPayload.AssetIdKey, items));
        client.DeletePoints(to.Keyframes, Except(KeyframePoint.AssetKey, keyframes));

        PointFilter Except(string assetKey, ulong[] named) => new()
        {
            Must = [new PointCondition.MatchInteger(assetKey, assets)],
            MustNot = named.Length == 0 ? [] : [new PointCondition.HasId(named)],
        };
    }
}
