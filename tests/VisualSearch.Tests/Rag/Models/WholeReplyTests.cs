using Microsoft.Extensions.AI;
using VisualSearch.Search.Rag.Models;
using static VisualSearch.Tests.Rag.Models.ScriptedChat;

namespace VisualSearch.Tests.Rag.Models;

/// <summary>Replies in one piece.</summary>
public sealed class WholeReplyTests
{
    [Fact]
    public async Task Text_usage_and_end_are_read()
    {
        using var server = new ScriptedChat(Json("""{"role":"assistant","content":"Hello."}""", "stop"));
        ChatResponse reply = await Talk.WholeAsync(server.Options);
        Assert.Equal(("Hello.", ChatFinishReason.Stop, 9L, 2L), (reply.Text, reply.FinishReason!.Value, reply.Usage!.InputTokenCount!.Value, reply.Usage.OutputTokenCount!.Value));
        Assert.Equal(("c1", "scripted"), (reply.ResponseId, reply.ModelId));
        Assert.False(Assert.Single(server.Requests).Body.TryGetProperty("stream", out var stream) && stream.GetBoolean());
    }

    [Fact]
    public async Task Calls_of_tools_are_read()
    {
        using var server = new ScriptedChat(Json("""{"role":"assistant","content":null,"tool_calls":[{"id":"t1","type":"function","function":{"name":"find","arguments":"{\"k\":3}"}}]}""", "tool_calls"));
        ChatResponse reply = await Talk.WholeAsync(server.Options);
        FunctionCallContent call = Assert.Single(reply.Messages[0].Contents.OfType<FunctionCallContent>());
        Assert.Equal(("t1", "find", "3"), (call.CallId, call.Name, call.Arguments!["k"]!.ToString()));
        Assert.Equal(ChatFinishReason.ToolCalls, reply.FinishReason);
    }

    [Theory]
    [InlineData("""{"id":"c1","choices":[]}""")]
    [InlineData("""{"id":"c1"}""")]
    [InlineData("""{"choices":[{"message":""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("")]
    public async Task What_is_no_reply_is_a_bad_reply(string body)
    {
        using var server = new ScriptedChat(Reply.Of(body, "application/json"));
        ChatModelException error = await Assert.ThrowsAsync<ChatModelException>(() => Talk.WholeAsync(server.Options));
        Assert.Equal(ChatModelFault.BadReply, error.Fault);
    }

    [Fact]
    public async Task A_cut_is_tried_again()
    {
        using var server = new ScriptedChat(Reply.Of("""{"id":"c1",""", "application/json") with { Ending = Ending.Cut }, Json("""{"role":"assistant","content":"Hello."}""", "stop"));
        Assert.Equal("Hello.", (await Talk.WholeAsync(server.Options)).Text);
    }

    [Fact]
    public void The_client_tells_what_it_is_without_the_key()
    {
        using var client = new OpenAiChatClient(new ChatModelOptions { Address = new Uri("http://localhost:1"), Model = "m", ApiKey = Key });
        var about = (ChatClientMetadata)client.GetService(typeof(ChatClientMetadata))!;
        Assert.Equal(("m", "http://localhost:1/v1"), (about.DefaultModelId, about.ProviderUri!.ToString()));
        Assert.Same(client, client.GetService(typeof(IChatClient)));
        Assert.Equal("m at http://localhost:1", client.ToString());
    }

    private static Reply Json(string message, string finish) => Reply.Of(
        $$$"""{"id":"c1","object":"chat.completion","created":1,"model":"scripted","choices":[{"index":0,"message":{{{message}}},"finish_reason":"{{{finish}}}"}],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}""",
        "application/json");
}
