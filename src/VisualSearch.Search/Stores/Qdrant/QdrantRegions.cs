using System.Buffers;
using System.Text.Json;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>The patches of a picture, and the digest of the bytes that they were made of.</summary>
internal readonly record struct PicturePatches(long ItemId, string ContentHash, PatchGrid Grid);

/// <summary>
/// What a generation's pictures have to be found by their parts.
/// <code>
/// vsearch.NAME.N.items      vector parts of a picture's point: its windows of <see cref="RegionWindow.ForIndex"/>, compared by the nearest (max_sim)
/// vsearch.NAME.N.patches    a point a picture, under its item's id, without a vector: { "hash": of the bytes, "grid": PatchGrid.Write in base64 }
/// </code>
/// Windows lie on the item's own point, so that filters hold for them and they go with it; a point that is written anew has none, unless its writer
/// gives them to it again. Patches have a collection of their own: they are several times as long as an item's payload, of which Qdrant reads all
/// to read any, and they outlive a new title. They are written first, so that a point with windows always has patches; windows are given only to a
/// point whose bytes are still those of the patches.
/// </summary>
internal sealed class QdrantRegions(QdrantClient client, QdrantLayout layout, int dimension)
{
    // Pictures of one request: their grids are 22 KB each in base64, at 8 x 8 patches of 256 numbers.
    private const int Page = 128;

    private const string HashKey = "hash", GridKey = "grid";

    private static readonly PointFilter Placed = new() { Must = [new PointCondition.HasVector(QdrantLayout.Parts)] };

    private static readonly PointCondition IsPicture = new PointCondition.MatchText(QdrantPayload.FoldedKey("kind"), [CatalogText.Fold(FilterFields.Word(ItemKind.Picture))]);

    /// <summary>Pictures that have patches.</summary>
    public long Count => client.Count(layout.Patches);

    /// <summary>Pictures that can be found by their parts.</summary>
    public long Findable => client.Count(layout.Items, Placed);

    /// <summary>The pictures of the collection that can't be found by their parts as they are now, in order of item, page by page.</summary>
    public IEnumerable<RegionPicture[]> Unplaced() => client.ScrollAll(layout.Items, new PointScroll
    {
        Filter = new PointFilter { Must = [IsPicture], MustNot = [new PointCondition.HasVector(QdrantLayout.Parts)] },
        WithPayload = PayloadSelection.Only(QdrantPayload.AssetPathKey, QdrantPayload.ContentHashKey),
        Limit = Page,
    }).Select(Picture).Chunk(Page);

    /// <summary>Makes what is not there yet; what a broken-off attempt left stays and is used.</summary>
    public void Create()
    {
        QdrantOptions options = client.Options;
        // First: what is to be dropped is known by it.
        layout.CreatePatches(client);
        var wanted = new DenseVectorSettings
        {
            Size = dimension,
            Distance = VectorDistance.Cosine,
            MultivectorConfig = MultivectorSettings.MaxSim,
            OnDisk = options.OnDiskVectors,
            QuantizationConfig = options.QuantizeVectors ? QuantizationSettings.Int8 : null,
        };
        if (client.GetCollection(layout.Items).Config.Params.Vectors.GetValueOrDefault(QdrantLayout.Parts) is not { } there || there.OnDisk != wanted.OnDisk)
            client.CreateVector(layout.Items, QdrantLayout.Parts, wanted);
    }

    /// <summary>Deletes windows and patches, whatever they are.</summary>
    /// <returns>Bytes that they took, without what the server keeps around them.</returns>
    public long Drop()
    {
        // All grids of a model have one shape.
        long pictures = client.CollectionExists(layout.Patches) ? Count : 0;
        long each = pictures == 0 ? 0 : client.Scroll(layout.Patches, new PointScroll { Limit = 16 }).Points.Max(SizeOf);
        // In this order: a point with windows must have patches, wherever this breaks off.
        if (client.CollectionExists(layout.Items) && client.GetCollection(layout.Items).Config.Params.Vectors.ContainsKey(QdrantLayout.Parts))
            client.DeleteVector(layout.Items, QdrantLayout.Parts);
        client.DeleteCollection(layout.Patches);
        return pictures * each;
    }

    /// <summary>The digests of the bytes that patches were made of, by item.</summary>
    public IReadOnlyDictionary<long, string> Digests(IEnumerable<long> itemIds) =>
        Read(itemIds, PayloadSelection.Only(HashKey)).ToDictionary(static point => (long)point.Id, static point => Member(point, HashKey));

    /// <summary>The patches of those of these items that have any.</summary>
    public IEnumerable<PicturePatches> Find(IEnumerable<long> itemIds) => Read(itemIds, PayloadSelection.All).Select(point => new PicturePatches((long)point.Id, Member(point, HashKey), GridOf(point)));

    /// <summary>The digests of the bytes of these items' pictures as they are now; items that are not there are left out.</summary>
    public IReadOnlyDictionary<long, string> DigestsNow(IEnumerable<long> itemIds) => itemIds.Chunk(Page)
        .SelectMany(some => client.GetPoints(layout.Items, Ids(some), PayloadSelection.Only(QdrantPayload.ContentHashKey)))
        .ToDictionary(static point => (long)point.Id, static point => HashNow(point.Payload));

    /// <summary>Keeps patches, and lets their pictures be found by them where they still are what they were.</summary>
    public void Write(IReadOnlyList<PicturePatches> batch)
    {
        client.Upsert(layout.Patches, batch.Select(static one => new PointWrite((ulong)one.ItemId, [], Payload(one))));
        // What searches compare is the same whether windows are made now or later of what was kept.
        Place([.. batch.Select(one => one with { Grid = PatchGrid.Read(Bytes(one.Grid), dimension) })]);
    }

