using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Tests.Api;

[Collection("server")]
public sealed class AssetEndpointTests(ServerFixture server)
{
    private const string Assets = "/v1/collections/test/assets";

    [Fact]
    public async Task A_thumbnail_is_webp_no_larger_than_asked_and_kept_by_browsers_for_good()
    {
        var first = await FirstAsync();
        using var response = await server.Client.GetAsync(first.GetProperty("thumbnailUrl").GetString());
        Assert.Equal("image/webp", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var info = new PictureReader().ReadInfo(PictureSource.FromMemory(await response.Content.ReadAsByteArrayAsync(), "thumbnail"));
        Assert.Equal(("webp", 96, 96), (info.Format, info.Width, info.Height)); // never enlarged: the file has 96 pixels
    }

    [Fact]
    public async Task Media_is_the_file_itself_whole_or_in_ranges()
    {
        var first = await FirstAsync();
        var file = await File.ReadAllBytesAsync(server.Folder["pictures", first.GetProperty("path").GetString()!]);
        var url = first.GetProperty("mediaUrl").GetString();
        Assert.Equal(file, await server.Client.GetByteArrayAsync(url));

        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var response = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal("image/jpeg", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(file[10..20], await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task An_upload_is_searchable_at_once_stored_once_and_gone_after_removal()
    {
        var file = await File.ReadAllBytesAsync(DrawnPictures.Draw(server.Folder["uploads", "unseen.png"], 4711));
        using var created = await UploadAsync(file, "../../evil name.png");
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        var asset = (await JsonAsync(created)).GetProperty("asset");
        Assert.Equal("My upload", asset.GetProperty("title").GetString());
        Assert.Equal(["fresh", "new"], asset.GetProperty("tags").EnumerateArray().Select(static tag => tag.GetString()).Order());
        Assert.False(File.Exists(server.Folder["evil name.png"]));

        using var again = await UploadAsync(file, "other name.png");
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(asset.GetProperty("id").GetInt64(), (await JsonAsync(again)).GetProperty("asset").GetProperty("id").GetInt64());

        Assert.Equal("My upload", await TopTitleAsync(file));
        using var deleted = await server.Client.DeleteAsync($"{Assets}/{asset.GetProperty("id")}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.NotEqual("My upload", await TopTitleAsync(file));
        using var gone = await server.Client.GetAsync($"{Assets}/{asset.GetProperty("id")}");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task An_upload_that_is_no_picture_is_refused_and_leaves_nothing()
    {
        var before = (await JsonAsync(await server.Client.GetAsync("/v1/collections")))[0].GetProperty("assets").GetInt64();
        using var response = await UploadAsync("not a picture at all"u8.ToArray(), "words.jpg");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal(before, (await JsonAsync(await server.Client.GetAsync("/v1/collections")))[0].GetProperty("assets").GetInt64());

        using var noFile = new MultipartFormDataContent { { new StringContent("x"), "title" } };
        using var missing = await server.Client.PostAsync(Assets, noFile);
        Assert.Equal(HttpStatusCode.BadRequest, missing.StatusCode);
        Assert.Equal("file", (await JsonAsync(missing)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Facets_count_values_under_a_filter()
    {
        var all = await JsonAsync(await server.Client.GetAsync("/v1/collections/test/facets?field=tags"));
        var counts = all.GetProperty("values").EnumerateArray().ToDictionary(static value => value.GetProperty("value").GetString()!, static value => value.GetProperty("count").GetInt64());
        Assert.Equal((20, 20), (counts["even"], counts["odd"]));

        var filter = Uri.EscapeDataString("""{"field":"year","lt":2010}""");
        var some = await JsonAsync(await server.Client.GetAsync($"/v1/collections/test/facets?field=tags&filter={filter}"));
        Assert.All(some.GetProperty("values").EnumerateArray(), static value => Assert.Equal(5, value.GetProperty("count").GetInt64()));
    }

    [Fact]
    public async Task Collections_and_samples_tell_the_page_what_is_there()
    {
        var collection = (await JsonAsync(await server.Client.GetAsync("/v1/collections")))[0];
        Assert.Equal("test", collection.GetProperty("name").GetString());
        Assert.Contains("year", collection.GetProperty("facets").EnumerateArray().Select(static name => name.GetString()));
        var samples = await JsonAsync(await server.Client.GetAsync("/v1/collections/test/samples?k=6"));
        Assert.Equal(6, samples.EnumerateArray().Select(static sample => sample.GetProperty("id").GetInt64()).Distinct().Count());
    }

    private async Task<HttpResponseMessage> UploadAsync(byte[] file, string name)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(file), "file", name },
            { new StringContent("My upload"), "title" },
            { new StringContent("new, fresh"), "tags" },
        };
        return await server.Client.PostAsync(Assets, form);
    }

    private async Task<string?> TopTitleAsync(byte[] picture)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "image", "query.png" } };
        using var response = await server.Client.PostAsync("/v1/collections/test/search", form);
        return (await JsonAsync(response)).GetProperty("results")[0].GetProperty("title").GetString();
    }

    private async Task<JsonElement> FirstAsync()
    {
        using var response = await server.Client.PostAsJsonAsync("/v1/collections/test/search", new { text = "number", k = 1 });
        return (await JsonAsync(response)).GetProperty("results")[0];
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
}
