using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VisualSearch.Tests.Rag.Models;

namespace VisualSearch.Tests.Api;

/// <summary>Questions over HTTP that a language model answers: checked citations, errors with a status of their own, and nothing left running when the asker leaves.</summary>
public sealed class AskModelTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_models_words_come_with_checked_citations_and_its_name()
    {
        using var model = new ScriptedChat(ScriptedChat.Reply.Stream(
            ScriptedChat.Delta("A baker found the bell [1]. Penguins "), ScriptedChat.Delta("built the harbour [1]."), ScriptedChat.Finish(), ScriptedChat.Usage(120, 14), ScriptedChat.Done));
        await using var server = await ServeAsync(model);
        using var response = await server.Client.PostAsJsonAsync("/v1/collections/test/ask", new { question = "Who found a bell in the harbour?" });
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("scripted", answer.GetProperty("model").GetString());
        Assert.StartsWith("A baker found the bell [1]. Penguins built the harbour", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal((1, 120), (answer.GetProperty("droppedCitations").GetInt32(), answer.GetProperty("usage").GetProperty("input").GetInt32()));
        // A loopback address is this machine.
        Assert.False((await server.Client.GetFromJsonAsync<JsonElement>("/v1/answerer")).TryGetProperty("remote", out _));
    }

    [Theory]
    [InlineData(401, 503)]
    [InlineData(404, 503)]
    [InlineData(429, 429)]
    [InlineData(500, 502)]
    public async Task What_its_server_refuses_has_a_status_and_says_what_to_do(int upstream, int status)
    {
        using var model = new ScriptedChat(ScriptedChat.Reply.Of("""{"error":{"message":"no"}}""", "application/json", upstream));
        await using var server = await ServeAsync(model);
        using var response = await server.Client.PostAsJsonAsync("/v1/collections/test/ask", new { question = "Who found a bell?" });
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains($"answered {upstream}", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(ScriptedChat.Key, problem.ToString(), StringComparison.Ordinal);

        // In a stream the sources are there by then, and the error is an event.
        using var stream = await server.Client.PostAsJsonAsync("/v1/collections/test/ask", new { question = "Who found a bell?", stream = true });
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
        await using var server = await ServeAsync(model);
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/v1/collections/test/ask") { Content = JsonContent.Create(new { question = "Who found a bell?", stream = true }) })
        using (var response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        using (var lines = new StreamReader(await response.Content.ReadAsStreamAsync()))
        {
            while (await lines.ReadLineAsync().WaitAsync(Limit) is { } line && line != "event: text")
            {
            }

            Assert.False(model.Closed.IsCompleted);
        }

        await model.Closed.WaitAsync(Limit);
    }

    private static Task<FilmServer> ServeAsync(ScriptedChat model) => FilmServer.StartAsync(model.Options, (4.2, 6.8, "In 1931 a baker from Tolmin found a bell in the harbour."));
}
