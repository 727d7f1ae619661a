using System.Net.Http.Headers;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>One call: what is sent, and what messages call it.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="What">What is asked, such as "search 'photos'".</param>
internal sealed record QdrantCall(HttpMethod Method, string Path, string What)
{
    /// <summary>JSON, or empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether doing it twice does no more than doing it once.</summary>
    public bool IsSafe { get; init; } = true;

    /// <summary>Fewer retries than the options have, or null.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>Makes a body that is no JSON, anew for each try; null for <see cref="Body"/>.</summary>
    public Func<HttpContent>? Content { get; init; }

    /// <summary>How long a try may take where that is not the time of any call: a server works on a snapshot for as long as that is large.</summary>
    public TimeSpan? Patience { get; init; }
}

/// <summary>Sends a call: to a node whose turn it is, again after a passing fault, each try within its time.</summary>
internal sealed partial class QdrantTransport : IDisposable
{
    private static readonly ResiliencePropertyKey<Attempt> AttemptKey = new("attempt");

    private readonly QdrantOptions options;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly NodeRing nodes;
    private readonly QdrantErrors errors;
    private readonly HttpClient http;
    private readonly ResiliencePipeline tries;
    private readonly ResiliencePipeline singlePass;

    public QdrantTransport(QdrantOptions options, ILogger logger, TimeProvider time)
    {
        (this.options, this.logger, this.time) = (options, logger, time);
        nodes = new NodeRing(options.Nodes, options.NodeRest, time);
        errors = new QdrantErrors(options, time);
        http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = options.ConnectionLifetime,
            MaxConnectionsPerServer = options.ConnectionsPerNode,
            // The key goes to the servers that were named, and no further; through no proxy if they are all this machine.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !options.Nodes.All(static node => node.IsLoopback),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        // Passing a call on to each of the other nodes is no retry yet.
        tries = Tries(options.Retries + nodes.Count - 1);
        singlePass = Tries(nodes.Count - 1);
    }

    /// <summary>Sends a call and reads the result in its reply.</summary>
    public T Send<T>(QdrantCall call, JsonTypeInfo<QdrantReply<T>> type, CancellationToken cancellation) => Try(call, response => Read(call, response, type).Result, cancellation);

    /// <summary>Sends a call whose reply is wrapped in nothing.</summary>
    public T SendPlain<T>(QdrantCall call, JsonTypeInfo<T> type, CancellationToken cancellation) => Try(call, response => Read(call, response, type), cancellation);

    /// <summary>Sends a call whose reply is text.</summary>
    public string SendText(QdrantCall call, CancellationToken cancellation) => Try(call, static response =>
    {
        using var reader = new StreamReader(response.Content.ReadAsStream());
        return reader.ReadToEnd();
    }, cancellation);

