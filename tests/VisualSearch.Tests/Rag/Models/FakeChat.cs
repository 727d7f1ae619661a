using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Media;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Rag;

namespace VisualSearch.Tests.Rag.Models;

/// <summary>A model that says what it is told to, and keeps what it was asked.</summary>
internal sealed class FakeChat(params ChatResponseUpdate[] updates) : IChatClient
{
    public List<(ChatMessage[] Messages, ChatOptions? Options)> Asked { get; } = [];

    public static FakeChat Saying(params string[] pieces) => new([.. pieces.Select(static p => new ChatResponseUpdate(ChatRole.Assistant, p)), End(ChatFinishReason.Stop)]);

    public static ChatResponseUpdate End(ChatFinishReason reason) => new(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 100, OutputTokenCount = 7 })]) { FinishReason = reason };

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Asked.Add(([.. messages], options));
        foreach (ChatResponseUpdate update in updates)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            yield return update;
        }
    }

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        => throw new NotSupportedException("Answers are streamed.");

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}

/// <summary>Questions and sources made up for tests.</summary>
internal static class Grounds
{
    public static GroundedQuestion Question(string asked, params string[] texts) => Question(asked, [.. texts.Select(static (t, i) => Source(i + 1, t))]);

    public static GroundedQuestion Question(string asked, IReadOnlyList<Source> sources, IReadOnlyList<ChatTurn>? history = null, PictureSource? picture = null)
        => new(new UnderstoodQuestion { Asked = asked, Standalone = asked, Parts = [], Phrase = asked }, sources) { History = history ?? [], Picture = picture };

    public static Source Source(int number, string text, string title = "Harbour day", ItemKind kind = ItemKind.Passage) => new()
    {
        Number = number,
        Record = new ItemRecord(new Item { Id = number, AssetId = number, Kind = kind }, new Asset { Id = number, Path = $"/home/me/private/v{number}.mp4", Title = title }),
        Text = text,
        Start = kind == ItemKind.Picture ? null : 12.4,
        End = kind == ItemKind.Picture ? null : 3671,
        Match = 80,
        FoundBy = default,
    };
}
