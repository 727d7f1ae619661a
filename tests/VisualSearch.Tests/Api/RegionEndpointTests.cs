using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Media;
using VisualSearch.Indexer;
using VisualSearch.Indexer.Regions;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Indexer;

namespace VisualSearch.Tests.Api;

/// <summary>Searching by parts over HTTP.</summary>
[Collection("indexing")]
public sealed class RegionEndpointTests(IndexingFixture fixture) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_crop_is_answered_with_boxes_once_parts_are_embedded_and_with_a_hint_before()
    {
        DrawnPictures.DrawMany(_folder["pictures"], 12);
        await fixture.IndexAsync(_folder["data"], _folder["pictures"]);
        var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = _folder["data"], Port = 0 });
        await using var server = app;
        using var http = client;
        var image = Convert.ToBase64String(await File.ReadAllBytesAsync(_folder["pictures", "0003.jpg"]));
        var crop = new { x = 0.25, y = 0.25, width = 0.5, height = 0.5 };

        var before = await http.PostAsJsonAsync("/v1/collections/test/search", new { image, crop, regions = "best" });
        Assert.Equal(HttpStatusCode.Conflict, before.StatusCode);
        Assert.Contains("vsearch collections regions test", await before.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, Box(await SearchAsync(http, new { image, crop, k = 1 })).ValueKind);

        using (var build = new CollectionDirectory(_folder["data"]).BeginRegions("test"))
        {
            var limits = new PictureLimits();
            await new RegionIndexing(build, fixture.Encoder, new PictureReader(limits), limits, new IndexOptions()).RunAsync(null, CancellationToken.None);
        }

        await Task.Delay(600);      // a server looks for what others built twice a second
        foreach (object request in (object[])[new { image, crop, k = 1 }, new { image, crop, k = 1, regions = "best" }, new { image, crop, k = 1, regions = "lateInteraction" }])
        {
            var result = await SearchAsync(http, request);
            Assert.Equal("0003.jpg", result.GetProperty("path").GetString());
            var box = Box(result);
            Assert.InRange(box.GetProperty("width").GetDouble(), 0.3, 1);
            Assert.InRange(box.GetProperty("x").GetDouble() + box.GetProperty("width").GetDouble(), 0.3, 1.0001);
        }

        Assert.Equal(JsonValueKind.Null, Box(await SearchAsync(http, new { image, crop, k = 1, regions = "none" })).ValueKind);
        Assert.Equal(JsonValueKind.Null, Box(await SearchAsync(http, new { image, k = 1 })).ValueKind);
        Assert.True((await http.PostAsJsonAsync("/v1/collections/test/search", new { image, crop, text = "picture", mode = "text" })).IsSuccessStatusCode);
        Assert.NotEqual(JsonValueKind.Null, Box(await SearchAsync(http, new { text = "a red boat", mode = "visual", k = 1, regions = "best" })).ValueKind);
        foreach (object wrong in (object[])[new { text = "boat", regions = "lateInteraction" }, new { text = "boat", mode = "text", regions = "best" }, new { text = "boat", regions = "some" }])
        {
            var refused = await http.PostAsJsonAsync("/v1/collections/test/search", wrong);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("regions", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    private static JsonElement Box(JsonElement result) => result.TryGetProperty("box", out var box) ? box : JsonDocument.Parse("null").RootElement;

    private static async Task<JsonElement> SearchAsync(HttpClient http, object request)
    {
        var response = await http.PostAsJsonAsync("/v1/collections/test/search", request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("results")[0];
    }
}
