using Microsoft.Extensions.AI;
using OpenAI.Chat;

namespace VisualSearch.Search.Rag.Models;

/// <summary>A streamed reply that has begun: its first piece is there, the rest comes.</summary>
internal sealed class OpenAiStream : IAsyncDisposable
{
    private readonly IAsyncEnumerator<StreamingChatCompletionUpdate> _updates;
    private readonly OpenAiReply _reply;
    private readonly Patience _patience;
    private readonly ChatFaults _faults;

    private OpenAiStream(IAsyncEnumerator<StreamingChatCompletionUpdate> updates, Patience patience, ChatFaults faults)
        => (_updates, _patience, _faults, _reply) = (updates, patience, faults, new OpenAiReply(faults));

    /// <summary>The piece that is there; null at the end.</summary>
    public ChatResponseUpdate? Current { get; private set; }

    /// <summary>Waits for the first piece that says something.</summary>
    public static async Task<OpenAiStream> OpenAsync(IAsyncEnumerable<StreamingChatCompletionUpdate> updates, Patience patience, ChatFaults faults)
    {
        var stream = new OpenAiStream(updates.GetAsyncEnumerator(patience.Step), patience, faults);
        try
        {
            await stream.NextAsync().ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Waits for the next piece that says something.</summary>
    public async Task NextAsync()
    {
        do
        {
            if (!await _patience.WaitAsync(MoveAsync).ConfigureAwait(false))
            {
                Current = null;
                if (!_reply.HasContent && !_reply.IsFinished)
                    throw _faults.BadReply("nothing in place of an answer (no event of a stream)");
                if (!_reply.IsFinished)
                    throw _faults.CutOff();
                return;
            }

            // A server that reasons silently sends pieces that say nothing, and is alive all the same.
            _patience.Started();
            Current = Read(_updates.Current);
        }
        while (Current is null);
    }

    public async ValueTask DisposeAsync() => await _updates.DisposeAsync().ConfigureAwait(false);

    private async Task<bool> MoveAsync()
    {
        try
        {
            return await _updates.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception cause) when (OpenAiChatClient.IsUnreadable(cause))
        {
            throw _faults.BadReply($"an event that can't be read ({cause.GetType().Name})", cause);
        }
    }

    private ChatResponseUpdate? Read(StreamingChatCompletionUpdate update)
    {
        try
        {
            return _reply.Add(update);
        }
        catch (Exception cause) when (OpenAiChatClient.IsUnreadable(cause))
        {
            throw _faults.BadReply($"an event that is no part of an answer ({cause.GetType().Name})", cause);
        }
    }
}
