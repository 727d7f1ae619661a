using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace VisualSearch.Tests.Api;

/// <summary>Questions over HTTP: whole and as events, with citations that a player can open, and errors that name the field.</summary>
public sealed class AskEndpointTests(AskEndpointTests.Harbour server) : IClassFixture<AskEndpointTests.Harbour>
{
    private const string Question = "What did a baker from Tolmin find in the harbour?";

    [Fact]
    public async Task A_whole_answer_cites_a_moment_of_the_video()
    {
        var answer = await WholeAsync(new { question = Question });
        Assert.True(answer.GetProperty("found").GetBoolean());
        Assert.Equal("extractive", answer.GetProperty("model").GetString());
        Assert.Contains("found a bell in the harbour. [", answer.GetProperty("text").GetString(), StringComparison.Ordinal);
        var cited = answer.GetProperty("sources")[answer.GetProperty("cited")[0].GetInt32() - 1];
        Assert.Equal("film.mp4", cited.GetProperty("asset").GetProperty("path").GetString());
        Assert.InRange(cited.GetProperty("moment").GetDouble(), 2.9, 6.8);
        Assert.Equal(HttpStatusCode.OK, (await server.Client.GetAsync(cited.GetProperty("thumbnailUrl").GetString())).StatusCode);
        Assert.Equal("1931", (await WholeAsync(new { question = "In which year was the bell found in the harbour?" })).GetProperty("shorts")[0].GetString());
    }

    [Fact]
    public async Task An_explanation_comes_where_it_is_asked_for()
    {
        Assert.False((await WholeAsync(new { question = Question })).TryGetProperty("explanation", out _));
        var answer = await WholeAsync(new { question = Question, explain = true });
        var explanation = answer.GetProperty("explanation");
        Assert.Equal(["understand", "retrieve", "rank", "pack", "see", "answer", "check"], explanation.GetProperty("steps").EnumerateArray().Select(static step => step.GetProperty("stage").GetString()));
        var first = explanation.GetProperty("evidence")[0];
        Assert.Equal(answer.GetProperty("sources")[0].GetProperty("id").GetInt64(), first.GetProperty("id").GetInt64());
        Assert.Equal((1, "Harbour tales"), (first.GetProperty("source").GetInt32(), first.GetProperty("title").GetString()));
        Assert.NotEqual(0, first.GetProperty("foundBy").GetArrayLength());
    }

    [Fact]
    public async Task Events_come_as_sources_text_and_answer()
    {
        using var response = await server.Client.PostAsJsonAsync("/v1/collections/test/ask", new { question = Question, stream = true });
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var events = (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(static block => block.Split('\n'))
            .Select(static lines => (Name: lines[0]["event: ".Length..], Data: JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement)).ToArray();
        Assert.Equal(("sources", "answer"), (events[0].Name, events[^1].Name));
        Assert.All(events[1..^1], static one => Assert.Equal("text", one.Name));
        var text = string.Concat(events[1..^1].Select(static one => one.Data.GetProperty("text").GetString()));
        Assert.Equal(events[^1].Data.GetProperty("text").GetString(), text.Trim());
        Assert.Equal(events[0].Data.GetProperty("sources").GetArrayLength(), events[^1].Data.GetProperty("sources").GetArrayLength());
    }

    [Fact]
    public async Task Words_of_the_question_narrow_where_it_looks()
    {
        Assert.True((await WholeAsync(new { question = "In videos from 2021, who found a bell in the harbour?" })).GetProperty("found").GetBoolean());
        var none = await WholeAsync(new { question = "In videos from 1999, who found a bell in the harbour?" });
        Assert.False(none.GetProperty("found").GetBoolean());
        Assert.Equal(0, none.GetProperty("sources").GetArrayLength());
        Assert.Contains("from 1999", none.GetProperty("understood").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await WholeAsync(new { question = Question, filter = new { field = "kind", eq = "picture" } })).GetProperty("cited").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"question":""}""", "question")]
    [InlineData("""{"question":"Who?","k":99}""", "k")]
    [InlineData("""{"question":"Who?","stream":true,"k":0}""", "k")]
    [InlineData("""{"question":"Who?","image":"?"}""", "image")]
    [InlineData("""{"question":"Who?","filter":{"nonsense":1}}""", "filter")]
    [InlineData("""{"question":7}""", "question")]
    public async Task What_is_wrong_is_named(string body, string field)
    {
        using var response = await server.Client.PostAsync("/v1/collections/test/ask", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(field, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
    }

    [Fact]
    public async Task An_unknown_collection_is_404_and_the_answerer_is_told()
    {
        using var missing = await server.Client.PostAsJsonAsync("/v1/collections/nothing/ask", new { question = Question });
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        var answerer = await server.Client.GetFromJsonAsync<JsonElement>("/v1/answerer");
        Assert.Equal("extractive", answerer.GetProperty("model").GetString());
        Assert.False(answerer.TryGetProperty("remote", out _));
    }

    private async Task<JsonElement> WholeAsync(object request)
    {
        using var response = await server.Client.PostAsJsonAsync("/v1/collections/test/ask", request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    public sealed class Harbour() : FilmServer(
        """{"file":"film.mp4","title":"Harbour tales","year":2021}""", null,
        (0.2, 2.8, "Every winter the harbour froze over."), (4.2, 6.8, "In 1931 a baker from Tolmin found a bell in the harbour."));
}
