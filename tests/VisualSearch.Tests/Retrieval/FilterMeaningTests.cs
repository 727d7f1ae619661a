using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Stores;

namespace VisualSearch.Tests.Retrieval;

/// <summary>What a filter means, by hand, in memory and in the catalog.</summary>
public sealed class FilterMeaningTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly EmbeddedStore store;

    public FilterMeaningTests()
    {
        store = EmbeddedStore.Create(folder["c"], StoreSamples.Model);
        var asset = new Asset
        {
            Path = "/photos/2020/Beach.jpg",
            Root = "/photos",
            RelativePath = "2020/Beach.jpg",
            SizeBytes = 12345,
            Format = "jpeg",
            Width = 800,
            Height = 600,
            Title = "Strandübung",
            Tags = ["Beach", "dog", "10"],
            Fields = new Dictionary<string, FieldValue>
            {
                ["takenAt"] = "2020-07-05T10:00:00Z",
                ["camera"] = "Canon",
                ["iso"] = 100,
                ["quoted"] = "100",
                ["flash"] = true,
                ["width"] = 1,
            },
        };
        store.Write([new AssetWrite(asset, StoreSamples.Vector(1))]);
    }

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("""{"field":"tags","eq":"beach"}""", true)]
    [InlineData("""{"field":"tags","eq":"BEACH"}""", true)]
    [InlineData("""{"field":"tags","eq":"bea"}""", false)]
    [InlineData("""{"field":"tags","eq":10}""", true)]
    [InlineData("""{"field":"tags","in":["cat","dog"]}""", true)]
    [InlineData("""{"field":"tags","in":[]}""", false)]
    [InlineData("""{"not":{"field":"tags","eq":"dog"}}""", false)]
    [InlineData("""{"field":"tags","gte":"c","lt":"e"}""", true)]
    [InlineData("""{"field":"TAGS","exists":true}""", true)]
    [InlineData("""{"field":"title","eq":"STRANDÜBUNG"}""", true)]
    [InlineData("""{"field":"path","eq":"2020/beach.jpg"}""", true)]
    [InlineData("""{"field":"path","eq":"/photos/2020/Beach.jpg"}""", true)]
    [InlineData("""{"field":"path","gte":"2020/","lt":"2021/"}""", true)]
    [InlineData("""{"field":"folder","eq":"2020"}""", true)]
    [InlineData("""{"field":"root","eq":"/photos"}""", true)]
    [InlineData("""{"field":"text","exists":false}""", true)]
    [InlineData("""{"field":"text","exists":true}""", false)]
    [InlineData("""{"field":"kind","eq":"picture"}""", true)]
    [InlineData("""{"field":"kind","in":["shot","passage"]}""", false)]
    [InlineData("""{"field":"id","eq":1}""", true)]
    [InlineData("""{"field":"assetId","in":["1",7]}""", true)]
    [InlineData("""{"field":"width","gte":800}""", true)]
    [InlineData("""{"field":"width","gt":800}""", false)]
    [InlineData("""{"field":"width","eq":1}""", false)]
    [InlineData("""{"field":"width","eq":800.5}""", false)]
    [InlineData("""{"field":"height","lt":600.5}""", true)]
    [InlineData("""{"field":"sizeBytes","lte":"12345"}""", true)]
    [InlineData("""{"field":"format","in":["jpeg","png"]}""", true)]
    [InlineData("""{"field":"year","eq":2020}""", true)]
    [InlineData("""{"field":"year","eq":"2020"}""", true)]
    [InlineData("""{"field":"year","gte":"2020"}""", true)]
    [InlineData("""{"field":"Year","gt":2020}""", false)]
    [InlineData("""{"field":"takenAt","gte":"2020-07","lt":"2020-08"}""", true)]
    [InlineData("""{"field":"takenAt","lt":"2020-07-05T09:00:00Z"}""", false)]
    [InlineData("""{"field":"camera","eq":"canon"}""", true)]
    [InlineData("""{"field":"CAMERA","exists":true}""", true)]
    [InlineData("""{"field":"iso","eq":"100"}""", true)]
    [InlineData("""{"field":"iso","eq":"100.0"}""", true)]
    [InlineData("""{"field":"iso","eq":"1e2"}""", true)]
    [InlineData("""{"field":"quoted","eq":100}""", true)]
    [InlineData("""{"field":"quoted","eq":"100.0"}""", false)]
    [InlineData("""{"field":"quoted","gte":50}""", false)]
    [InlineData("""{"field":"iso","lt":"20"}""", false)]
    [InlineData("""{"field":"flash","eq":true}""", true)]
    [InlineData("""{"field":"flash","eq":"true"}""", true)]
    [InlineData("""{"field":"flash","eq":1}""", false)]
    [InlineData("""{"field":"flash","gte":0}""", false)]
    [InlineData("""{"field":"missing","eq":1}""", false)]
    [InlineData("""{"not":{"field":"missing","eq":1}}""", true)]
    [InlineData("""{"field":"missing","exists":false}""", true)]
    [InlineData("""{"all":[]}""", true)]
    [InlineData("""{"any":[]}""", false)]
    [InlineData("""{"not":{"any":[]}}""", true)]
    [InlineData("""{"all":[{"not":{"field":"tags","eq":"cat"}},{"field":"year","lte":2020}]}""", true)]
    [InlineData("""{"field":"camera' OR 1=1 --","eq":"' OR '1'='1"}""", false)]
    public void A_filter_lets_the_beach_through_or_not(string json, bool expected)
    {
        Filter filter = Filter.Parse(json);
        Assert.Equal(expected, filter.Matches(store.Load([1])[0]));
        Assert.Equal(expected, store.Match(filter).Ids().Contains(1));
    }
}
