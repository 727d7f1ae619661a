using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Stores;

namespace VisualSearch.Tests.Retrieval;

/// <summary>
/// For random assets and random filters each store (SQL and bitmaps; Qdrant's conditions) and <see cref="Filter.Matches"/> (a few lines per node)
/// let the same items through, and facets count what a plain loop counts.
/// </summary>
public sealed class FilterAgreementTests
{
    private static readonly string[] Texts =
        ["", "a", "A", "b", "ä", "Ä", "ß", "ſ", "i", "ı", "İ", "10", "9", "10.0", "1e1", "true", "TRUE", "2019-05-01", "2020", "x/y", "\uFFFD", "\uE000", "😀", "z\0z", "\uD800", "ǅ", "ꭰ", "𐐨", "𐐀", "nan", "picture", "Shot"];

    private static readonly double[] Numbers = [0, -1, 1, 9, 10, 10.5, 0.1 + 0.2, 2019, 2020, 640, 1e300, -1e-300, 4503599627370497.5, 1L << 53];
    private static readonly string[] Payload = ["year", "takenAt", "camera", "Straße", "a b", "%", "kind", "n"];
    private static readonly string[] Fields = [.. FilterFields.BuiltIn, .. Payload, "YEAR", "Camera", "STRASSE", "straße", "missing"];

    [Theory, AllStores(1, 2, 3)]
    public async Task The_store_and_the_definition_agree(string kind, int seed)
    {
        var random = new Random(seed);
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        var written = new Dictionary<string, Asset>();
        for (int batch = 0; batch < 3; batch++)
        {
            Asset[] assets = [.. Enumerable.Range(0, 60).Select(_ => RandomAsset(random, random.Next(120)))];
            store.Write([.. assets.Select(asset => new AssetWrite(asset, StoreSamples.Vector(1)))]);
            foreach (Asset asset in assets)
                written[asset.Path] = asset;
        }
        // The assets as the test made them, not as the catalog gives them back; only the ids come from there.
        ItemRecord[] records = [.. written.Values.Select(asset =>
        {
            long id = store.FindAssetByPath(asset.Path)!.Id;
            return new ItemRecord(store.ItemsOf(id)[0], asset with { Id = id });
        })];

        int between = 0;
        for (int round = 0; round < 400; round++)
        {
            Filter filter = RandomFilter(random, 3);
            long[] expected = [.. records.Where(filter.Matches).Select(r => r.Item.Id).Order()];
            Assert.True(expected.SequenceEqual(store.Match(filter).Ids()), $"seed {seed}, round {round}: {filter.ToJson()}");
            between += expected.Length > 0 && expected.Length < records.Length ? 1 : 0;
            if (round % 10 == 0)
                AssertFacetsAgree(store, records, Fields[random.Next(Fields.Length)], filter);
        }
        Assert.True(between > 100, "The random filters say too little.");
    }

    private static void AssertFacetsAgree(IStore store, ItemRecord[] records, string field, Filter filter)
    {
        // 'path' has two values by definition, of which facets count the one that people know.
        var expected = records.Where(filter.Matches)
            .SelectMany(r => FilterFields.Values(r, field).Take(field == "path" ? 1 : int.MaxValue).Select(v => Fold(v.ToString())).Distinct())
            .GroupBy(v => v).ToDictionary(g => g.Key, g => (long)g.Count());
        IReadOnlyList<FacetCount> facets = store.Facet(field, filter, 1000);
        Assert.Equal(facets.OrderByDescending(f => f.Count).Select(f => f.Count), facets.Select(f => f.Count));
        Assert.Equal(expected, facets.ToDictionary(f => Fold(f.Value), f => f.Count));
        Assert.Equal(facets.Take(2), store.Facet(field, filter, 2));
    }

    private static string Fold(string text) =>
        new string([.. text.Select((c, i) => c == '\0' ? ' ' : IsHalf(text, i) ? '\uFFFD' : c)]).ToUpperInvariant();

    private static bool IsHalf(string text, int i) =>
        char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1])) && !(i > 0 && char.IsSurrogatePair(text[i - 1], text[i]));

    private static Asset RandomAsset(Random random, int number)
    {
        var fields = new Dictionary<string, FieldValue>();
        foreach (string name in Payload)
            if (random.Next(2) == 0)
                fields[name] = RandomValue(random);
        if (random.Next(3) == 0)
            fields["takenAt"] = $"20{random.Next(15, 25)}-0{random.Next(1, 10)}-01";
        string relative = $"{(random.Next(2) == 0 ? "x/y/" : "")}{number}.jpg";
        return new Asset
        {
            Path = "/r/" + relative,
            Root = random.Next(3) == 0 ? "" : "/r",
            RelativePath = relative,
            SizeBytes = random.Next(3) * 10,
            Format = Pick(random, ["jpeg", "PNG", "webp", ""]),
            Width = Pick(random, [0, 9, 10, 640, 2019]),
            Height = random.Next(12),
            Title = random.Next(3) == 0 ? null : Pick(random, Texts),
            Text = random.Next(3) == 0 ? null : Pick(random, Texts),
            Tags = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Pick(random, Texts))],
            Fields = fields,
        };
    }

    private static FieldValue RandomValue(Random random) => random.Next(5) switch
    {
        0 => Pick(random, Numbers),
        1 => random.Next(2) == 0,
        2 => random.Next(12),
        _ => Pick(random, Texts),
    };

    private static Filter RandomFilter(Random random, int depth)
    {
        string field = Pick(random, Fields);
        switch (random.Next(depth > 0 ? 8 : 5))
        {
            case 0:
                return new Filter.Compare(field, FilterOperator.Equal, RandomValue(random));
            case 1:
                return new Filter.In(field, [.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomValue(random))]);
            case 2:
                return new Filter.Exists(field, random.Next(2) == 0);
            case 3 or 4:
                return new Filter.Compare(field, (FilterOperator)random.Next(1, 5), RandomValue(random));
            case 5:
                return new Filter.Not(RandomFilter(random, depth - 1));
            case 6:
                return new Filter.All([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomFilter(random, depth - 1))]);
            default:
                return new Filter.Any([.. Enumerable.Range(0, random.Next(4)).Select(_ => RandomFilter(random, depth - 1))]);
        }
    }

    private static T Pick<T>(Random random, IReadOnlyList<T> values) => values[random.Next(values.Count)];
}
