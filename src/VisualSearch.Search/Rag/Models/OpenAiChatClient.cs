using System.ClientModel;
using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;
using Polly;
using Polly.Retry;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;

namespace VisualSearch.Search.Rag.Models;

/// <summary>
/// A chat with any OpenAI-compatible server: OpenAI, Azure, Ollama, vLLM, llama.cpp. Built on the OpenAI package, with our own idea of what may
/// take how long. Every call ends in a reply or a <see cref="ChatModelException"/>. Safe for any number of threads; one serves a whole program.
/// </summary>
/// <remarks>
/// <code>
/// OpenAiRequest ─► OpenAI package ─► ReplyGuard ─► network        errors, wrong types, too much: ReplyGuard
///   messages        JSON, events      status, type, size         too slow:                      Patience
/// OpenAiReply  ◄─ OpenAiStream ◄──────────┘                       passing, before a first token: sent again
/// </code>
/// </remarks>
public sealed class OpenAiChatClient : IChatClient
{
    private readonly ChatModelOptions _options;
    private readonly ChatFaults _faults;
    private readonly HttpClient _http;
    private readonly OpenAIClient _client;
    private readonly ResiliencePipeline _tries;

    /// <summary>A client; nothing is sent until it is asked something.</summary>
    /// <param name="options">Which model, where.</param>
    public OpenAiChatClient(ChatModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _faults = new ChatFaults(options);
        _tries = Tries(options);
        var network = new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            // What is asked goes to the server that was named, and no further; through no proxy if that is this machine.
            AllowAutoRedirect = false,
            UseProxy = options.IsRemote,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // An answer that nobody waits for any more would otherwise be read for 2 s, and paid for, before its connection is closed.
            MaxResponseDrainSize = 4096,
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
        };
        _http = new HttpClient(new ReplyGuard(network, _faults)) { Timeout = Timeout.InfiniteTimeSpan };
        var settings = new OpenAIClientOptions
        {
            Endpoint = options.Address,
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            UserAgentApplicationId = "VisualSearch",
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
        };
#pragma warning disable OPENAI001 // The package's only way to send no key at all.
        _client = options.ApiKey is { } key ? new OpenAIClient(new ApiKeyCredential(key), settings) : new OpenAIClient(new NoKey(), settings);
#pragma warning restore OPENAI001
    }

    /// <inheritdoc/>
    /// <exception cref="ChatModelException">The model could not answer.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        (ChatClient chat, List<OpenAI.Chat.ChatMessage> mapped, ChatCompletionOptions settings) = Map(messages, options);
        using var patience = new Patience(_options, _faults, cancellationToken);
        return await patience.WholeAsync(whole => _tries.ExecuteAsync(
            async _ => await patience.WaitAsync(() => AskAsync(chat, mapped, settings, patience.Step), clocked: false).ConfigureAwait(false),
            whole).AsTask()).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="ChatModelException">The model could not answer, or not to the end.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        (ChatClient chat, List<OpenAI.Chat.ChatMessage> mapped, ChatCompletionOptions settings) = Map(messages, options);
        using var patience = new Patience(_options, _faults, cancellationToken);
        OpenAiStream stream = await patience.WholeAsync(whole => _tries.ExecuteAsync(
            async _ => await OpenAiStream.OpenAsync(chat.CompleteChatStreamingAsync(mapped, settings, patience.Step), patience, _faults).ConfigureAwait(false),
            whole).AsTask()).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                while (stream.Current is { } piece)
                {
                    yield return piece;
                    await stream.NextAsync().ConfigureAwait(false);
                }
            }
            finally
            {
                patience.GiveUp();
            }
        }
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        if (serviceType == typeof(ChatClientMetadata))
            return new ChatClientMetadata("openai", _options.Address, _options.Model);
        return serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => _http.Dispose();

    /// <summary>The model and its server, without the key.</summary>
    public override string ToString() => _options.ToString();

    /// <summary>Whether the OpenAI package throws this at a reply of another shape than it expects. Faults of ours and of the network are not among them.</summary>
    internal static bool IsUnreadable(Exception cause) => cause
        is JsonException or FormatException or InvalidOperationException or ArgumentException or KeyNotFoundException or NullReferenceException
            or OverflowException or IndexOutOfRangeException
        && cause is not ObjectDisposedException;

    private async Task<ChatResponse> AskAsync(ChatClient chat, List<OpenAI.Chat.ChatMessage> messages, ChatCompletionOptions settings, CancellationToken cancellation)
    {
        try
        {
            ClientResult<ChatCompletion> result = await chat.CompleteChatAsync(messages, settings, cancellation).ConfigureAwait(false);
            return OpenAiReply.Whole(result.Value);
        }
        catch (Exception cause) when (IsUnreadable(cause))
        {
            throw _faults.BadReply($"a reply that is no answer ({cause.GetType().Name})", cause);
        }
    }

    private (ChatClient Chat, List<OpenAI.Chat.ChatMessage> Messages, ChatCompletionOptions Settings) Map(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return (_client.GetChatClient(options?.ModelId ?? _options.Model), OpenAiRequest.Messages(messages, options?.Instructions), OpenAiRequest.Options(options, _options));
    }

    private static ResiliencePipeline Tries(ChatModelOptions options) => options.Retries == 0
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder().AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<ChatModelException>(f => f.IsPassing && !(f.RetryAfter > options.MaxPause)),
            MaxRetryAttempts = options.Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.FirstPause,
            MaxDelay = options.MaxPause,
            DelayGenerator = static a => ValueTask.FromResult((a.Outcome.Exception as ChatModelException)?.RetryAfter),
        }).Build();

    /// <summary>For servers that want no key.</summary>
    private sealed class NoKey : AuthenticationPolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) => ProcessNext(message, pipeline, currentIndex);

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) => ProcessNextAsync(message, pipeline, currentIndex);
    }
}
