using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Serving;
using VisualSearch.Encoders.Models;
using VisualSearch.Tests.Api;

namespace VisualSearch.Tests.Serving;

/// <summary>A server whose places are taken: who comes may wait or is sent away at once, and how it takes leave.</summary>
[Collection("server")]
public sealed class AdmissionTests(ServerFixture server)
{
    private static readonly ServingOptions One = new() { ConcurrentSearches = 1, MostWaiting = 1 };

    [Fact]
    public async Task What_finds_neither_place_nor_line_is_sent_away_with_429_and_when_to_come_again()
    {
        await using var busy = await StartAsync(One);
        var admission = busy.App.Services.GetRequiredService<Admission>();
        var place = await admission.EnterSearchAsync(default);
        var waiting = busy.Client.PostAsJsonAsync("/v1/collections/test/search", new { text = "who waits" });

        foreach (var (path, body) in new (string, object)[]
        {
            ("/v1/collections/test/search", new { text = "too many" }), ("/v1/collections/test/recommend", new { positive = new[] { 1 } }),
            ("/v1/collections/test/ask", new { question = "Too many?" }), ("/v1/embeddings", new { input = "too many" }),
        })
        {
            using var refused = await busy.Client.PostAsJsonAsync(path, body);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            Assert.Contains("busy", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("title").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await waiting).StatusCode); // It waited, but not for ever.
        Assert.True(admission.Refused >= 5);
        Assert.Equal(HttpStatusCode.OK, (await busy.Client.GetAsync("/v1/collections/test/assets/1")).StatusCode); // What costs little is served all the while.
        place.Dispose();
        Assert.Equal(HttpStatusCode.OK, (await busy.Client.PostAsJsonAsync("/v1/collections/test/search", new { text = "after" })).StatusCode);
    }

    [Fact]
    public async Task A_place_is_given_back_however_a_request_ends()
    {
        await using var busy = await StartAsync(One);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.BadRequest, (await busy.Client.PostAsJsonAsync("/v1/collections/test/search", new { text = "" })).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await busy.Client.PostAsJsonAsync("/v1/collections/test/search", new { imageId = 99999 })).StatusCode);
            Assert.Equal(HttpStatusCode.BadRequest, (await busy.Client.PostAsJsonAsync("/v1/collections/test/ask", new { question = "" })).StatusCode);
            using var streamed = await busy.Client.PostAsJsonAsync("/v1/collections/test/ask", new { question = "Where is picture number 7?", stream = true });
            Assert.Contains("event: answer", await streamed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        // The only place there is.
        (await busy.App.Services.GetRequiredService<Admission>().EnterSearchAsync(default)).Dispose();
    }

    [Fact]
    public async Task Told_to_end_it_says_so_serves_on_and_closes_each_connection_with_its_reply()
    {
        await using var leaving = await StartAsync(new ServingOptions { Drain = TimeSpan.FromSeconds(2) });
        Assert.Equal(HttpStatusCode.OK, (await leaving.Client.GetAsync("/readyz")).StatusCode);
        var ending = leaving.App.StopAsync();
        HttpResponseMessage ready;
        do ready = await leaving.Client.GetAsync("/readyz");
        while (ready.StatusCode == HttpStatusCode.OK);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal("leaving", (await ready.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString());
        using var served = await leaving.Client.PostAsJsonAsync("/v1/collections/test/search", new { text = "still served" });
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.True(served.Headers.ConnectionClose);
        Assert.Equal(HttpStatusCode.OK, (await leaving.Client.GetAsync("/healthz")).StatusCode); // Else it would be killed for dead.
        await ending;
        await Assert.ThrowsAsync<HttpRequestException>(() => leaving.Client.GetAsync("/healthz"));
    }

    [Theory]
    [InlineData("VSEARCH_PORT", "http", "VSEARCH_PORT is \"http\"")]
    [InlineData("VSEARCH_CONCURRENCY", "-1", "VSEARCH_CONCURRENCY is \"-1\"")]
    [InlineData("VSEARCH_DRAIN_SECONDS", "301", "Drain is 301")]
    public void A_wrong_variable_is_named(string name, string value, string message)
    {
        var error = Assert.Throws<ApiOptionsException>(() => ApiEnvironment.Read(asked => asked == name ? value : null).Validated());
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_variable_that_is_read_is_listed()
    {
        HashSet<string> asked = [];
        ApiEnvironment.Read(name =>
        {
            asked.Add(name);
            return name switch { "VSEARCH_CHAT_URL" or "VSEARCH_QDRANT_URL" => "http://localhost:1", "VSEARCH_CHAT_MODEL" => "m", _ => null };
        });
        Assert.Equal(ApiEnvironment.Variables.Keys.Order(), asked.Order());
    }

    private static async Task UntilAsync(Func<Task<bool>> happened)
    {
        for (var i = 0; i < 2000; i++)
        {
            if (await happened()) return;
            await Task.Delay(5);
        }

        Assert.Fail("It did not happen within ten seconds.");
    }

    private async Task<Running> StartAsync(ServingOptions serving)
    {
        var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = server.Folder["data"], ModelFolder = DefaultModel.Locate(), Port = 0, Serving = serving });
        await UntilAsync(async () => (await client.GetAsync("/readyz")).IsSuccessStatusCode);
        return new Running(app, client);
    }

    private sealed record Running(WebApplication App, HttpClient Client) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await App.StopAsync();
            await App.DisposeAsync();
        }
    }
}
