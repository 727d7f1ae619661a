using System.Net;
using System.Net.Sockets;
using System.Text;
using VisualSearch.Search.Rag.Models;
using static VisualSearch.Tests.Rag.Models.ScriptedChat;

namespace VisualSearch.Tests.Rag.Models;

/// <summary>Everything that can go wrong at a server ends in a clear error, in time, and without the key.</summary>
public sealed class FaultTests
{
    private static readonly Reply Good = Reply.Stream(Delta("good"), Finish(), Done);

    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    public static TheoryData<int, string, ChatModelFault, string> Refusals => new()
    {
        { 401, $$$"""{"error":{"message":"Incorrect key {{{Key}}}.","code":"invalid_api_key"}}""", ChatModelFault.KeyRefused, "VSEARCH_CHAT_KEY" },
        { 403, $"<html><body>No entry for {Key}</body></html>", ChatModelFault.KeyRefused, "No entry for (key)" },
        { 404, """{"error":{"message":"model 'scripted' not found"}}""", ChatModelFault.ModelNotFound, "model 'scripted' not found" },
        { 404, "404 page not found", ChatModelFault.ModelNotFound, "VSEARCH_CHAT_URL" },
        { 400, """{"object":"error","message":"maximum context length is 2048"}""", ChatModelFault.RequestRefused, "maximum context length is 2048" },
        { 422, """{"detail":[{"msg":"field required"}]}""", ChatModelFault.RequestRefused, "field required" },
        { 307, "", ChatModelFault.RequestRefused, "final address" },
        { 200, "<!doctype html><p>Sign in", ChatModelFault.BadReply, "text/html" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_refusal_is_said_once_with_what_to_do(int status, string body, ChatModelFault fault, string says)
    {
        string type = body.StartsWith('{') ? "application/json" : "text/html";
        using var server = new ScriptedChat(Reply.Of(body, type, status) with { Headers = status == 307 ? "Location: http://127.0.0.1:9/\r\n" : "" });
        ChatModelException streamed = (await Talk.StreamAsync(server.Options)).Fault;
        ChatModelException whole = await Assert.ThrowsAsync<ChatModelException>(() => Talk.WholeAsync(server.Options));
        Assert.Equal(2, server.Requests.Count);
        Assert.All([streamed, whole], error =>
        {
            Assert.Equal((fault, status), (error.Fault, error.Status));
            Assert.Contains(says, error.Message, StringComparison.Ordinal);
            Assert.Contains($"127.0.0.1:{server.Address.Port}", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(429, "Retry-After: 0\r\n")]
    [InlineData(429, "retry-after-ms: 15\r\n")]
    [InlineData(429, "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n")]
    [InlineData(429, "")]
    [InlineData(500, "")]
    [InlineData(503, "Retry-After: 0\r\n")]
    public async Task What_passes_is_tried_again(int status, string headers)
    {
        Reply bad = Reply.Of("""{"error":"busy"}""", "application/json", status) with { Headers = headers };
        using var server = new ScriptedChat(bad, bad, Good);
        Assert.Equal("good", (await Talk.StreamAsync(server.Options)).Text);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData(429, ChatModelFault.TooManyRequests)]
    [InlineData(500, ChatModelFault.ServerFault)]
    public async Task What_does_not_pass_is_given_up(int status, ChatModelFault fault)
    {
        using var server = new ScriptedChat(Reply.Of("""{"error":{"message":"out of memory"}}""", "application/json", status));
        ChatModelException error = (await Talk.StreamAsync(server.Options)).Fault;
        Assert.Equal((fault, status), (error.Fault, error.Status));
        Assert.Contains("out of memory", error.Message, StringComparison.Ordinal);
        Assert.Equal(1 + server.Options.Retries, server.Requests.Count);
        Assert.Equal(1 + server.Options.Retries + 1, await AfterOneMore(server));

        static async Task<int> AfterOneMore(ScriptedChat server)
        {
            Assert.NotNull((await Talk.StreamAsync(server.Options with { Retries = 0 })).Error);
            return server.Requests.Count;
        }
    }

    [Fact]
    public async Task A_pause_that_nobody_would_wait_for_is_said_in_place_of_waited()
    {
        using var server = new ScriptedChat(Reply.Of("{}", "application/json", 429) with { Headers = "Retry-After: 3600\r\n" }, Good);
        ChatModelException error = (await Talk.StreamAsync(server.Options)).Fault;
        Assert.Equal(TimeSpan.FromHours(1), error.RetryAfter);
        Assert.Contains("3600 s", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"x\"\n\n")]
    [InlineData("data: not json\n\n")]
    [InlineData("data: {\"choices\":\"x\"}\n\n")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":7}]}\n\n")]
    [InlineData("data: [1,2]\n\n")]
    [InlineData("data: \n\n")]
    [InlineData("data: null\n\n")]
    [InlineData("hello\n\n")]
    [InlineData("")]
    [InlineData("data: [DONE]\n\n")]
    [InlineData("data: {\"id\":\"c1\",\"choices\":[]}\n\ndata: [DONE]\n\n")]
    public async Task What_is_no_answer_is_a_bad_reply(string body)
    {
        using var server = new ScriptedChat(Reply.Of(body));
        ChatModelException error = (await Talk.StreamAsync(server.Options)).Fault;
        Assert.Equal(ChatModelFault.BadReply, error.Fault);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_malformed_piece_in_the_middle_ends_the_answer_after_what_came()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("a"), Delta("b"), "data: {\"choices\":[{]\n\n", Delta("c"), Finish(), Done));
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        Assert.Equal(("ab", ChatModelFault.BadReply), (heard.Text, heard.Fault.Fault));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_stream_that_is_answered_in_one_piece_is_a_bad_reply()
    {
        using var server = new ScriptedChat(Reply.Of("""{"choices":[{"message":{"role":"assistant","content":"hi"}}]}""", "application/json"));
        Assert.Equal(ChatModelFault.BadReply, (await Talk.StreamAsync(server.Options)).Fault.Fault);
    }

    [Fact]
    public async Task An_endless_line_is_not_read_for_ever()
    {
        using var server = new ScriptedChat(new Reply(Encoding.ASCII.GetBytes("data: \""), new byte[4 << 20]) { Ending = Ending.Repeat });
        ChatModelException error = (await Talk.StreamAsync(server.Options with { AnswerTimeout = TimeSpan.FromSeconds(80), FirstTokenTimeout = TimeSpan.FromSeconds(80) })).Fault;
        Assert.Equal(ChatModelFault.BadReply, error.Fault);
        await Talk.Within(server.Closed);
    }

    [Fact]
    public async Task A_cut_in_the_middle_is_an_error_after_what_came_and_is_not_tried_again()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("half")) with { Ending = Ending.Cut }, Good);
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        Assert.Equal(("half", ChatModelFault.CutOff), (heard.Text, heard.Fault.Fault));
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task An_answer_without_its_end_was_cut_off_even_where_the_connection_ended_well()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("half")));
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        Assert.Equal(("half", ChatModelFault.CutOff), (heard.Text, heard.Fault.Fault));
    }

    [Fact]
    public async Task A_cut_before_the_first_token_is_tried_again()
    {
        using var server = new ScriptedChat(Reply.Stream(Piece("""{"role":"assistant"}""")) with { Ending = Ending.Cut }, Good);
        Assert.Equal("good", (await Talk.StreamAsync(server.Options)).Text);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task An_error_as_an_event_is_told_in_the_server_s_words()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("a"), Event($$$"""{"error":{"message":"CUDA out of memory ({{{Key}}})","code":500}}"""), Done));
        Talk.Heard heard = await Talk.StreamAsync(server.Options);
        Assert.Equal(("a", ChatModelFault.ServerFault), (heard.Text, heard.Fault.Fault));
        Assert.Contains("CUDA out of memory ((key))", heard.Fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, heard.Fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_before_the_first_token_ends_and_closes_the_connection()
    {
        using var server = new ScriptedChat(Reply.Stream() with { Ending = Ending.Silence });
        ChatModelException error = (await Talk.StreamAsync(server.Options with { FirstTokenTimeout = Short })).Fault;
        Assert.Equal(ChatModelFault.Stalled, error.Fault);
        Assert.Contains("FirstTokenTimeout", error.Message, StringComparison.Ordinal);
        Assert.Single(server.Requests);
        await Talk.Within(server.Closed);
    }

    [Fact]
    public async Task Silence_in_the_middle_ends_and_closes_the_connection()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("half")) with { Ending = Ending.Silence });
        Talk.Heard heard = await Talk.StreamAsync(server.Options with { TokenTimeout = Short });
        Assert.Equal(("half", ChatModelFault.Stalled), (heard.Text, heard.Fault.Fault));
        Assert.Contains("TokenTimeout", heard.Fault.Message, StringComparison.Ordinal);
        await Talk.Within(server.Closed);
    }

    [Fact]
    public async Task Comments_alone_are_silence()
    {
        using var server = new ScriptedChat(Reply.Stream(": still here\n\n") with { Ending = Ending.Repeat });
        Assert.Equal(ChatModelFault.Stalled, (await Talk.StreamAsync(server.Options with { FirstTokenTimeout = Short })).Fault.Fault);
        await Talk.Within(server.Closed);
    }

    [Fact]
    public async Task An_answer_without_end_ends()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("more ")) with { Ending = Ending.Repeat });
        Talk.Heard heard = await Talk.StreamAsync(server.Options with { AnswerTimeout = TimeSpan.FromSeconds(1) });
        Assert.Equal(ChatModelFault.TooSlow, heard.Fault.Fault);
        Assert.StartsWith("more more ", heard.Text, StringComparison.Ordinal);
        await Talk.Within(server.Closed);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(200)]
    public async Task A_body_that_never_comes_ends(int status)
    {
        using var server = new ScriptedChat(new Reply { Status = status, Type = "application/json", Ending = Ending.Silence });
        Assert.Equal(ChatModelFault.Stalled, (await Talk.StreamAsync(server.Options with { FirstTokenTimeout = Short })).Fault.Fault);
        ChatModelException whole = await Assert.ThrowsAsync<ChatModelException>(() => Talk.WholeAsync(server.Options with { AnswerTimeout = Short }));
        Assert.Equal(ChatModelFault.TooSlow, whole.Fault);
    }

    [Fact]
    public async Task Where_nothing_listens_the_address_is_named()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        int port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        var options = new ChatModelOptions { Address = new Uri($"http://127.0.0.1:{port}"), Model = "m", ApiKey = Key, FirstPause = TimeSpan.FromMilliseconds(1) };
        ChatModelException error = (await Talk.StreamAsync(options)).Fault;
        Assert.Equal(ChatModelFault.Unreachable, error.Fault);
        Assert.Contains($"http://127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, error.ToString(), StringComparison.Ordinal);
    }
}