    /// <summary>Sends a call whose reply is a file, of any size. The time of a call is that of each piece of it.</summary>
    /// <param name="call">The call.</param>
    /// <param name="begin">Begins the file, anew for each try; what it returns is told each piece. What it throws ends the call.</param>
    /// <param name="cancellation">Ends the call.</param>
    public void SendFile(QdrantCall call, Func<Action<ReadOnlyMemory<byte>>> begin, CancellationToken cancellation)
    {
        try
        {
            Try(call, (response, clock) => Receive(response, begin, clock), HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (LocalFault fault)
        {
            ExceptionDispatchInfo.Throw(fault.InnerException!);
        }
    }

    public void Dispose() => http.Dispose();

    private T Try<T>(QdrantCall call, Func<HttpResponseMessage, T> read, CancellationToken cancellation) => Try(call, (response, _) => read(response), HttpCompletionOption.ResponseContentRead, cancellation);

    private T Try<T>(QdrantCall call, Func<HttpResponseMessage, CancellationTokenSource, T> read, HttpCompletionOption completion, CancellationToken cancellation)
    {
        var attempt = new Attempt(call);
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellation);
        context.Properties.Set(AttemptKey, attempt);
        try
        {
            return (call.MaxRetries == 0 ? singlePass : tries).Execute(c => Once(attempt, read, completion, c.CancellationToken), context);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private T Once<T>(Attempt attempt, Func<HttpResponseMessage, CancellationTokenSource, T> read, HttpCompletionOption completion, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        int node = attempt.Node = nodes.Next(attempt.Node);
        attempt.Count++;
        using var clock = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        clock.CancelAfter(attempt.Call.Patience ?? options.RequestTimeout);
        try
        {
            using HttpRequestMessage request = Request(attempt.Call, nodes[node]);
            using HttpResponseMessage response = http.Send(request, completion, clock.Token);
            if (!response.IsSuccessStatusCode)
                throw errors.Refused(attempt.Call, nodes[node], response);
            T result = read(response, clock);
            nodes.Answered(node);
            return result;
        }
        catch (QdrantException fault)
        {
            // Too many requests is said by a node that is well.
            if (fault.IsPassing && fault.Status != System.Net.HttpStatusCode.TooManyRequests)
                nodes.Failed(node);
            throw;
        }
        catch (Exception cause) when (cause is OperationCanceledException or HttpRequestException or IOException)
        {
            if (cancellation.IsCancellationRequested)
                throw new OperationCanceledException($"It was cancelled to {attempt.Call.What}.", cause, cancellation);
            nodes.Failed(node);
            throw clock.IsCancellationRequested ? errors.TooSlow(attempt.Call, nodes[node], cause) : errors.Unreachable(attempt.Call, nodes[node], cause);
        }
    }

    private HttpRequestMessage Request(QdrantCall call, Uri node)
    {
        var request = new HttpRequestMessage(call.Method, new Uri(node.GetLeftPart(UriPartial.Path).TrimEnd('/') + call.Path));
        if (options.ApiKey is { } key)
            request.Headers.Add("api-key", key);
        if (call.Content is not null)
        {
            request.Content = call.Content();
        }
        else if (!call.Body.IsEmpty)
        {
            request.Content = new ReadOnlyMemoryContent(call.Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }
        return request;
    }

    private bool Receive(HttpResponseMessage response, Func<Action<ReadOnlyMemory<byte>>> begin, CancellationTokenSource clock)
    {
        Action<ReadOnlyMemory<byte>> write = Local(begin);
        using Stream body = response.Content.ReadAsStream(clock.Token);
        byte[] piece = new byte[128 << 10];
        while (true)
        {
            clock.CancelAfter(options.RequestTimeout);
            // Nothing could end the stream's plain Read.
            int length = body.ReadAsync(piece, clock.Token).AsTask().GetAwaiter().GetResult();
            if (length == 0)
                return true;
            Local(() =>
            {
                write(piece.AsMemory(0, length));
                return true;
            });
        }
    }

    // A full disk is no fault of the server's, which an IOException out of a try is taken for.
    private static T Local<T>(Func<T> own)
    {
        try
        {
            return own();
        }
        catch (Exception cause)
        {
            throw new LocalFault(cause);
        }
    }

    private T Read<T>(QdrantCall call, HttpResponseMessage response, JsonTypeInfo<T> type)
    {
        try
        {
            using Stream body = response.Content.ReadAsStream();
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("The reply is null.");
        }
        catch (Exception cause) when (cause is JsonException or FormatException or InvalidOperationException)
        {
            throw errors.Unreadable(call, response, cause);
        }
    }

    private ResiliencePipeline Tries(int most) => most == 0
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = a => ValueTask.FromResult(a.Outcome.Exception is QdrantException { IsPassing: true } fault && MayRepeat(a.Context, fault)),
            MaxRetryAttempts = most,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.FirstPause,
            MaxDelay = options.MaxPause,
            DelayGenerator = a => ValueTask.FromResult(Pause(a.Context, (QdrantException)a.Outcome.Exception!)),
            OnRetry = a =>
            {
                Attempt attempt = a.Context.Properties.GetValue(AttemptKey, null!);
                LogRetry(logger, attempt.Count, (int)a.RetryDelay.TotalMilliseconds, a.Outcome.Exception!.Message);
                return ValueTask.CompletedTask;
            },
        }).Build();

    private bool MayRepeat(ResilienceContext context, QdrantException fault)
    {
        Attempt attempt = context.Properties.GetValue(AttemptKey, null!);
        return (attempt.Call.IsSafe || fault.WasNeverSent) && !(fault.RetryAfter > options.MaxPause);
    }

    // Another node is asked at once; once all have failed there is a pause, which the server may name.
    private TimeSpan? Pause(ResilienceContext context, QdrantException fault) =>
        fault.RetryAfter is { } asked ? asked
        : context.Properties.GetValue(AttemptKey, null!).Count < nodes.Count ? TimeSpan.Zero
        : null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "Qdrant, try {Count}: {Fault} Trying again in {Milliseconds} ms.")]
    private static partial void LogRetry(ILogger logger, int count, int milliseconds, string fault);

    private sealed class LocalFault(Exception cause) : Exception(cause.Message, cause);

    private sealed class Attempt(QdrantCall call)
    {
        public QdrantCall Call { get; } = call;

        public int Node { get; set; } = -1;

        public int Count { get; set; }
    }
}
