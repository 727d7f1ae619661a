using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores;

namespace VisualSearch.Tests.Ranking;

/// <summary>The pipeline over the store that people use gives what it gives over lists that are simply sorted.</summary>
public sealed class PipelineOverEmbeddedStoreTests : IDisposable
{
    private const int Dimension = 16;
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vsearch-test-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Both_stores_give_the_same_pages()
    {
        Random random = new(11);
        FakeStore plain = new(Dimension);
        using EmbeddedStore embedded = new CollectionDirectory(folder.FullName).OpenOrCreate("test", new ModelIdentity("m@1", "m", Dimension), StoreAccess.Write);
        float[][] scenes = [.. Enumerable.Range(0, 20).Select(_ => Vectors.Random(random, Dimension))];
        for (int i = 0; i < 400; i++)
        {
            float[] vector = Vectors.Near(random, scenes[i % 20], i % 3 == 0 ? 0.01 : 0.5);
            ulong hash = (ulong)((i % 20) + 1) * 0x9E3779B97F4A7C15;
            string[] tags = i % 10 == 0 ? ["internal"] : ["open"];
            long id = plain.Add(vector, null, hash, tags, 2000 + (i % 25), path: $"/pictures/{i}.jpg");
            embedded.Write([new AssetWrite(plain.Record(id).Asset, vector)]);
        }

        BusinessRules rules = BusinessRules.Parse(
            """{"rules":[{"block":{"field":"tags","eq":"internal"}},{"pin":{"field":"path","eq":"77.jpg"}},{"boost":{"field":"year","gte":2020},"factor":1.1}]}""");
        SearchPipeline overPlain = new(plain, World.Embed, null, rules), overEmbedded = new(embedded, World.Embed, null, rules);
        for (int i = 0; i < 20; i++)
        {
            SearchQuery query = new()
            {
                PictureVector = Vectors.Random(random, Dimension),
                K = 30,
                Offset = 30 * (i % 4),
                Collapse = (CollapseMode)(i % 2),
                Diversity = i % 3 == 0 ? 0.3 : 0,
                Filter = i % 5 == 0 ? new Filter.Compare("year", FilterOperator.Less, 2015) : null,
                EfSearch = 400,
            };
            Assert.Equal(Paths(overPlain.Search(query)), Paths(overEmbedded.Search(query)));
        }
    }

    [Fact]
    public void Words_pictures_and_rules_work_together()
    {
        using EmbeddedStore store = new CollectionDirectory(folder.FullName).OpenOrCreate("test", new ModelIdentity("m@1", "m", 2), StoreAccess.Write);
        store.Write(
        [
            new AssetWrite(new Asset { Path = "/a.jpg", RelativePath = "a.jpg", Title = "A red boat", Tags = ["boat"] }, new float[] { 1, 0 }),
            new AssetWrite(new Asset { Path = "/b.jpg", RelativePath = "b.jpg", Title = "A blue boat" }, new float[] { 0, 1 }),
            new AssetWrite(new Asset { Path = "/c.jpg", RelativePath = "c.jpg", Title = "A house", Tags = ["internal"] }, new float[] { 1, 0.1f }),
        ]);
        SearchPipeline pipeline = new(store, _ => [1, 0], null, BusinessRules.Parse("""{"rules":[{"name":"internal","block":{"field":"tags","eq":"internal"}}]}"""));
        SearchResponse response = pipeline.Search(new SearchQuery { Text = "red boats", Explain = true });
        Assert.Equal(["/a.jpg", "/b.jpg"], Paths(response));
        Assert.Equal(1, response.Results[0].Explanation!.WordRank);
        Assert.Equal(1, response.Results[0].Explanation!.WordsFound);
        Assert.Equal(0.5, response.Results[1].Explanation!.WordsFound);
        Assert.True(response.Results[0].Match > response.Results[1].Match);
    }

    private static string[] Paths(SearchResponse response) => [.. response.Results.Select(result => result.Asset.Path)];
}
