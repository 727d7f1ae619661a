using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;

namespace VisualSearch.Tests.Qdrant;

/// <summary>Items come back from their payload as the catalog would give them back.</summary>
public sealed class QdrantPayloadTests
{
    private static readonly IReadOnlyList<string> NoTags = [];
    private static readonly IReadOnlyDictionary<string, FieldValue> NoFields = new Dictionary<string, FieldValue>();

    [Fact]
    public void A_record_is_read_back_without_loss() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(60),
        Prop.ForAll(Arb.From(FilterSamples.Records(4)), records =>
        {
            foreach (ItemRecord record in records)
                AssertSame(record, QdrantPayload.Read(JsonDocument.Parse(QdrantPayload.Write(record)).RootElement));
        }));

    [ContractFact]
    public async Task And_through_a_server_that_is_asked_for_the_record_only()
    {
        await using ContractCluster cluster = await ContractCluster.StartAsync();
        QdrantClient client = cluster.Client();
        client.CreateCollection("c", PointSamples.Settings());
        foreach ((string key, PayloadIndexType type) in QdrantPayload.Indexes.Concat(QdrantPayload.IndexesFor("Straße x")))
            client.CreatePayloadIndex("c", key, type);
        ItemRecord[] records = FilterSamples.Records(20).Sample(1, 5).Single();
        client.Upsert("c", records.Select(static r => new PointWrite((ulong)r.Item.Id, [], QdrantPayload.Write(r))));
        StoredPoint[] points = [.. client.ScrollAll("c", new PointScroll { WithPayload = QdrantPayload.Record })];
        Assert.Equal(records.Length, points.Length);
        for (int i = 0; i < points.Length; i++)
        {
            Assert.False(points[i].Payload!.Value.TryGetProperty("v", out _));
            AssertSame(records[i], QdrantPayload.Read(points[i].Payload!.Value));
        }
        PointFilter asset = PointSamples.Must(new PointCondition.MatchInteger(QdrantPayload.AssetIdKey, [3]));
        Assert.Equal([5UL, 6], client.ScrollAll("c", new PointScroll { Filter = asset }).Select(p => p.Id));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"item":{"id":1,"kind":"picture"}}""")]
    [InlineData("""{"item":{"id":1,"kind":"song"},"asset":{}}""")]
    [InlineData("""{"item":7,"asset":"x"}""")]
    [InlineData("[]")]
    public void A_payload_of_another_program_is_refused(string payload)
    {
        QdrantException wrong = Assert.Throws<QdrantException>(() => QdrantPayload.Read(JsonDocument.Parse(payload).RootElement));
        Assert.Equal(QdrantFault.BadReply, wrong.Fault);
    }

    [Fact]
    public void Names_become_path_steps_that_need_no_quotes_and_differ()
    {
        string[] names = ["a", "a.b", "a b", "a-b", "a-2Eb", "\"", "", "-", "Straße", "ä", "%41", "[0]"];
        string[] keys = [.. names.Select(QdrantPayload.ListKey)];
        Assert.Equal(names.Length, keys.Distinct().Count());
        Assert.All(keys, PayloadPath.Check);
        Assert.Equal(QdrantPayload.ListKey("STRASSE ä"), QdrantPayload.ListKey("strasse Ä"));
    }

    [Fact]
    public void Texts_order_as_their_numbers()
    {
        string[] texts = ["", "\u0001", "A", "A\u0001", "ABCDEF", "ABCDEF\u0001", "ABCDEG", "B", "Ä", "\uE000", "😀", new('X', 5000)];
        for (int i = 0; i < texts.Length; i++)
        {
            for (int j = 0; j < texts.Length; j++)
            {
                int order = string.CompareOrdinal(Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(texts[i])), Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(texts[j])));
                Assert.Equal(Math.Sign(order), QdrantPayload.Order(texts[i]).AsSpan().SequenceCompareTo(QdrantPayload.Order(texts[j])) is var found ? Math.Sign(found) : 0);
            }
        }
    }

    private static void AssertSame(ItemRecord written, ItemRecord read)
    {
        Asset expected = AssetRow.Normalize(written.Asset, written.Asset.IndexedAt);
        Assert.Equal(written.Item with { Text = written.Item.Text is { } text ? CatalogText.Clean(text) : null }, read.Item);
        Assert.Equal(expected.Tags, read.Asset.Tags);
        Assert.Equal(expected.Fields.ToArray(), read.Asset.Fields.ToArray());
        Assert.Equal(expected with { Tags = NoTags, Fields = NoFields }, read.Asset with { Tags = NoTags, Fields = NoFields });
    }
}
