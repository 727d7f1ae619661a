using Microsoft.Extensions.AI;
using VisualSearch.Search.Rag.Models;
using static VisualSearch.Tests.Rag.Models.ScriptedChat;

namespace VisualSearch.Tests.Rag.Models;

/// <summary>Who stops waiting also stops the server's work: its connection is closed.</summary>
public sealed class CancelTests
{
    [Fact]
    public async Task Cancelling_before_the_first_token_closes_the_connection()
    {
        using var server = new ScriptedChat(Reply.Stream() with { Ending = Ending.Silence });
        using var cancel = new CancellationTokenSource();
        Task<Talk.Heard> asking = Talk.StreamAsync(server.Options, cancellation: cancel.Token);
        while (server.Requests.IsEmpty && !asking.IsCompleted)
            await Task.Delay(5);
        await cancel.CancelAsync();
        AssertCancelled((await asking).Error, cancel.Token);
        await Talk.Within(server.Closed);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_in_the_middle_closes_the_connection(bool silent)
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("half ")) with { Ending = silent ? Ending.Silence : Ending.Repeat });
        using var cancel = new CancellationTokenSource();
        Talk.Heard heard = await Talk.StreamAsync(server.Options, cancellation: cancel.Token, onText: _ => cancel.Cancel());
        AssertCancelled(heard.Error, cancel.Token);
        Assert.StartsWith("half ", heard.Text, StringComparison.Ordinal);
        await Talk.Within(server.Closed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Leaving_a_stream_closes_the_connection(bool silent)
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("half ")) with { Ending = silent ? Ending.Silence : Ending.Repeat });
        using var client = new OpenAiChatClient(server.Options);
        await Talk.Within(Task.Run(async () =>
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Talk.Hello))
            {
                if (update.Text.Length > 0)
                    break;
            }
        }));
        await Talk.Within(server.Closed);
    }

    [Fact]
    public async Task Cancelling_a_reply_in_one_piece_closes_the_connection()
    {
        using var server = new ScriptedChat(new Reply { Type = "application/json", Ending = Ending.Silence });
        using var cancel = new CancellationTokenSource();
        Task<ChatResponse> asking = Talk.WholeAsync(server.Options, cancellation: cancel.Token);
        while (server.Requests.IsEmpty && !asking.IsCompleted)
            await Task.Delay(5);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await Talk.Within(server.Closed);
    }

    [Fact]
    public async Task Cancelling_a_pause_before_a_retry_ends_it()
    {
        using var server = new ScriptedChat(Reply.Of("{}", "application/json", 429) with { Headers = "Retry-After: 19\r\n" });
        using var cancel = new CancellationTokenSource();
        Task<Talk.Heard> asking = Talk.StreamAsync(server.Options, cancellation: cancel.Token);
        while (server.Requests.IsEmpty && !asking.IsCompleted)
            await Task.Delay(5);
        await Task.Delay(50);
        await cancel.CancelAsync();
        AssertCancelled((await asking).Error, cancel.Token);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task What_is_cancelled_already_is_not_sent()
    {
        using var server = new ScriptedChat(Reply.Stream(Delta("x"), Finish(), Done));
        Talk.Heard heard = await Talk.StreamAsync(server.Options, cancellation: new CancellationToken(true));
        Assert.IsAssignableFrom<OperationCanceledException>(heard.Error);
        Assert.Empty(server.Requests);
    }

    private static void AssertCancelled(Exception? error, CancellationToken token)
        => Assert.Equal(token, Assert.IsAssignableFrom<OperationCanceledException>(error).CancellationToken);
}
