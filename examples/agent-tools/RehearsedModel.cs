using Microsoft.Extensions.AI;

namespace VisualSearch.AgentTools;

/// <summary>Stands in for a language model, so that the program runs anywhere: searches for the question, then says what the tool returned.</summary>
internal sealed class RehearsedModel : IChatClient
{
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ChatMessage last = messages.Last();
        AIContent answer = last.Contents.OfType<FunctionResultContent>().FirstOrDefault() is { } result
            ? new TextContent(Said(result.Result))
            : new FunctionCallContent("1", "search_words", new Dictionary<string, object?> { ["text"] = last.Text, ["k"] = 3 });
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, [answer])));
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (ChatResponseUpdate update in (await GetResponseAsync(messages, options, cancellationToken)).ToChatResponseUpdates())
            yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private static string Said(object? result) => result switch
    {
        ErrorContent failure => $"It did not work: {failure.Message}",
        IEnumerable<AIContent> contents => string.Join('\n', contents.OfType<TextContent>()),
        _ => $"{result}",
    };
}
