using System.Text;
using Microsoft.Extensions.AI;
using VisualSearch.Search.Rag.Models;

namespace VisualSearch.Tests.Rag.Models;

/// <summary>Asks a scripted server, with a hard limit of time: what hangs fails.</summary>
internal static class Talk
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public static readonly ChatMessage[] Hello = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hello?")];

    /// <summary>What came of a streamed reply, and what ended it.</summary>
    internal sealed record Heard(string Text, IReadOnlyList<ChatResponseUpdate> Updates, Exception? Error)
    {
        public ChatModelException Fault => Assert.IsType<ChatModelException>(Error);

        public ChatFinishReason? Finish => Updates.Select(static u => u.FinishReason).LastOrDefault(static f => f is not null);

        public UsageDetails? Usage => Updates.SelectMany(static u => u.Contents).OfType<UsageContent>().LastOrDefault()?.Details;

        public List<FunctionCallContent> Calls => [.. Updates.SelectMany(static u => u.Contents).OfType<FunctionCallContent>()];
    }

    public static async Task<T> Within<T>(Task<T> task) => await task.WaitAsync(Limit);

    public static async Task Within(Task task) => await task.WaitAsync(Limit);

    /// <summary>Asks and listens to the end.</summary>
    public static Task<Heard> StreamAsync(
        ChatModelOptions options, IEnumerable<ChatMessage>? messages = null, ChatOptions? chat = null, Action<string>? onText = null, CancellationToken cancellation = default)
        => Within(Task.Run(async () =>
        {
            using var client = new OpenAiChatClient(options);
            var text = new StringBuilder();
            var updates = new List<ChatResponseUpdate>();
            try
            {
                await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(messages ?? Hello, chat, cancellation))
                {
                    updates.Add(update);
                    text.Append(update.Text);
                    onText?.Invoke(text.ToString());
                }

                return new Heard(text.ToString(), updates, null);
            }
            catch (Exception error)
            {
                return new Heard(text.ToString(), updates, error);
            }
        }));

    /// <summary>Asks for a reply in one piece.</summary>
    public static Task<ChatResponse> WholeAsync(ChatModelOptions options, IEnumerable<ChatMessage>? messages = null, ChatOptions? chat = null, CancellationToken cancellation = default)
        => Within(Task.Run(async () =>
        {
            using var client = new OpenAiChatClient(options);
            return await client.GetResponseAsync(messages ?? Hello, chat, cancellation);
        }));
}
