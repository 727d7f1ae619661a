using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Tests.Qdrant;

/// <summary>Random items and filters that touch what is hard: case, numbers in texts, missing and empty fields, long texts, odd names.</summary>
internal static class FilterSamples
{
    private static readonly string[] Texts =
    [
        "", "a", "A", "b", "ä", "Ä", "ß", "ſ", "ı", "İ", "10", "9", "10.0", "1e1", " 9", "true", "TRUE", "2020", "x/y", "\uFFFD", "\uE000", "😀", "z\0z", "\uD800", "ǅ",
        "𐐨", "𐐀", "nan", "picture", "Shot", "2019-05", "2019-05-01", "2019-05-01T10:00:00Z", "2019-05-01T10:00:00", "2019-05-01t11:00:00z", "abcdef", "ABCDEFG", "abcdefghijkl",
        "abcdefghijklm", "abcdefghijkk\uFFFF", "a long text that goes on beyond several numbers, a", "a long text that goes on beyond several numbers, b", "\u0001", "a\u0001",
    ];

    private static readonly double[] Numbers = [0, -1, 1, 3, 9, 10, 10.5, 0.1 + 0.2, 2019, 2020, 640, 1e300, -1e-300, 4503599627370497.5, 1L << 53];

    private static readonly string[] Names = ["year", "takenAt", "camera", "Straße", "a b", "%", "\"quoted\"", "a.b[0]", "-", "kind", "n", "ŉ", "\uD800x"];

    private static readonly string[] Fields = [.. FilterFields.BuiltIn, .. Names, "YEAR", "TAKENAT", "Camera", "STRASSE", "straße", "missing", "ID"];

    private static Gen<string> Text { get; } = Gen.Elements(Texts);

    public static Gen<FieldValue> Value { get; } = Gen.OneOf(
        Text.Select(static text => FieldValue.From(text)),
        Gen.Elements(Numbers).Select(static number => FieldValue.From(number)),
        Gen.Elements(true, false).Select(static value => FieldValue.From(value)));

    private static Gen<Dictionary<string, FieldValue>> Payload { get; } = Gen.Zip(Gen.Elements(Names), Value).ListOf().Select(static pairs =>
    {
        var fields = new Dictionary<string, FieldValue>();
        // Names that differ only in case are one name to a catalog, which keeps the first.
        foreach ((string name, FieldValue value) in pairs.Take(6))
            fields.TryAdd(name, value);
        return fields;
    });

    private static Gen<Asset> Asset { get; } =
        from texts in Text.ArrayOf(8)
        from tags in Text.ListOf()
        from sizes in Gen.Elements(0, 1, 9, 10, 640, 2020).ArrayOf(3)
        from fields in Payload
        from present in Gen.Choose(0, 3)
        select new Asset
        {
            Path = "/" + texts[0],
            Root = texts[1],
            RelativePath = texts[2] + (present > 1 ? "/" + texts[3] : ""),
            Title = present == 0 ? null : texts[4],
            Text = present == 1 ? null : texts[5],
            Format = texts[6],
            ContentHash = texts[7],
            Tags = [.. tags.Take(4)],
            Width = sizes[0],
            Height = sizes[1],
            SizeBytes = sizes[2],
            ModifiedTicks = long.MaxValue - sizes[0],
            PerceptualHash = ulong.MaxValue - (ulong)sizes[1],
            AverageColor = 0xFFFFFF,
            IndexedAt = new DateTimeOffset(630_000_000_000_000_000 + sizes[2], TimeSpan.Zero),
            Fields = fields,
        };

    /// <summary>Items with the ids 1, 2, 3, …; two of them an asset.</summary>
    public static Gen<ItemRecord[]> Records(int assets) =>
        from drawn in Asset.ArrayOf(assets)
        from kinds in Gen.Elements(ItemKind.Picture, ItemKind.Shot, ItemKind.Passage).ArrayOf(assets * 2)
        from texts in Text.ArrayOf(assets * 2)
        select Enumerable.Range(0, assets * 2).Select(i => new ItemRecord(
            new Item
            {
                Id = i + 1,
                AssetId = (i / 2) + 1,
                Kind = kinds[i],
                Start = i % 3 == 0 ? null : 0.1 + (i / 7.0),
                End = i % 3 == 0 ? null : 1e-7 + i,
                Text = kinds[i] == ItemKind.Passage ? texts[i] : null,
            },
            drawn[i / 2] with { Id = (i / 2) + 1 })).ToArray();

    /// <summary>A filter of some levels.</summary>
    public static Gen<Filter> AnyFilter(int depth) => depth == 0 ? Condition : Gen.Frequency(
        (3, Condition),
        (1, AnyFilter(depth - 1).ListOf().Select(static Filter (filters) => new Filter.All([.. filters.Take(3)]))),
        (1, AnyFilter(depth - 1).ListOf().Select(static Filter (filters) => new Filter.Any([.. filters.Take(3)]))),
        (1, AnyFilter(depth - 1).Select(static Filter (filter) => new Filter.Not(filter))));

    private static Gen<Filter> Condition { get; } = Gen.OneOf(
        from field in Gen.Elements(Fields)
        from comparison in Gen.Elements(Enum.GetValues<FilterOperator>())
        from value in Value
        where comparison == FilterOperator.Equal || value.Kind != FieldKind.Boolean
        select (Filter)new Filter.Compare(field, comparison, value),
        from field in Gen.Elements(Fields)
        from values in Value.ListOf()
        select (Filter)new Filter.In(field, [.. values]),
        from field in Gen.Elements(Fields)
        from present in Gen.Elements(true, false)
        select (Filter)new Filter.Exists(field, present));
}
