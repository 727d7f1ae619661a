using System.Net;
using System.Text.Json;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Security;

namespace VisualSearch.Tests.Security;

/// <summary>What a running server does when keys come, go and change.</summary>
public sealed class GateTests
{
    private const string FromEnvironment = "a-key-of-enough-length";
    private const string Collections = "/v1/collections";

    [Fact]
    public async Task Keys_are_needed_from_the_first_one_on_and_a_revoked_one_is_refused_at_once()
    {
        await using var server = await KeyServer.StartAsync();
        await AssertAsync(server, HttpStatusCode.OK, Collections);
        var first = server.Create(ApiScope.Search);
        await AssertAsync(server, HttpStatusCode.Unauthorized, Collections);
        await AssertAsync(server, HttpStatusCode.OK, Collections, first.Key);
        var second = server.Create(ApiScope.Search);
        await AssertAsync(server, HttpStatusCode.OK, Collections, second.Key);

        server.Keys.Revoke(second.Stored.Id);
        await AssertAsync(server, HttpStatusCode.Unauthorized, Collections, second.Key, "was revoked");
        await AssertAsync(server, HttpStatusCode.OK, Collections, first.Key);

        // The last one: that opens nothing.
        server.Keys.Revoke(first.Stored.Id);
        await AssertAsync(server, HttpStatusCode.Unauthorized, Collections, first.Key);
        await AssertAsync(server, HttpStatusCode.Unauthorized, Collections);
    }

    [Fact]
    public async Task A_rotated_key_works_under_both_secrets_for_a_while_or_under_the_new_one_alone()
    {
        await using var server = await KeyServer.StartAsync();
        var before = server.Create(ApiScope.Search);
        var after = server.Keys.Rotate(before.Stored.Id, TimeSpan.FromHours(1));
        await AssertAsync(server, HttpStatusCode.OK, Collections, before.Key);
        await AssertAsync(server, HttpStatusCode.OK, Collections, after.Key);
        var last = server.Keys.Rotate(before.Stored.Id, TimeSpan.Zero);
        await AssertAsync(server, HttpStatusCode.Unauthorized, Collections, before.Key);
        await AssertAsync(server, HttpStatusCode.Unauthorized, Collections, after.Key);
        await AssertAsync(server, HttpStatusCode.OK, Collections, last.Key);
    }

    [Fact]
    public async Task The_page_comes_to_a_browser_that_was_asked_for_the_key()
    {
        await using var server = await KeyServer.StartAsync();
        var key = server.Create(ApiScope.Search).Key;
        foreach (var path in new[] { "/", "/index.html", "/css/frame.css", "/js/app.js", "/docs/index.html", "/openapi/v1.json", "/nowhere" })
        {
            using var asked = await server.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, asked.StatusCode);
            Assert.StartsWith("Basic realm=", asked.Headers.WwwAuthenticate.Single().ToString(), StringComparison.Ordinal);
            using var given = await server.GetAsBrowserAsync(path, key);
            Assert.Equal(path == "/nowhere" ? HttpStatusCode.NotFound : HttpStatusCode.OK, given.StatusCode);
        }

