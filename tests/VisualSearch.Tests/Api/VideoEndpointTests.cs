using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using VisualSearch.Encoders.Media;
using VisualSearch.Tests.Indexer;

namespace VisualSearch.Tests.Api;

/// <summary>Videos over HTTP: results that land on the moment, and what a player needs.</summary>
public sealed class VideoEndpointTests(VideoEndpointTests.Winter server) : IClassFixture<VideoEndpointTests.Winter>
{
    [Fact]
    public async Task Words_that_are_said_land_on_their_moment_with_all_that_a_player_needs()
    {
        var first = (await SearchAsync(new { text = "the harbour froze in winter", collapse = "duplicates" }))[0];
        Assert.InRange(first.GetProperty("start").GetDouble(), 3.5, 4.5);
        Assert.Contains("words", first.GetProperty("foundBy").EnumerateArray().Select(static one => one.GetString()));
        var video = first.GetProperty("asset").GetProperty("video");
        Assert.Equal(8, video.GetProperty("duration").GetDouble(), 0.1);

        var board = await server.Client.GetByteArrayAsync(video.GetProperty("storyboardUrl").GetString());
        var tiles = video.GetProperty("tiles");
        var rows = Math.Ceiling(tiles.GetProperty("count").GetDouble() / tiles.GetProperty("columns").GetInt32());
        var info = new PictureReader().ReadInfo(PictureSource.FromMemory(board, "storyboard"));
        Assert.Equal((tiles.GetProperty("columns").GetInt32() * tiles.GetProperty("width").GetInt32(), rows * tiles.GetProperty("height").GetInt32()), (info.Width, info.Height));

        var lines = (await server.Client.GetFromJsonAsync<JsonElement>(video.GetProperty("transcriptUrl").GetString())).GetProperty("lines");
        Assert.Equal("Every winter the harbour froze over.", lines[0].GetProperty("text").GetString());
        Assert.Equal(4.2, lines[0].GetProperty("start").GetDouble(), 3);
    }

    [Fact]
    public async Task The_file_is_sent_in_ranges_as_a_video()
    {
        var first = (await SearchAsync(new { text = "harbour" }))[0];
        var file = await File.ReadAllBytesAsync(server.Folder["media", "film.mp4"]);
        using var request = new HttpRequestMessage(HttpMethod.Get, first.GetProperty("mediaUrl").GetString()) { Headers = { Range = new RangeHeaderValue(100, 299) } };
        using var response = await server.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.PartialContent, "video/mp4"), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Equal(file[100..300], await response.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_thumbnail_shows_the_moment_and_a_time_is_only_asked_of_videos()
    {
        var results = await SearchAsync(new { text = "harbour", k = 20 });
        var shot = results.First(static result => result.GetProperty("kind").GetString() == "shot");
        var url = shot.GetProperty("thumbnailUrl").GetString()!;
        Assert.Contains("time=", url, StringComparison.Ordinal);
        var info = new PictureReader().ReadInfo(PictureSource.FromMemory(await server.Client.GetByteArrayAsync(url), "thumbnail"));
        Assert.Equal(("webp", 192, 192), (info.Format, info.Width, info.Height));

        var picture = results.First(static result => result.GetProperty("kind").GetString() == "picture");
        using var refused = await server.Client.GetAsync($"{picture.GetProperty("thumbnailUrl").GetString()}&time=3");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        using var negative = await server.Client.GetAsync($"{url}&time=-1");
        Assert.Equal(HttpStatusCode.BadRequest, negative.StatusCode);
        using var none = await server.Client.GetAsync($"/v1/collections/test/assets/{picture.GetProperty("assetId").GetInt64()}/storyboard");
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_frame_of_the_video_finds_its_shot_and_grouping_gives_each_video_once()
    {
        var still = await File.ReadAllBytesAsync(DrawnFilm.Still(server.Folder, 800, 2));
        var first = (await SearchAsync(new { image = Convert.ToBase64String(still) }))[0];
        Assert.Equal(("shot", 4.0), (first.GetProperty("kind").GetString(), Math.Round(first.GetProperty("start").GetDouble())));
        Assert.InRange(first.GetProperty("moment").GetDouble(), 4, 6);

        var grouped = await SearchAsync(new { text = "harbour", collapse = "asset" });
        Assert.Single(grouped, static result => result.GetProperty("path").GetString() == "film.mp4");
        Assert.NotEmpty(grouped.First(static result => result.GetProperty("path").GetString() == "film.mp4").GetProperty("moments").EnumerateArray());

        var like = await SearchAsync(new { imageId = first.GetProperty("id").GetInt64(), crop = new { x = 0.1, y = 0.1, width = 0.8, height = 0.8 } });
        Assert.Equal(first.GetProperty("id").GetInt64(), like[0].GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task An_uploaded_video_is_searchable_at_once_stored_once_and_gone_after_removal()
    {
        var film = await File.ReadAllBytesAsync(DrawnFilm.Make(server.Folder, "sent.mp4", 870));
        var still = Convert.ToBase64String(await File.ReadAllBytesAsync(DrawnFilm.Still(server.Folder, 870, 1)));
        using var created = await UploadAsync(film, "holiday.mp4");
        var asset = await AssetAsync(created, HttpStatusCode.Created);
        Assert.Equal(("Sent film", "mp4"), (asset.GetProperty("title").GetString(), asset.GetProperty("format").GetString()));
        using var again = await UploadAsync(film, "other name.mp4");
        Assert.Equal(asset.GetProperty("id").GetInt64(), (await AssetAsync(again, HttpStatusCode.OK)).GetProperty("id").GetInt64());

        var best = (await SearchAsync(new { image = still }))[0];
        Assert.Equal((asset.GetProperty("id").GetInt64(), 2.0), (best.GetProperty("assetId").GetInt64(), Math.Round(best.GetProperty("start").GetDouble())));
        Assert.Equal(film, await server.Client.GetByteArrayAsync(best.GetProperty("mediaUrl").GetString()));
        Assert.Single(Uploads());

        using var deleted = await server.Client.DeleteAsync($"{Assets}/{asset.GetProperty("id")}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.NotEqual(asset.GetProperty("id").GetInt64(), (await SearchAsync(new { image = still }))[0].GetProperty("assetId").GetInt64());
        Assert.Empty(Uploads());
    }

    [Fact]
    public async Task An_upload_that_is_half_a_video_is_refused_by_its_own_name_and_leaves_nothing()
    {
        var film = await File.ReadAllBytesAsync(DrawnFilm.Make(server.Folder, "whole.mp4", 880));
        using var response = await UploadAsync(film[..(film.Length / 2)], "holiday.mp4");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Contains("holiday.mp4", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(Uploads());
    }

    private const string Assets = "/v1/collections/test/assets";

    private string[] Uploads() => [.. Directory.EnumerateFiles(server.Folder.Path, "*", SearchOption.AllDirectories).Where(static file => file.Contains("uploads", StringComparison.Ordinal))];

    private async Task<HttpResponseMessage> UploadAsync(byte[] film, string name)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(film), "file", name }, { new StringContent("Sent film"), "title" } };
        return await server.Client.PostAsync(Assets, form);
    }

    private static async Task<JsonElement> AssetAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("asset");
    }

    private async Task<JsonElement[]> SearchAsync(object query)
    {
        using var response = await server.Client.PostAsJsonAsync("/v1/collections/test/search", query);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return [.. JsonDocument.Parse(text).RootElement.GetProperty("results").EnumerateArray()];
    }

    public sealed class Winter() : FilmServer("", null, (4.2, 5.8, "Every winter the harbour froze over."));
}