    /// <summary>Gives points their windows, where their pictures still are those of the patches.</summary>
    public void Place(IReadOnlyList<PicturePatches> batch)
    {
        var sums = new RegionSums();
        PointWrite[] points = [.. batch.Select(one => (one.ItemId, Windows: WindowsOf(one.Grid, sums))).Where(static one => one.Windows.Length > 0)
            .Select(static one => new PointWrite((ulong)one.ItemId, [NamedVector.Of(QdrantLayout.Parts, one.Windows)], default))];
        Dictionary<ulong, string> hashes = batch.ToDictionary(static one => (ulong)one.ItemId, static one => one.ContentHash);
        foreach (PointWrite[] some in points.Chunk(Page))
            Place(some, hashes);
    }

    /// <summary>The vectors of a picture's windows.</summary>
    public static float[][] WindowsOf(PatchGrid grid, RegionSums sums) => [.. WindowVectors.Of(grid, sums).Select(static window => window.Vector)];

    /// <summary>Forgets the patches of items that are gone.</summary>
    /// <returns>How many.</returns>
    public int Forget()
    {
        // Patches first: an item that comes while this reads may have some already, and is no longer among them.
        HashSet<ulong> gone = [.. Scroll(layout.Patches, null)];
        gone.ExceptWith(Scroll(layout.Items, new PointFilter { Must = [IsPicture] }));
        foreach (ulong[] some in gone.Chunk(1024))
            client.DeletePoints(layout.Patches, some);
        return gone.Count;
    }

    private void Place(PointWrite[] points, Dictionary<ulong, string> hashes)
    {
        while (points.Length > 0)
        {
            var unchanged = new PointFilter
            {
                Should = [.. points.Select(point => new PointFilter { Must = [new PointCondition.HasId([point.Id]), new PointCondition.MatchText(QdrantPayload.ContentHashKey, [hashes[point.Id]])] })],
            };
            try
            {
                client.UpdateVectors(layout.Items, points, unchanged);
                return;
            }
            catch (QdrantException missing) when (missing.Fault == QdrantFault.NotFound)
            {
                // One of the items was removed since it was read; the others are to have their windows all the same.
                HashSet<ulong> there = [.. client.GetPoints(layout.Items, [.. points.Select(static point => point.Id)], PayloadSelection.None).Select(static point => point.Id)];
                PointWrite[] left = [.. points.Where(point => there.Contains(point.Id))];
                if (left.Length == points.Length)
                    throw;
                points = left;
            }
        }
    }

    private IEnumerable<StoredPoint> Read(IEnumerable<long> itemIds, PayloadSelection payload) =>
        itemIds.Chunk(Page).SelectMany(some => client.GetPoints(layout.Patches, Ids(some), payload));

    private IEnumerable<ulong> Scroll(string collection, PointFilter? filter) =>
        client.ScrollAll(collection, new PointScroll { Filter = filter, WithPayload = PayloadSelection.None, Limit = 1024 }).Select(static point => point.Id);

    private PatchGrid GridOf(StoredPoint point)
    {
        try
        {
            return PatchGrid.Read(point.Payload!.Value.GetProperty(GridKey).GetBytesFromBase64(), dimension);
        }
        catch (Exception foreign) when (foreign is FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new QdrantException(QdrantFault.BadReply,
                $"A point of '{layout.Patches}' is not one that this program wrote ({foreign.Message.TrimEnd('.')}). Drop the parts of pictures and embed them again: vsearch collections regions {layout.Name} --drop, then without it.", foreign);
        }
    }

    // Of any dimension, as an older generation may have another; 0 for what is no grid.
    private static long SizeOf(StoredPoint point)
    {
        byte[]? grid = null;
        bool isGrid = point.Payload!.Value.TryGetProperty(GridKey, out JsonElement text) && text.ValueKind == JsonValueKind.String
            && text.TryGetBytesFromBase64(out grid) && grid.Length > PatchGrid.SizeOf(0, 0, 0) && grid[0] * grid[1] > 0;
        if (!isGrid)
            return 0;
        int numbers = (grid!.Length - PatchGrid.SizeOf(0, 0, 0)) / (grid[0] * grid[1]);
        return grid.Length + ((long)RegionWindow.ForIndex(grid[0], grid[1]).Count * numbers * sizeof(float));
    }

    private static byte[] Payload(PicturePatches one)
    {
        var json = new ArrayBufferWriter<byte>(24 << 10);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString(HashKey, one.ContentHash);
            writer.WriteBase64String(GridKey, Bytes(one.Grid));
            writer.WriteEndObject();
        }

        return json.WrittenSpan.ToArray();
    }

    private static byte[] Bytes(PatchGrid grid)
    {
        byte[] bytes = new byte[PatchGrid.SizeOf(grid.Rows, grid.Columns, grid.Dimension)];
        grid.Write(bytes);
        return bytes;
    }

    /// <summary>The digest in an item's payload of which <see cref="QdrantPayload.ContentHashKey"/> was asked for.</summary>
    public static string HashNow(JsonElement? payload) => payload!.Value.GetProperty("asset").GetProperty("content_hash").GetString()!;

    private static RegionPicture Picture(StoredPoint point) =>
        new((long)point.Id, point.Payload!.Value.GetProperty("asset").GetProperty("path").GetString()!, HashNow(point.Payload));

    private static string Member(StoredPoint point, string key) => point.Payload!.Value.GetProperty(key).GetString()!;

    private static ulong[] Ids(IEnumerable<long> itemIds) => [.. itemIds.Select(static id => (ulong)id)];
}