        using var called = await server.GetAsBrowserAsync(Collections, key);
        Assert.Equal(HttpStatusCode.OK, called.StatusCode);
        await AssertAsync(server, HttpStatusCode.OK, "/", server.Create(ApiScope.Ingest).Key);
        await AssertAsync(server, HttpStatusCode.OK, "/healthz");
        await AssertAsync(server, HttpStatusCode.NotFound, "/v1/nowhere", key);
        using var method = await server.SendAsync(HttpMethod.Patch, Collections, key);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, method.StatusCode);
    }

    [Fact]
    public async Task A_damaged_key_file_closes_the_API_until_it_is_mended()
    {
        await using var server = await KeyServer.StartAsync(FromEnvironment);
        var key = server.Create(ApiScope.Search).Key;
        await AssertAsync(server, HttpStatusCode.OK, Collections, key);
        var whole = File.ReadAllText(server.Keys.Path);
        foreach (var damage in KeyFileTests.Damages(whole))
        {
            File.WriteAllText(server.Keys.Path, damage);
            await AssertAsync(server, HttpStatusCode.ServiceUnavailable, Collections, key, KeyFile.FileName);
            await AssertAsync(server, HttpStatusCode.ServiceUnavailable, Collections, FromEnvironment);
            await AssertAsync(server, HttpStatusCode.ServiceUnavailable, "/");
            await AssertAsync(server, HttpStatusCode.OK, "/healthz");
            // Who sends requests here sends them elsewhere.
            using var ready = await server.GetAsync("/readyz");
            var text = await ready.Content.ReadAsStringAsync();
            Assert.Equal((HttpStatusCode.ServiceUnavailable, "failed"), (ready.StatusCode, JsonDocument.Parse(text).RootElement.GetProperty("status").GetString()));
            Assert.DoesNotContain(server.Data, text, StringComparison.Ordinal);
        }

        File.WriteAllText(server.Keys.Path, whole);
        await AssertEventuallyAsync(server, HttpStatusCode.OK, key);
        using var mended = await server.GetAsync("/readyz");
        Assert.Equal("ok", JsonDocument.Parse(await mended.Content.ReadAsStringAsync()).RootElement.GetProperty("checks").GetProperty("keys").GetString());
        await AssertAsync(server, HttpStatusCode.Unauthorized, Collections);
    }

    [Fact]
    public async Task A_key_file_that_vanishes_or_that_anybody_may_write_closes_the_API_too()
    {
        await using var server = await KeyServer.StartAsync();
        var key = server.Create(ApiScope.Search).Key;
        await AssertAsync(server, HttpStatusCode.OK, Collections, key);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(server.Keys.Path, File.GetUnixFileMode(server.Keys.Path) | UnixFileMode.OtherWrite);
            await AssertAsync(server, HttpStatusCode.ServiceUnavailable, Collections, key);
            File.SetUnixFileMode(server.Keys.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await AssertEventuallyAsync(server, HttpStatusCode.OK, key);
        }

        File.Delete(server.Keys.Path);
        await AssertAsync(server, HttpStatusCode.ServiceUnavailable, Collections);
        await AssertAsync(server, HttpStatusCode.ServiceUnavailable, Collections, key);
    }

    [Fact]
    public async Task The_key_of_the_environment_has_all_scopes_and_lives_beside_those_of_the_file()
    {
        await using var server = await KeyServer.StartAsync(FromEnvironment);
        await AssertAsync(server, HttpStatusCode.OK, Collections, FromEnvironment);
        var key = server.Create(ApiScope.Search).Key;
        await AssertAsync(server, HttpStatusCode.OK, Collections, FromEnvironment);
        await AssertAsync(server, HttpStatusCode.OK, Collections, key);
        using var deleted = await server.SendAsync(HttpMethod.Delete, "/v1/collections/nowhere/assets/1", FromEnvironment);
        Assert.Equal(HttpStatusCode.NotFound, deleted.StatusCode);
    }

    [Fact]
    public async Task After_many_wrong_keys_only_those_that_cannot_be_guessed_are_looked_at()
    {
        await using var server = await KeyServer.StartAsync(FromEnvironment);
        var key = server.Create(ApiScope.Search).Key;
        HttpResponseMessage? last = null;
        for (var tries = 0; tries < 300 && last?.StatusCode != HttpStatusCode.TooManyRequests; tries++)
        {
            last?.Dispose();
            last = await server.GetAsync(Collections, $"a-guess-{tries}");
            Assert.True(tries > 10 || last.StatusCode == HttpStatusCode.Unauthorized, $"{last.StatusCode} after {tries} tries.");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last!.StatusCode);
        Assert.NotNull(last.Headers.RetryAfter);
        last.Dispose();
        await AssertAsync(server, HttpStatusCode.OK, Collections, key);
        await AssertAsync(server, HttpStatusCode.Unauthorized, Collections);

        // Every two seconds one try is free again, so on a slow machine one may come through.
        var statuses = new List<HttpStatusCode>();
        for (var tries = 0; tries < 20 && !statuses.Contains(HttpStatusCode.TooManyRequests); tries++)
        {
            for (var guesses = 0; guesses < 3; guesses++) (await server.GetAsync(Collections, "a-guess")).Dispose();
            using var response = await server.GetAsync(Collections, FromEnvironment);
            statuses.Add(response.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Fact]
    public async Task Another_sites_write_is_refused_whatever_key_the_browser_adds()
    {
        await using var server = await KeyServer.StartAsync(FromEnvironment);
        using var forged = new HttpRequestMessage(HttpMethod.Delete, "/v1/collections/nowhere/assets/1") { Headers = { { "Sec-Fetch-Site", "cross-site" }, { "X-Api-Key", FromEnvironment } } };
        using var refused = await server.Client.SendAsync(forged);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("Another site", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_says_when_a_key_was_last_used()
    {
        await using var server = await KeyServer.StartAsync();
        var used = server.Create(ApiScope.Search);
        var unused = server.Create(ApiScope.Search);
        await AssertAsync(server, HttpStatusCode.OK, Collections, used.Key);
        await AssertAsync(server, HttpStatusCode.Unauthorized, Collections, "a-wrong-key-of-enough-length");
        await server.StopAsync();
        var known = LastUse.Read(server.Data);
        Assert.Equal([used.Stored.Id], known.Keys);
        Assert.True(known[used.Stored.Id] >= used.Stored.CreatedAt);
        Assert.False(known.ContainsKey(unused.Stored.Id));
    }

    [Fact]
    public void An_address_others_can_reach_may_be_listened_on_once_there_is_a_key()
    {
        using var folder = new TemporaryFolder();
        var options = new ApiOptions { DataFolder = folder["data"], Host = "0.0.0.0" };
        Assert.Contains("vsearch keys create", Assert.Throws<ApiOptionsException>(() => options.Validated()).Message, StringComparison.Ordinal);
        new KeyFile(folder["data"]).Create(new NewKey { Scopes = ApiScope.Search });
        Assert.Equal("0.0.0.0", options.Validated().Host);
    }

    [Fact]
    public async Task Where_others_can_reach_the_server_a_deleted_key_file_opens_nothing()
    {
        using var folder = new TemporaryFolder();
        var key = new KeyFile(folder["data"]).Create(new NewKey { Scopes = ApiScope.Search });
        var app = ApiHost.Create(new ApiOptions { DataFolder = folder["data"], Host = "0.0.0.0", Port = 0 });
        await using (app)
        {
            File.Delete(new KeyFile(folder["data"]).Path);
            using var client = await Api.ServerFixture.StartAsync(app);
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(Collections)).StatusCode);
            client.DefaultRequestHeaders.Add("X-Api-Key", key.Key);
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(Collections)).StatusCode);
            await app.StopAsync();
        }
    }

    private static async Task AssertAsync(KeyServer server, HttpStatusCode expected, string path, string? key = null, string? says = null)
    {
        using var response = await server.GetAsync(path, key);
        Assert.Equal(expected, response.StatusCode);
        if (says is not null) Assert.Contains(says, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    // A file that was just at fault is read again a tenth of a second later, not at every request.
    private static async Task AssertEventuallyAsync(KeyServer server, HttpStatusCode expected, string key)
    {
        for (var tries = 0; ; tries++)
        {
            using var response = await server.GetAsync(Collections, key);
            if (response.StatusCode == expected || tries == 100)
            {
                Assert.Equal(expected, response.StatusCode);
                return;
            }

            await Task.Delay(50);
        }
    }
}
