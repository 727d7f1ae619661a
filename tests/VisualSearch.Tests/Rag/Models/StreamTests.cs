using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using VisualSearch.Search.Rag.Models;
using static VisualSearch.Tests.Rag.Models.ScriptedChat;

namespace VisualSearch.Tests.Rag.Models;

/// <summary>Streamed replies, well formed and oddly formed.</summary>
public sealed class StreamTests
{
    private const string Words = "Grüße, 山 and 🎈.";

    [Fact]
    public async Task Text_end_and_usage_of_a_stream_arrive_in_order()
    {
        using var server = new ScriptedChat(Reply.Stream(Piece("""{"role":"assistant","content":""}"""), Delta("Hel"), Delta("lo."), Finish(), Usage(12, 3), Done));
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        Assert.Null(heard.Error);
        Assert.Equal("Hello.", heard.Text);
        Assert.Equal(ChatFinishReason.Stop, heard.Finish);
        Assert.Equal((12, 3, 15), (heard.Usage!.InputTokenCount, heard.Usage.OutputTokenCount, heard.Usage.TotalTokenCount));
        Assert.Equal(["Hel", "lo."], heard.Updates.Select(static u => u.Text).Where(static t => t.Length > 0));
        Assert.All(heard.Updates, static u => Assert.Equal(("c1", "scripted"), (u.ResponseId, u.ModelId)));
    }

