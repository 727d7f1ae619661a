using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatFinishReason = Microsoft.Extensions.AI.ChatFinishReason;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace VisualSearch.Search.Rag.Models;

/// <summary>Says in Microsoft.Extensions.AI's types what OpenAI's say, and puts calls of tools together that come in fragments. For one reply.</summary>
internal sealed class OpenAiReply(ChatFaults faults)
{
    private readonly List<PendingCall> _calls = [];

    /// <summary>Whether the model said that it is at its end. A stream that stops without it was cut off.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether anything of an answer came.</summary>
    public bool HasContent { get; private set; }

    /// <summary>Maps a whole reply.</summary>
    public static ChatResponse Whole(ChatCompletion completion)
    {
        var contents = new List<AIContent>();
        contents.AddRange(completion.Content.Where(static p => !string.IsNullOrEmpty(p.Text)).Select(static p => new TextContent(p.Text)));
        if (!string.IsNullOrEmpty(completion.Refusal))
            contents.Add(Refused(completion.Refusal));
        contents.AddRange(completion.ToolCalls.Select(static call => Call(call.Id, call.FunctionName, call.FunctionArguments.ToString())));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
        {
            ResponseId = completion.Id,
            ModelId = completion.Model,
            FinishReason = Finish(completion.FinishReason),
            Usage = completion.Usage is { } usage ? Usage(usage) : null,
        };
    }

    /// <summary>Maps a piece of a streamed reply.</summary>
    /// <returns>What it says; null for a piece that says nothing, such as the role alone.</returns>
    public ChatResponseUpdate? Add(StreamingChatCompletionUpdate update)
    {
        // vLLM, Ollama and gateways report a failure in the middle of an answer as an event of its own.
#pragma warning disable SCME0001 // The only place where the package keeps members that it has no property for.
        if (update.Patch.TryGetJson("$.error"u8, out ReadOnlyMemory<byte> error))
            throw faults.InStream(Encoding.UTF8.GetString(error.Span));
#pragma warning restore SCME0001
        var contents = new List<AIContent>();
        contents.AddRange(update.ContentUpdate.Where(static p => !string.IsNullOrEmpty(p.Text)).Select(static p => new TextContent(p.Text)));
        if (!string.IsNullOrEmpty(update.RefusalUpdate))
            contents.Add(Refused(update.RefusalUpdate));
        foreach (StreamingChatToolCallUpdate call in update.ToolCallUpdates)
            Collect(call);
        ChatFinishReason? finish = null;
        if (update.FinishReason is { } reason)
        {
            finish = Finish(reason);
            IsFinished = true;
            contents.AddRange(_calls.Select(static c => Call(c.Id, c.Name, c.Arguments.ToString())));
            _calls.Clear();
        }

        if (update.Usage is { } usage)
            contents.Add(new UsageContent(Usage(usage)));
        if (contents.Count == 0 && finish is null)
            return null;
        HasContent = true;
        return new ChatResponseUpdate(ChatRole.Assistant, contents) { ResponseId = update.CompletionId, ModelId = update.Model, FinishReason = finish };
    }

    private void Collect(StreamingChatToolCallUpdate update)
    {
        // Some servers number all calls 0, but each call has an id of its own, on its first fragment.
        PendingCall? call = _calls.LastOrDefault(c => c.Index == update.Index);
        if (call is null || (!string.IsNullOrEmpty(update.ToolCallId) && call.Id.Length > 0 && call.Id != update.ToolCallId))
        {
            call = new PendingCall(update.Index);
            _calls.Add(call);
        }

        if (!string.IsNullOrEmpty(update.ToolCallId))
            call.Id = update.ToolCallId;
        if (!string.IsNullOrEmpty(update.FunctionName))
            call.Name = update.FunctionName;
        if (update.FunctionArgumentsUpdate is { } arguments)
            call.Arguments.Append(arguments.ToString());
    }

    // Arguments that are no JSON stay with the call as its Exception: whoever runs tools tells the model.
    private static FunctionCallContent Call(string id, string name, string arguments) => FunctionCallContent.CreateFromParsedArguments(
        arguments, id, name, static text => string.IsNullOrWhiteSpace(text) ? [] : JsonSerializer.Deserialize<Dictionary<string, object?>>(text, AIJsonUtilities.DefaultOptions));

    private static ErrorContent Refused(string text) => new(text) { ErrorCode = "Refusal" };

    private static UsageDetails Usage(ChatTokenUsage usage) => new()
    {
        InputTokenCount = usage.InputTokenCount,
        OutputTokenCount = usage.OutputTokenCount,
        TotalTokenCount = usage.TotalTokenCount,
    };

    private static ChatFinishReason Finish(OpenAI.Chat.ChatFinishReason reason) => reason switch
    {
        OpenAI.Chat.ChatFinishReason.Length => ChatFinishReason.Length,
        OpenAI.Chat.ChatFinishReason.ContentFilter => ChatFinishReason.ContentFilter,
        OpenAI.Chat.ChatFinishReason.ToolCalls or OpenAI.Chat.ChatFinishReason.FunctionCall => ChatFinishReason.ToolCalls,
        _ => ChatFinishReason.Stop,
    };

    private sealed class PendingCall(int index)
    {
        public int Index => index;

        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public StringBuilder Arguments { get; } = new();
    }
}
