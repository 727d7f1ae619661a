using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;
using VisualSearch.Tests.Api;
using VisualSearch.Tests.Indexer;

namespace VisualSearch.Tests.Serving;

/// <summary>Searches that are asked again: the same reply while nothing has changed, and never an outdated one.</summary>
public sealed class ResultCacheTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private WebApplication _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        DrawnPictures.DrawMany(_folder["pictures"], 12);
        using (var indexing = new IndexingFixture()) await indexing.IndexAsync(_folder["data"], _folder["pictures"]);
        (_app, _client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = _folder["data"], ModelFolder = DefaultModel.Locate(), Port = 0 });
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());

    [Fact]
    public async Task The_same_search_is_answered_alike_with_an_identity_of_its_own()
    {
        var first = await SearchAsync(new { text = "red boat", k = 5 });
        var again = await SearchAsync(new { text = "red boat", k = 5 });
        Assert.False(first.GetProperty("cached").GetBoolean());
        Assert.True(again.GetProperty("cached").GetBoolean());
        Assert.NotEqual(first.GetProperty("queryId").GetString(), again.GetProperty("queryId").GetString());
        Assert.Equal(first.GetProperty("results").GetRawText(), again.GetProperty("results").GetRawText());
    }

    [Fact]
    public async Task Another_value_of_any_field_is_another_search()
    {
        object[] others =
        [
            new { text = "red" }, new { text = "red", k = 3 }, new { text = "red", offset = 1 }, new { text = "red", mode = "visual" }, new { text = "red", efSearch = 77 },
            new { text = "red", collapse = "duplicates" }, new { text = "red", diversity = 0.5 }, new { text = "red", negativeText = "blue" }, new { imageId = 1 }, new { imageId = 2 },
            new { text = "red", filter = new { field = "width", gte = 1 } }, new { text = "red", filter = new { field = "width", gte = 2 } },
        ];
        foreach (var other in others) Assert.False((await SearchAsync(other)).GetProperty("cached").GetBoolean(), JsonSerializer.Serialize(other));
        foreach (var other in others) Assert.True((await SearchAsync(other)).GetProperty("cached").GetBoolean(), JsonSerializer.Serialize(other));
    }

    [Fact]
    public async Task A_picture_goes_by_its_bytes_and_its_crop()
    {
        var picture = Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(_folder["pictures"], "0001.jpg")));
        var other = Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(_folder["pictures"], "0002.jpg")));
        var crop = new { x = 0.1, y = 0.1, width = 0.5, height = 0.5 };
        foreach (var request in new object[] { new { image = picture }, new { image = other }, new { image = picture, crop } }) Assert.False((await SearchAsync(request)).GetProperty("cached").GetBoolean());
        Assert.True((await SearchAsync(new { image = picture })).GetProperty("cached").GetBoolean());
        Assert.True((await SearchAsync(new { image = "data:image/jpeg;base64," + picture })).GetProperty("cached").GetBoolean());
    }

    [Fact]
    public async Task What_is_added_or_removed_is_seen_at_once_and_explanations_are_made_anew()
    {
        var before = await SearchAsync(new { text = "anything", k = 50 });
        Assert.Equal(12, before.GetProperty("results").GetArrayLength());
        DrawnPictures.DrawMany(_folder["more"], 14);
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(_folder["more"], "0013.jpg")));
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "file", "thirteenth.jpg");
        var added = await (await _client.PostAsync("/v1/collections/test/assets", form)).Content.ReadFromJsonAsync<JsonElement>();

        var after = await SearchAsync(new { text = "anything", k = 50 });
        Assert.Equal(13, after.GetProperty("results").GetArrayLength());
        (await _client.DeleteAsync($"/v1/collections/test/assets/{added.GetProperty("asset").GetProperty("id").GetInt64()}")).EnsureSuccessStatusCode();
        Assert.Equal(12, (await SearchAsync(new { text = "anything", k = 50 })).GetProperty("results").GetArrayLength());

        await SearchAsync(new { text = "explained", explain = true });
        Assert.False((await SearchAsync(new { text = "explained", explain = true })).GetProperty("cached").GetBoolean());
    }

    private async Task<JsonElement> SearchAsync(object request)
    {
        using var response = await _client.PostAsJsonAsync("/v1/collections/test/search", request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
