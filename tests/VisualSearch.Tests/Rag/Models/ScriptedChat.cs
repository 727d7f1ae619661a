using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using VisualSearch.Search.Rag.Models;

namespace VisualSearch.Tests.Rag.Models;

/// <summary>
/// An OpenAI-compatible server on this machine that answers each request as it is told: well, in odd pieces, with an error, or by falling silent.
/// Written on sockets, since a proper server does none of that.
/// </summary>
internal sealed class ScriptedChat : IDisposable
{
    public const string Key = "sk-test-4f9a1c77e0";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Reply[] _replies;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The first request gets the first reply and so on; the last is for all that follow.</summary>
    public ScriptedChat(params Reply[] replies)
    {
        _replies = replies;
        _listener.Start();
        _ = AcceptAsync();
    }

    internal enum Ending
    {
        /// <summary>The body's end, as it should be.</summary>
        Proper,

        /// <summary>The connection is closed in the middle of the body.</summary>
        Cut,

        /// <summary>Nothing more is sent, with the connection open, until the client closes it.</summary>
        Silence,

        /// <summary>The last piece is sent for ever, until the client closes the connection.</summary>
        Repeat,
    }

    /// <summary>One reply.</summary>
    internal sealed record Reply(params byte[][] Pieces)
    {
        public int Status { get; init; } = 200;

        public string Type { get; init; } = "text/event-stream";

        /// <summary>More header lines, each ended by <c>\r\n</c>.</summary>
        public string Headers { get; init; } = "";

        public Ending Ending { get; init; }

        /// <summary>A reply with a body of text in one piece.</summary>
        public static Reply Of(string body, string type = "text/event-stream", int status = 200) => new(Encoding.UTF8.GetBytes(body)) { Type = type, Status = status };

        /// <summary>A stream of events.</summary>
        public static Reply Stream(params string[] events) => new([.. events.Select(Encoding.UTF8.GetBytes)]);
    }

    /// <summary>One request as it came; header names in lower case.</summary>
    internal sealed record Request(string Line, IReadOnlyDictionary<string, string> Headers, JsonElement Body);

    public ConcurrentQueue<Request> Requests { get; } = new();

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    /// <summary>Ends when a client closed its connection before it had the whole reply.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Settings for this server, quick where something has to run out.</summary>
    public ChatModelOptions Options => new()
    {
        Address = Address,
        Model = "scripted",
        ApiKey = Key,
        FirstPause = TimeSpan.FromMilliseconds(5),
        FirstTokenTimeout = TimeSpan.FromSeconds(20),
        TokenTimeout = TimeSpan.FromSeconds(20),
        AnswerTimeout = TimeSpan.FromSeconds(40),
    };

    public static string Event(string json) => $"data: {json}\n\n";

    public static string Delta(string text) => Piece($$"""{"role":"assistant","content":{{JsonSerializer.Serialize(text)}}}""");

    public static string Piece(string delta, string finish = "null")
        => Event($$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"scripted","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}]}""");

    public static string Finish(string reason = "stop") => Piece("{}", $"\"{reason}\"");

    public static string Usage(int input, int output)
        => Event($$$"""{"id":"c1","object":"chat.completion.chunk","created":1,"model":"scripted","choices":[],"usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}},"total_tokens":{{{input + output}}}}}""");

    public const string Done = "data: [DONE]\n\n";

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            client.NoDelay = true;
            NetworkStream stream = client.GetStream();
            try
            {
                Request request = await ReadAsync(stream);
                int number;
                lock (_replies)
                {
                    number = Requests.Count;
                    Requests.Enqueue(request);
                }

                await AnswerAsync(stream, _replies[Math.Min(number, _replies.Length - 1)]);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                if (!_stop.IsCancellationRequested)
                    _closed.TrySetResult();
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream, Reply reply)
    {
        string head = $"HTTP/1.1 {reply.Status} Scripted\r\nContent-Type: {reply.Type}\r\n{reply.Headers}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        foreach (byte[] piece in reply.Pieces)
        {
            await SendAsync(stream, piece);
        }

        switch (reply.Ending)
        {
            case Ending.Proper:
                await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
                break;
            case Ending.Silence:
                if (await stream.ReadAsync(new byte[1], _stop.Token) == 0)
                    throw new IOException("closed by the client");
                break;
            case Ending.Repeat:
                Task<int> closing = stream.ReadAsync(new byte[1], _stop.Token).AsTask();
                while (!closing.IsCompleted)
                {
                    await SendAsync(stream, reply.Pieces[^1]);
                    await Task.Delay(5, _stop.Token);
                }

                throw new IOException("closed by the client");
        }
    }

    private static async Task SendAsync(NetworkStream stream, byte[] piece)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n"));
        await stream.WriteAsync(piece);
        await stream.WriteAsync("\r\n"u8.ToArray());
        await stream.FlushAsync();
    }

    private static async Task<Request> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one);
            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = lines.Skip(1).Select(static l => l.Split(": ", 2)).ToDictionary(static p => p[0].ToLowerInvariant(), static p => p[1]);
        byte[] body = headers.TryGetValue("content-length", out string? length) ? new byte[int.Parse(length)] : [];
        await stream.ReadExactlyAsync(body);
        return new Request(lines[0], headers, body.Length == 0 ? default : JsonDocument.Parse(body).RootElement);
    }
}
