using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI.Chat;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatResponseFormat = OpenAI.Chat.ChatResponseFormat;

namespace VisualSearch.Search.Rag.Models;

/// <summary>Says in OpenAI's types what Microsoft.Extensions.AI's say.</summary>
internal static class OpenAiRequest
{
    // The defaults write JSON for people to read; its line breaks and spaces would be paid for as tokens.
    private static readonly JsonSerializerOptions Compact = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    /// <summary>Turns messages into OpenAI's, one for each, but one for each result of a tool message.</summary>
    /// <exception cref="NotSupportedException">A message has content that the chat protocol has no form for.</exception>
    public static List<OpenAI.Chat.ChatMessage> Messages(IEnumerable<ChatMessage> messages, string? instructions)
    {
        var mapped = new List<OpenAI.Chat.ChatMessage>();
        if (!string.IsNullOrEmpty(instructions))
            mapped.Add(new SystemChatMessage(instructions));
        foreach (ChatMessage message in messages)
        {
            if (message.Role == ChatRole.System)
                mapped.Add(new SystemChatMessage(message.Text));
            else if (message.Role == ChatRole.Assistant)
                mapped.Add(Assistant(message));
            else if (message.Role == ChatRole.Tool)
                mapped.AddRange(message.Contents.Select(Result));
            else
                mapped.Add(User(message));
        }

        return mapped;
    }

    /// <summary>Turns settings into OpenAI's.</summary>
    /// <param name="options">The settings; null for none.</param>
    /// <param name="model">The server.</param>
    public static ChatCompletionOptions Options(ChatOptions? options, ChatModelOptions model)
    {
        int outputTokens = options?.MaxOutputTokens ?? model.Answering.MaxOutputTokens;
        var mapped = new ChatCompletionOptions { MaxOutputTokenCount = outputTokens };
        // OpenAI's newer models refuse max_tokens; Ollama knows nothing else, and would write without end.
#pragma warning disable SCME0001 // The package's only way to send a member that it has no property for.
        if (!IsOpenAi(model.Address))
            mapped.Patch.Set("$.max_tokens"u8, outputTokens);
#pragma warning restore SCME0001
        if (options is null)
            return mapped;
        if (options.ConversationId is not null)
            throw new NotSupportedException("ConversationId: an OpenAI-compatible chat keeps no conversation; send its messages each time.");
        mapped.Temperature = options.Temperature;
        mapped.TopP = options.TopP;
        mapped.FrequencyPenalty = options.FrequencyPenalty;
        mapped.PresencePenalty = options.PresencePenalty;
#pragma warning disable OPENAI001 // A seed makes evaluations repeatable.
        mapped.Seed = options.Seed;
#pragma warning restore OPENAI001
        foreach (string stop in options.StopSequences ?? [])
            mapped.StopSequences.Add(stop);
        mapped.ResponseFormat = options.ResponseFormat switch
        {
            ChatResponseFormatJson { Schema: { } schema } json => ChatResponseFormat.CreateJsonSchemaFormat(
                json.SchemaName ?? "reply", BinaryData.FromString(schema.GetRawText()), json.SchemaDescription),
            ChatResponseFormatJson => ChatResponseFormat.CreateJsonObjectFormat(),
            ChatResponseFormatText => ChatResponseFormat.CreateTextFormat(),
            _ => null,
        };
        Tools(options, mapped);
        return mapped;
    }

    private static void Tools(ChatOptions options, ChatCompletionOptions mapped)
    {
        foreach (AITool tool in options.Tools ?? [])
        {
            mapped.Tools.Add(tool is AIFunctionDeclaration function
                ? ChatTool.CreateFunctionTool(function.Name, function.Description, BinaryData.FromString(function.JsonSchema.GetRawText()))
                : throw new NotSupportedException($"The tool \"{tool.Name}\" is no function; an OpenAI-compatible chat calls functions only."));
        }

        if (mapped.Tools.Count == 0)
            return;
        mapped.AllowParallelToolCalls = options.AllowMultipleToolCalls;
        mapped.ToolChoice = options.ToolMode switch
        {
            RequiredChatToolMode { RequiredFunctionName: { } name } => ChatToolChoice.CreateFunctionChoice(name),
            RequiredChatToolMode => ChatToolChoice.CreateRequiredChoice(),
            NoneChatToolMode => ChatToolChoice.CreateNoneChoice(),
            AutoChatToolMode => ChatToolChoice.CreateAutoChoice(),
            _ => null,
        };
    }

    private static UserChatMessage User(ChatMessage message)
    {
        // Text alone goes as a string: some servers' templates know no list of parts.
        if (message.Contents.All(static c => c is TextContent))
            return new UserChatMessage(message.Text);
        return new UserChatMessage(message.Contents.Select(static content => content switch
        {
            TextContent text => ChatMessageContentPart.CreateTextPart(text.Text),
            DataContent data when data.HasTopLevelMediaType("image") => ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(data.Data), data.MediaType),
            UriContent uri when uri.HasTopLevelMediaType("image") => ChatMessageContentPart.CreateImagePart(uri.Uri),
            _ => throw Unknown(content, "user"),
        }));
    }

    private static AssistantChatMessage Assistant(ChatMessage message)
    {
        ChatToolCall[] calls = [.. message.Contents.OfType<FunctionCallContent>().Select(static call => ChatToolCall.CreateFunctionToolCall(
            call.CallId, call.Name, BinaryData.FromString(JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), Compact))))];
        if (message.Contents.FirstOrDefault(static c => c is not (TextContent or FunctionCallContent or TextReasoningContent or UsageContent)) is { } unknown)
            throw Unknown(unknown, "assistant");
        if (calls.Length == 0)
            return new AssistantChatMessage(message.Text);
        var mapped = new AssistantChatMessage(calls);
        if (message.Text.Length > 0)
            mapped.Content.Add(ChatMessageContentPart.CreateTextPart(message.Text));
        return mapped;
    }

    private static ToolChatMessage Result(AIContent content)
    {
        if (content is not FunctionResultContent result)
            throw Unknown(content, "tool");
        string text = result switch
        {
            // What a tool's exception says may be about this machine; the model only has to know that there is no result.
            { Exception: not null } => "The tool failed.",
            { Result: null } => "",
            { Result: string said } => said,
            { Result: var other } => JsonSerializer.Serialize(other, Compact),
        };
        return new ToolChatMessage(result.CallId, text);
    }

    /// <summary>Whether OpenAI itself, or Azure, is there, and not one of the servers that speak like it.</summary>
    public static bool IsOpenAi(Uri address) => address.Host.EndsWith(".openai.com", StringComparison.OrdinalIgnoreCase)
        || address.Host.EndsWith(".azure.com", StringComparison.OrdinalIgnoreCase);

    private static NotSupportedException Unknown(AIContent content, string role)
        => new($"A message of the {role} has {content.GetType().Name}{(content is DataContent data ? $" ({data.MediaType})" : "")}, which an OpenAI-compatible chat has no form for.");
}
