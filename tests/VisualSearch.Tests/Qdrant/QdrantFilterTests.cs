using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;

namespace VisualSearch.Tests.Qdrant;

/// <summary>
/// For random items and filters, the points that a filter's translation lets through are those that <see cref="Filter.Matches"/> lets through,
/// with nothing filtered afterwards.
/// </summary>
public sealed class QdrantFilterTests : IAsyncLifetime
{
    private static readonly string[] Longest = ["", new string('x', 4095) + "a", new('x', 4096), new('x', 4097), new('€', 4096), new('€', 5000), "y"];

    private ContractCluster cluster = null!;
    private QdrantClient client = null!;

    public async Task InitializeAsync()
    {
        cluster = await ContractCluster.StartAsync();
        client = cluster.Client();
    }

    public Task DisposeAsync() => cluster.DisposeAsync().AsTask();

    [ContractFact]
    public void The_translation_and_the_definition_agree()
    {
        int round = 0, telling = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(12),
            Prop.ForAll(Arb.From(Gen.Zip(FilterSamples.Records(12), FilterSamples.AnyFilter(3).ArrayOf(40))), drawn =>
            {
                (ItemRecord[] records, Filter[] filters) = drawn;
                string collection = Store($"c{round++}", records);
                foreach (Filter filter in filters)
                {
                    long[] expected = [.. records.Where(filter.Matches).Select(static r => r.Item.Id)];
                    Assert.True(expected.SequenceEqual(Find(collection, filter)), filter.ToJson());
                    telling += expected.Length > 0 && expected.Length < records.Length ? 1 : 0;
                }
            }));
        Assert.True(telling > 100, $"The random filters say too little: {telling}.");
    }

    [ContractFact]
    public void Every_operator_agrees_on_every_pair_of_values_of_a_field()
    {
        FieldValue[] values = [.. FilterSamples.Value.Sample(200, 7).Distinct().Concat(Longest.Select(FieldValue.From))];
        ItemRecord[] records = [.. values.Select(static (value, i) => Record(i + 1, value))];
        string collection = Store("pairs", records);
        foreach (FieldValue value in values.Where(static v => v.Kind != FieldKind.Text || v.Text.Length < FilterParser.MaxTextLength - 1))
        {
            foreach (FilterOperator comparison in Enum.GetValues<FilterOperator>())
            {
                if (comparison != FilterOperator.Equal && value.Kind == FieldKind.Boolean)
                    continue;
                var filter = new Filter.Compare("F", comparison, value);
                Assert.True(records.Where(filter.Matches).Select(static r => r.Item.Id).SequenceEqual(Find(collection, filter)), $"{comparison} {value}");
            }
        }
    }

    [ContractTheory]
    [InlineData('x', FilterOperator.Less)]
    [InlineData('€', FilterOperator.GreaterOrEqual)]
    public void The_longest_texts_are_compared_to_their_end(char letter, FilterOperator comparison)
    {
        ItemRecord[] records = [.. Longest.Select(static (text, i) => Record(i + 1, text))];
        var filter = new Filter.Compare("f", comparison, new string(letter, FilterParser.MaxTextLength));
        Assert.Equal(records.Where(filter.Matches).Select(static r => r.Item.Id), Find(Store("long", records), filter));
    }

    [ContractFact]
    public void Filters_of_all_items_and_of_none_are_told_apart()
    {
        string collection = Store("three", [Record(1, "a"), Record(2, "b"), Record(3, "c")]);
        Assert.Null(QdrantFilter.Translate(null));
        Assert.Null(QdrantFilter.Translate(new Filter.All([])));
        Assert.Null(QdrantFilter.Translate(new Filter.Not(new Filter.Any([]))));
        Assert.Null(QdrantFilter.Translate(new Filter.Any([new Filter.All([]), new Filter.Exists("f")])));
        Assert.Empty(Find(collection, new Filter.Any([])));
        Assert.Empty(Find(collection, new Filter.Not(new Filter.All([]))));
        Assert.Empty(Find(collection, new Filter.In("id", [])));
        Assert.Empty(Find(collection, new Filter.In("f", [])));
        Assert.Equal([1L, 2, 3], Find(collection, new Filter.Not(new Filter.In("f", []))));
    }

    [ContractFact]
    public void Ids_are_asked_for_as_ids()
    {
        string collection = Store("ids", [Record(1, "a"), Record(2, "b"), Record(3, "c")]);
        var filter = new Filter.In("Id", [1, "3.0", 2.5, -1, "x", 1e300, true]);
        Assert.Equal("""{"must":[{"has_id":[1,3]}]}""", Json(QdrantFilter.Translate(filter)!));
        Assert.Equal([1L, 3], Find(collection, filter));
        Assert.Equal([2L, 3], Find(collection, new Filter.Compare("id", FilterOperator.Greater, 1)));
    }

    [ContractFact]
    public void A_filter_as_deep_as_the_language_allows_is_accepted()
    {
        Filter filter = new Filter.Compare("f", FilterOperator.LessOrEqual, new string('x', FilterParser.MaxTextLength));
        for (int i = 1; i < FilterParser.MaxDepth; i++)
            filter = i % 2 == 0 ? new Filter.Not(filter) : new Filter.Any([filter, new Filter.Exists("g")]);
        ItemRecord[] records = [Record(1, "a"), Record(2, "y"), Record(3, new string('x', 5000))];
        Assert.Equal(records.Where(filter.Matches).Select(static r => r.Item.Id), Find(Store("deep", records), filter));
    }

    [Fact]
    public void A_text_longer_than_the_language_allows_is_refused()
    {
        FilterException wrong = Assert.Throws<FilterException>(() => QdrantFilter.Translate(new Filter.Compare("f", FilterOperator.Less, new string('x', 4097))));
        Assert.Contains("4097", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_filter_is_a_plain_condition_on_an_indexed_key()
    {
        Filter filter = Filter.Parse("""{"all":[{"field":"tags","eq":"Beach"},{"field":"year","gte":2020},{"not":{"field":"kind","eq":"shot"}}]}""");
        Assert.Equal(
            """{"must":[{"key":"v.TAGS[].k","match":{"value":"BEACH"}},{"key":"v.YEAR[].n","range":{"gte":2020}}],"must_not":[{"key":"v.KIND[].k","match":{"value":"SHOT"}}]}""",
            Json(QdrantFilter.Translate(filter)!));
        Assert.Contains((QdrantPayload.FoldedKey("Tags"), PayloadIndexType.Keyword), QdrantPayload.Indexes);
        Assert.Contains((QdrantPayload.NumberKey("YEAR"), PayloadIndexType.Float), QdrantPayload.Indexes);
    }

    private static ItemRecord Record(long id, FieldValue value) => new(
        new Item { Id = id, AssetId = id },
        new Asset { Id = id, Path = $"/{id}", Fields = new Dictionary<string, FieldValue> { ["f"] = value } });

    private string Store(string collection, IEnumerable<ItemRecord> records)
    {
        client.CreateCollection(collection, PointSamples.Settings());
        client.Upsert(collection, records.Select(static r => new PointWrite((ulong)r.Item.Id, [], QdrantPayload.Write(r))));
        return collection;
    }

    private IEnumerable<long> Find(string collection, Filter filter) =>
        client.Scroll(collection, new PointScroll { Filter = QdrantFilter.Translate(filter), Limit = 1000, WithPayload = PayloadSelection.None }).Points.Select(static p => (long)p.Id);

    private static string Json(PointFilter filter)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            filter.WriteTo(writer);
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
