using System.Text.Json;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>
/// What the items' points of a generation say of their vectors: those with one have it, those that could not be embedded say why, and the others
/// are to be embedded.
/// </summary>
internal static class GenerationPoints
{
    /// <summary>The key of the reason why an item has no vector. Whoever writes the item again writes it without.</summary>
    public const string GapKey = "gap";

    private static readonly PointCondition IsPassage =
        new PointCondition.MatchText(QdrantPayload.FoldedKey("kind"), [CatalogText.Fold(FilterFields.Word(ItemKind.Passage))]);

    private static readonly PointFilter WithGap = new() { MustNot = [new PointCondition.IsEmpty(GapKey)] };

    private static readonly PayloadSelection RecordAndGap = PayloadSelection.Only("item", "asset", GapKey);

    /// <summary>Makes the payload indexes that a generation needs besides those of every collection.</summary>
    public static void CreateIndexes(QdrantClient client, QdrantLayout layout) => client.CreatePayloadIndex(layout.Items, GapKey, PayloadIndexType.Keyword);

    /// <summary>Pictures and shots without a vector, in order.</summary>
    public static List<long> Missing(QdrantClient client, QdrantLayout layout) =>
        Ids(client, layout, new PointFilter { MustNot = [new PointCondition.HasVector(QdrantLayout.Visual), IsPassage] });

    /// <summary>Passages without a vector, in order.</summary>
    public static List<long> MissingPassages(QdrantClient client, QdrantLayout layout) =>
        Ids(client, layout, new PointFilter { Must = [IsPassage], MustNot = [new PointCondition.HasVector(QdrantLayout.Text)] });

    /// <summary>How many pictures and shots have a vector.</summary>
    public static long Vectors(QdrantClient client, QdrantLayout layout) => client.Count(layout.Items, new PointFilter { Must = [new PointCondition.HasVector(QdrantLayout.Visual)] });

    /// <summary>How many pictures and shots have a vector and how many items could not be embedded; none where whoever named it in the entry has not come to make its collections.</summary>
    public static (long Vectors, long Gaps) Counts(QdrantClient client, QdrantLayout layout)
    {
        try
        {
            return (Vectors(client, layout), CountGaps(client, layout));
        }
        catch (QdrantException missing) when (missing.Fault == QdrantFault.NotFound)
        {
            return (0, 0);
        }
    }

    /// <summary>How many items could not be embedded.</summary>
    public static long CountGaps(QdrantClient client, QdrantLayout layout) => client.Count(layout.Items, WithGap);

    /// <summary>The items that could not be embedded, in order.</summary>
    public static IReadOnlyList<GenerationGap> Gaps(QdrantClient client, QdrantLayout layout) =>
    [
        .. client.ScrollAll(layout.Items, new PointScroll { Filter = WithGap, WithPayload = RecordAndGap }).Select(static point => (point, reason: GapOf(point)))
            .Where(static gap => gap.reason is not null).Select(static gap => new GenerationGap((long)gap.point.Id, QdrantPayload.Read(gap.point.Payload ?? default).Asset.Path, gap.reason!)),
    ];

    /// <summary>Notes why items have no vector.</summary>
    public static void SetGaps(QdrantClient client, QdrantLayout layout, IEnumerable<(ulong ItemId, string Reason)> gaps)
    {
        foreach (IGrouping<string, ulong> same in gaps.GroupBy(static gap => CatalogText.Clean(gap.Reason), static gap => gap.ItemId))
            foreach (ulong[] some in same.Chunk(1024))
                client.SetPayload(layout.Items, JsonSerializer.SerializeToElement(new Dictionary<string, string?> { [GapKey] = same.Key }), some);
    }

    /// <summary>Forgets why items had no vector: an empty value and none are the same to a filter.</summary>
    public static void ForgetGaps(QdrantClient client, QdrantLayout layout, IReadOnlyCollection<ulong> items) =>
        client.SetPayload(layout.Items, JsonSerializer.SerializeToElement(new Dictionary<string, string?> { [GapKey] = null }), items);

    /// <summary>What to ask for to know why an item has no vector, and of which bytes one would be.</summary>
    public static PayloadSelection Digest { get; } = PayloadSelection.Only(QdrantPayload.ContentHashKey, GapKey);

    /// <summary>The digest of an item's file, of a point that <see cref="Digest"/> was asked of.</summary>
    public static string DigestOf(StoredPoint point) => QdrantRegions.HashNow(point.Payload);

    /// <summary>Why an item has no vector; null where it has one, or is to be embedded yet.</summary>
    public static string? GapOf(StoredPoint point) =>
        point.Payload is { ValueKind: JsonValueKind.Object } payload && payload.TryGetProperty(GapKey, out JsonElement gap) && gap.ValueKind == JsonValueKind.String ? gap.GetString() : null;

    private static List<long> Ids(QdrantClient client, QdrantLayout layout, PointFilter filter) =>
        [.. client.ScrollAll(layout.Items, new PointScroll { Filter = filter, WithPayload = PayloadSelection.None, Limit = 4096 }).Select(static point => (long)point.Id)];
}
