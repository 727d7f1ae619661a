using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;
using VisualSearch.Tests.Indexer;
using VisualSearch.Tests.Rag.Models;

namespace VisualSearch.Tests.Api;

/// <summary>Questions over HTTP that a language model answers: checked citations, errors with a status of their own, and nothing left running when the asker leaves.</summary>
public sealed class AskModelTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_models_words_come_with_checked_citations_and_its_name()
    {
        using var model = new ScriptedChat(ScriptedChat.Reply.Stream(
            ScriptedChat.Delta("A baker found the bell [1]. Penguins "), ScriptedChat.Delta("built the harbour [1]."), ScriptedChat.Finish(), ScriptedChat.Usage(120, 14), ScriptedChat.Done));
        await using var app = await ServeAsync(model);
        using var client = Client(app);
        using var response = await client.PostAsJsonAsync("/v1/collections/test/ask", new { question = "Who found a bell in the harbour?" });
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("scripted", answer.GetProperty("model").GetString());
        Assert.StartsWith("A baker found the bell [1]. Penguins built the harbour", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, 120), (answer.GetProperty("droppedCitations").GetInt32(), answer.GetProperty("usage").GetProperty("input").GetInt32()));
        // A loopback address is this machine.
        Assert.False((await client.GetFromJsonAsync<JsonElement>("/v1/answerer")).TryGetProperty("remote", out _));
    }

    [Theory]
    [InlineData(401, 503)]
    [InlineData(404, 503)]
    [InlineData(429, 429)]
    [InlineData(500, 502)]
    public async Task What_its_server_refuses_has_a_status_and_says_what_to_do(int upstream, int status)
    {
        using var model = new ScriptedChat(ScriptedChat.Reply.Of("""{"error":{"message":"no"}}""", "application/json", upstream));
        await using var app = await ServeAsync(model);
        using var client = Client(app);
        using var response = await client.PostAsJsonAsync("/v1/collections/test/ask", new { question = "Who found a bell?" });
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains($"answered {upstream}", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(ScriptedChat.Key, problem.ToString(), StringComparison.Ordinal);

        // In a stream the sources are there by then, and the error is an event.
        using var stream = await client.PostAsJsonAsync("/v1/collections/test/ask", new { question = "Who found a bell?", stream = true });
        var events = await stream.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, stream.StatusCode);
        Assert.Contains("event: sources", events, StringComparison.Ordinal);
        Assert.Contains("event: error", events, StringComparison.Ordinal);
        Assert.Contains($"\"status\":{status}", events, StringComparison.Ordinal);
        Assert.DoesNotContain("event: answer", events, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Leaving_in_the_middle_ends_the_models_answer()
    {
        using var model = new ScriptedChat(ScriptedChat.Reply.Stream(ScriptedChat.Delta("A baker ")) with { Ending = ScriptedChat.Ending.Silence });
        await using var app = await ServeAsync(model);
        using var client = Client(app);
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/v1/collections/test/ask") { Content = JsonContent.Create(new { question = "Who found a bell?", stream = true }) })
        using (var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        using (var lines = new StreamReader(await response.Content.ReadAsStreamAsync()))
        {
            while (await lines.ReadLineAsync().WaitAsync(Limit) is { } line && line != "event: text")
            {
            }

            Assert.False(model.Closed.IsCompleted);
        }

        await model.Closed.WaitAsync(Limit);
    }

    private static HttpClient Client(Microsoft.AspNetCore.Builder.WebApplication app) => new() { BaseAddress = new Uri(app.Urls.First()), Timeout = Limit };

    private async Task<Microsoft.AspNetCore.Builder.WebApplication> ServeAsync(ScriptedChat model)
    {
        DrawnFilm.Make(_folder, "media/film.mp4", 800);
        _folder.Write("media/film.srt", "1\n00:00:04,200 --> 00:00:06,800\nIn 1931 a baker from Tolmin found a bell in the harbour.\n");
        using (var indexing = new IndexingFixture()) await indexing.IndexAsync(_folder["data"], _folder["media"]);
        var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = _folder["data"], ModelFolder = DefaultModel.Locate(), Port = 0, ChatModel = model.Options });
        client.Dispose();
        return app;
    }
}
