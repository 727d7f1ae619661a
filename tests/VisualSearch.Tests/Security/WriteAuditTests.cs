using System.Net;
using System.Text.Json;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Security;
using VisualSearch.Tests.Api;

namespace VisualSearch.Tests.Security;

/// <summary>Writes over HTTP, as the audit log of their server tells them.</summary>
[Collection("server")]
public sealed class WriteAuditTests(ServerFixture server)
{
    private const string Assets = "/v1/collections/test/assets";

    private string Log => server.Folder["data", AuditLog.FileName];

    [Fact]
    public async Task An_upload_and_a_removal_are_told_with_asset_status_and_bytes_before_their_sender_hears()
    {
        var picture = await File.ReadAllBytesAsync(DrawnPictures.Draw(server.Folder["audited.jpg"], 9_001));
        // Chunked, so that the length is not announced.
        using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "file", "audited.jpg" } };
        var body = (await form.ReadAsByteArrayAsync()).Length;
        using var request = new HttpRequestMessage(HttpMethod.Post, Assets + "?note=not-logged") { Content = form, Headers = { TransferEncodingChunked = true } };
        using var made = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var id = JsonDocument.Parse(await made.Content.ReadAsStringAsync()).RootElement.GetProperty("asset").GetProperty("id").GetInt64();
        AssertLine(Last(), "local", "POST", Assets, 201, body, id);

        using var gone = await server.Client.DeleteAsync($"{Assets}/{id}");
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        AssertLine(Last(), "local", "DELETE", $"{Assets}/{id}", 204, 0, id);
        using var again = await server.Client.DeleteAsync($"{Assets}/{id}");
        AssertLine(Last(), "local", "DELETE", $"{Assets}/{id}", 404, 0, id);

        var lines = File.ReadLines(Log).Count();
        using var search = await server.Client.PostAsync("/v1/collections/test/search", new StringContent("""{"text":"red"}""", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, search.StatusCode);
        Assert.Equal(lines, File.ReadLines(Log).Count());
    }

    [Fact]
    public async Task A_write_that_cannot_be_written_down_is_not_made()
    {
        var aside = Log + ".aside";
        if (File.Exists(Log)) File.Move(Log, aside);
        Directory.CreateDirectory(Log);
        try
        {
            using var refused = await server.Client.DeleteAsync($"{Assets}/1");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
            Assert.Contains(AuditLog.FileName, JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync($"{Assets}/1")).StatusCode);
        }
        finally
        {
            Directory.Delete(Log);
            if (File.Exists(aside)) File.Move(aside, Log);
        }
    }

    [Fact]
    public async Task A_key_is_told_by_its_id_never_by_itself_and_who_is_refused_writes_nothing()
    {
        await using var own = await KeyServer.StartAsync("a-key-of-enough-length");
        var key = own.Create(ApiScope.Ingest);
        const string Path = "/v1/collections/nowhere/assets/7";
        Assert.Equal(HttpStatusCode.NotFound, (await own.SendAsync(HttpMethod.Delete, Path, key.Key)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await own.SendAsync(HttpMethod.Delete, Path, "a-key-of-enough-length")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await own.SendAsync(HttpMethod.Delete, Path, own.Create(ApiScope.Search).Key)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await own.SendAsync(HttpMethod.Delete, Path)).StatusCode);
        var text = await File.ReadAllTextAsync(System.IO.Path.Combine(own.Data, AuditLog.FileName));
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([key.Stored.Id, ApiOptions.ApiKeyVariable], lines.Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()));
        Assert.DoesNotContain(key.Key[^64..], text, StringComparison.Ordinal);
        Assert.DoesNotContain("a-key-of-enough-length", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_carry_the_security_headers_too_and_nothing_is_for_shared_caches()
    {
        using var error = await server.Client.GetAsync("/v1/collections/nowhere/facets?field=tags");
        Assert.Equal(HttpStatusCode.NotFound, error.StatusCode);
        Assert.Contains("frame-ancestors 'none'", error.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("nosniff", error.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("DENY", error.Headers.GetValues("X-Frame-Options").Single());
        using var answer = await server.Client.GetAsync("/v1/collections");
        Assert.True(answer.Headers.CacheControl is { Private: true, NoCache: true });
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Browsers_are_kept_to_TLS_where_a_proxy_ends_it_under_a_real_name()
    {
        await using var own = await KeyServer.StartAsync("a-key-of-enough-length", host: "0.0.0.0");
        foreach (var (name, scheme, expected) in new[] { ("pictures.example", "https", true), ("pictures.example", "http", false), ("localhost", "https", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/healthz") { Headers = { Host = name } };
            request.Headers.Add("X-Forwarded-Proto", scheme);
            using var response = await own.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(expected, response.Headers.TryGetValues("Strict-Transport-Security", out var values) && values.Single().StartsWith("max-age=", StringComparison.Ordinal));
        }
    }

    private static void AssertLine(JsonElement line, string key, string method, string path, int status, long bytes, long asset)
    {
        Assert.Equal((key, method, path), (line.GetProperty("key").GetString(), line.GetProperty("method").GetString(), line.GetProperty("path").GetString()));
        Assert.Equal("test", line.GetProperty("collection").GetString());
        Assert.Equal((status, bytes), (line.GetProperty("status").GetInt32(), line.GetProperty("bytes").GetInt64()));
        Assert.Equal([asset], line.GetProperty("assets").EnumerateArray().Select(static id => id.GetInt64()));
    }

    private JsonElement Last() => JsonDocument.Parse(File.ReadLines(Log).Last()).RootElement;
}
