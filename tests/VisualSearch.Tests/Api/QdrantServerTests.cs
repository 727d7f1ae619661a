using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Indexer.Regions;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Moving;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Tests.Indexer;
using VisualSearch.Tests.Qdrant.Contract;

namespace VisualSearch.Tests.Api;

/// <summary>Two servers over one collection on a cluster of three nodes: what one writes the other finds, and either may go.</summary>
public sealed class QdrantServerTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<(WebApplication App, HttpClient Client)> _servers = [];
    private ContractCluster _cluster = null!;

    public async Task InitializeAsync()
    {
        if (ContractFactAttribute.Missing is not null) return;
        _cluster = await ContractCluster.StartAsync(3);
        DrawnPictures.DrawMany(_folder["pictures"], 12);
        using (var indexing = new IndexingFixture()) await indexing.IndexAsync(_folder["data"], _folder["pictures"]);
        using (var source = new CollectionDirectory(_folder["data"]).Open("test", StoreAccess.Read))
        using (var target = new QdrantDirectory(_cluster.Client()).OpenOrCreate("test", source.Model, StoreAccess.Write, source.ModelFolder))
        {
            Assert.Empty(new CollectionCopy(source, target).Run().Problems);
        }

        foreach (var node in new[] { "one", "two" })
            _servers.Add(await ServerFixture.StartAsync(new ApiOptions { DataFolder = _folder[node], ModelFolder = DefaultModel.Locate(), Port = 0, Qdrant = _cluster.Options() }));
    }

    public async Task DisposeAsync()
    {
        foreach (var (app, client) in _servers)
        {
            client.Dispose();
            await app.StopAsync();
            await app.DisposeAsync();
        }

        if (_cluster is not null) await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());

    [ContractFact]
    public async Task A_collection_on_qdrant_is_served_like_one_in_a_folder()
    {
        var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = _folder["data"], ModelFolder = DefaultModel.Locate(), Port = 0 });
        await using (app)
        using (client)
        {
            var listed = await GetAsync(_servers[0].Client, "/v1/collections");
            Assert.Equal("qdrant", listed[0].GetProperty("store").GetString());
            foreach (var request in new object[]
            {
                new { text = "picture", k = 5, mode = "visual" }, new { imageId = 1, k = 5 }, new { imageId = 2, k = 5, filter = new { field = "width", gte = 1 } },
                new { imageId = 3, k = 12, collapse = "duplicates" }, new { imageId = 4, k = 5, diversity = 0.5 },
            })
            {
                var expected = Paths(await PostAsync(client, "/v1/collections/test/search", request));
                Assert.Equal(expected, Paths(await PostAsync(_servers[0].Client, "/v1/collections/test/search", request)));
                Assert.NotEmpty(expected);
            }

            var recommended = new { positive = new[] { 1, 2 }, negative = new[] { 3 }, k = 5 };
            Assert.Equal(Paths(await PostAsync(client, "/v1/collections/test/recommend", recommended)), Paths(await PostAsync(_servers[1].Client, "/v1/collections/test/recommend", recommended)));
            foreach (var path in new[] { "/v1/collections/test/facets?field=format", "/v1/collections/test/assets/1" })
                Assert.Equal((await GetAsync(client, path)).GetRawText(), (await GetAsync(_servers[0].Client, path)).GetRawText());
            Assert.Equal(HttpStatusCode.OK, (await _servers[1].Client.GetAsync("/v1/collections/test/assets/1/thumbnail")).StatusCode);
            Assert.Equal(HttpStatusCode.Conflict, (await _servers[0].Client.PostAsJsonAsync("/v1/collections/test/search", new { imageId = 1, crop = new { x = 0, y = 0, width = 0.5, height = 0.5 }, regions = "best" })).StatusCode);
            Assert.Equal(HttpStatusCode.Conflict, (await _servers[0].Client.GetAsync("/v1/collections/test/lab")).StatusCode);

            await EmbedPartsAsync(new CollectionDirectory(_folder["data"]));
            await EmbedPartsAsync(new QdrantDirectory(_cluster.Client()));
            await Task.Delay(1100);      // a server counts what others embedded once a second
            var image = Convert.ToBase64String(await File.ReadAllBytesAsync(_folder["pictures", "0003.jpg"]));
            var crop = new { x = 0.25, y = 0.25, width = 0.5, height = 0.5 };
            foreach (var request in new object[]
            {
                new { image, crop, k = 5 }, new { image, crop, k = 5, regions = "lateInteraction" }, new { text = "a red boat", mode = "visual", k = 5, regions = "best" },
                new { imageId = 1, crop, k = 5, regions = "best", filter = new { field = "width", gte = 1 } },
            })
            {
                var (expected, found) = (await PostAsync(client, "/v1/collections/test/search", request), await PostAsync(_servers[0].Client, "/v1/collections/test/search", request));
                Assert.Equal(Paths(expected), Paths(found));
                Assert.Equal(5, Paths(found).Length);
                Assert.Equal(Boxes(expected), Boxes(found));
            }

            await app.StopAsync();
        }
    }

    [ContractFact]
    public async Task What_one_server_writes_the_other_finds_and_a_node_may_go_meanwhile()
    {
        DrawnPictures.DrawMany(_folder["more"], 14);
        var again = new { text = "anything at all", k = 50 };
        Assert.Equal(12, Paths(await PostAsync(_servers[1].Client, "/v1/collections/test/search", again)).Length);
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(_folder["more"], "0013.jpg")));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "file", "thirteenth.jpg");
        var added = await _servers[0].Client.PostAsync("/v1/collections/test/assets", form);
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);
        await _cluster.Nodes[1].StopAsync();
        for (var i = 0; i < 4; i++)
            Assert.Equal(13, Paths(await PostAsync(_servers[1].Client, "/v1/collections/test/search", again)).Length);
        var id = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("asset").GetProperty("id").GetInt64();
        Assert.Equal(HttpStatusCode.NoContent, (await _servers[1].Client.DeleteAsync($"/v1/collections/test/assets/{id}")).StatusCode);
        Assert.Equal(12, Paths(await PostAsync(_servers[0].Client, "/v1/collections/test/search", again)).Length);
    }

    [ContractFact]
    public async Task A_cluster_that_is_away_is_said_so_and_no_500()
    {
        foreach (var node in _cluster.Nodes) await node.StopAsync();
        using var search = await _servers[0].Client.PostAsJsonAsync("/v1/collections/test/search", new { text = "anything" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, search.StatusCode);
        Assert.Contains("Qdrant", (await search.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _servers[0].Client.GetAsync("/healthz")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await _servers[0].Client.GetAsync("/readyz")).StatusCode);
    }

    private static async Task EmbedPartsAsync(ICollections place)
    {
        using var encoder = DualEncoder.Open(DefaultModel.Locate(), new EncoderOptions { Threads = 1 });
        using var build = place.BeginRegions("test");
        var limits = new PictureLimits();
        var summary = await new RegionIndexing(build, encoder, new PictureReader(limits), limits, new IndexOptions()).RunAsync(null, CancellationToken.None);
        Assert.Equal((12L, 12L, 0, 0), (summary.Pictures, summary.Embedded, summary.Forgotten, summary.Failures.Count));
    }

    private static string[] Boxes(JsonElement reply) => [.. reply.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("box").GetRawText())];

    private static string[] Paths(JsonElement reply) => [.. reply.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("asset").GetProperty("path").GetString()!)];

    private static async Task<JsonElement> GetAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<JsonElement> PostAsync(HttpClient client, string path, object body)
    {
        using var response = await client.PostAsJsonAsync(path, body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