    [Fact]
    public async Task A_request_has_model_messages_key_and_limits()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("x"), Finish(), Done));
        await Talk.StreamAsync(server.Options with { Answering = new ModelAnswererOptions { MaxOutputTokens = 77 } });
        Request request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /v1/chat/completions ", request.Line, StringComparison.Ordinal);
        Assert.Equal($"Bearer {Key}", request.Headers["authorization"]);
        Assert.Equal("scripted", request.Body.GetProperty("model").GetString());
        Assert.True(request.Body.GetProperty("stream").GetBoolean());
        Assert.True(request.Body.GetProperty("stream_options").GetProperty("include_usage").GetBoolean());
        Assert.Equal(77, request.Body.GetProperty("max_completion_tokens").GetInt32());
        Assert.Equal(77, request.Body.GetProperty("max_tokens").GetInt32());
        Assert.Equal(
            [("system", "Be brief."), ("user", "Hello?")],
            request.Body.GetProperty("messages").EnumerateArray().Select(static m => (m.GetProperty("role").GetString()!, m.GetProperty("content").GetString()!)));
    }

    [Fact]
    public async Task Without_a_key_none_is_sent()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("x"), Finish(), Done));
        Assert.Equal("x", (await Talk.StreamAsync(server.Options with { ApiKey = null })).Text);
        Assert.DoesNotContain("authorization", Assert.Single(server.Requests).Headers.Keys);
    }

    [Theory]
    [InlineData(1, "\n")]
    [InlineData(2, "\n")]
    [InlineData(3, "\r\n")]
    [InlineData(5, "\r\n")]
    [InlineData(64, "\r\n")]
    public async Task Pieces_may_be_split_anywhere_in_letters_and_lines(int size, string lineEnd)
    {
        // Not escaped, so that letters have bytes to be split between.
        string body = (Piece($$"""{"role":"assistant","content":"{{Words}}"}""") + Delta(" End.") + Finish() + Usage(1, 2) + Done).Replace("\n", lineEnd, StringComparison.Ordinal);
        using var server = new ScriptedChat(new Reply([.. Encoding.UTF8.GetBytes(body).Chunk(size)]));
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        Assert.Null(heard.Error);
        Assert.Equal(Words + " End.", heard.Text);
        Assert.Equal(2, heard.Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task Comments_that_keep_a_connection_alive_are_no_text()
    {
        using var server = new ScriptedChat(Reply.Stream(": waiting\n\n", Delta("a"), ":\n\n", ": OPENROUTER PROCESSING\n\n", Delta("b"), "event: ping\nid: 7\nretry: 10\n\n", Finish(), Done));
        Assert.Equal("ab", (await Talk.StreamAsync(server.Options)).Text);
    }

    [Fact]
    public async Task An_end_without_DONE_is_an_end()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("all"), Finish()));
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        Assert.Null(heard.Error);
        Assert.Equal("all", heard.Text);
    }

    [Fact]
    public async Task Events_without_choices_are_passed_over()
    {
        using var server = new ScriptedChat(Reply.Stream(Event("""{"id":"c1","choices":[]}"""), Delta("a"), Event("""{"id":"c1","object":"x","choices":[]}"""), Finish(), Done));
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        Assert.Null(heard.Error);
        Assert.Equal("a", heard.Text);
    }

    [Fact]
    public async Task A_line_of_a_megabyte_is_read()
    {
        string text = new('x', 1 << 20);
        using var server = new ScriptedChat(Reply.Stream(Delta(text), Finish(), Done));
        Assert.Equal(text, (await Talk.StreamAsync(server.Options)).Text);
    }

    [Theory]
    [InlineData("length")]
    [InlineData("content_filter")]
    public async Task The_reason_of_an_end_is_told(string reason)
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("a"), Finish(reason), Done));
        Assert.Equal(reason, (await Talk.StreamAsync(server.Options)).Finish!.Value.Value);
    }

    [Fact]
    public async Task A_refusal_is_told_as_one()
    {
        using var server = new ScriptedChat(Reply.Stream(Piece("""{"refusal":"I would rather not."}"""), Finish(), Done));
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        ErrorContent refusal = Assert.Single(heard.Updates.SelectMany(static u => u.Contents).OfType<ErrorContent>());
        Assert.Equal(("I would rather not.", "Refusal"), (refusal.Message, refusal.ErrorCode));
    }

    [Fact]
    public async Task Calls_of_tools_are_put_together_from_fragments()
    {
        using var server = new ScriptedChat(Reply.Stream(
            Piece("""{"role":"assistant","tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"find","arguments":""}}]}"""),
            Piece("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"words\":"}}]}"""),
            Piece("""{"tool_calls":[{"index":1,"id":"t2","type":"function","function":{"name":"count","arguments":"{"}}]}"""),
            Piece("""{"tool_calls":[{"index":0,"function":{"arguments":"\"boat\"}"}},{"index":1,"function":{"arguments":"}"}}]}"""),
            Finish("tool_calls"),
            Done));
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        Assert.Null(heard.Error);
        Assert.Equal(ChatFinishReason.ToolCalls, heard.Finish);
        Assert.Equal([("t1", "find"), ("t2", "count")], heard.Calls.Select(static c => (c.CallId, c.Name)));
        Assert.Equal("boat", heard.Calls[0].Arguments!["words"]!.ToString());
        Assert.Empty(heard.Calls[1].Arguments!);
    }

    [Fact]
    public async Task Whole_calls_that_are_all_numbered_zero_stay_apart()
    {
        using var server = new ScriptedChat(Reply.Stream(
            Piece("""{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"find","arguments":"{}"}}]}"""),
            Piece("""{"tool_calls":[{"index":0,"id":"t2","type":"function","function":{"name":"find","arguments":"not json"}}]}"""),
            Finish("tool_calls"),
            Done));
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        Assert.Equal(["t1", "t2"], heard.Calls.Select(static c => c.CallId));
        Assert.Null(heard.Calls[0].Exception);
        Assert.NotNull(heard.Calls[1].Exception);
    }

    [Fact]
    public async Task Pictures_and_tools_go_out_in_OpenAI_s_form()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("x"), Finish(), Done));
        ChatMessage[] messages =
        [
            new(ChatRole.User, [new TextContent("What is this?"), new DataContent(new byte[] { 1, 2, 3 }, "image/jpeg")]),
            new(ChatRole.Assistant, [new FunctionCallContent("t1", "find", new Dictionary<string, object?> { ["words"] = "boat" })]),
            new(ChatRole.Tool, [new FunctionResultContent("t1", new { found = 2 })]),
        ];
        AIFunction find = AIFunctionFactory.Create(static (string words) => words.Length, "find", "Finds pictures.");
        Talk.Heard heard = await Talk.StreamAsync(server.Options, messages, new ChatOptions { Tools = [find], ToolMode = ChatToolMode.RequireAny, Temperature = 0.5f, StopSequences = ["END"] });
        Assert.Null(heard.Error);

        JsonElement body = Assert.Single(server.Requests).Body;
        JsonElement[] sent = [.. body.GetProperty("messages").EnumerateArray()];
        JsonElement[] parts = [.. sent[0].GetProperty("content").EnumerateArray()];
        Assert.Equal("What is this?", parts[0].GetProperty("text").GetString());
        Assert.Equal("data:image/jpeg;base64,AQID", parts[1].GetProperty("image_url").GetProperty("url").GetString());
        JsonElement call = sent[1].GetProperty("tool_calls")[0];
        Assert.Equal(("t1", "find"), (call.GetProperty("id").GetString(), call.GetProperty("function").GetProperty("name").GetString()));
        Assert.Equal("""{"words":"boat"}""", call.GetProperty("function").GetProperty("arguments").GetString());
        Assert.Equal(("tool", "t1"), (sent[2].GetProperty("role").GetString(), sent[2].GetProperty("tool_call_id").GetString()));
        Assert.Contains("\"found\":2", sent[2].GetProperty("content").ToString(), StringComparison.Ordinal);
        JsonElement tool = body.GetProperty("tools")[0].GetProperty("function");
        Assert.Equal("Finds pictures.", tool.GetProperty("description").GetString());
        Assert.Equal("string", tool.GetProperty("parameters").GetProperty("properties").GetProperty("words").GetProperty("type").GetString());
        Assert.Equal("required", body.GetProperty("tool_choice").GetString());
        Assert.Equal("END", body.GetProperty("stop")[0].GetString());
    }

    [Fact]
    public async Task What_the_chat_has_no_form_for_is_refused_before_anything_is_sent()
    {
        using var server = new ScriptedChat(Reply.Stream(Done));
        Talk.Heard heard = await Talk.StreamAsync(server.Options, [new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "video/mp4")])]);
        Assert.Contains("video/mp4", Assert.IsType<NotSupportedException>(heard.Error).Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }
}
