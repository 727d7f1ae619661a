using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VisualSearch.Tests.Models.Registry;

/// <summary>
/// A small HTTP server on this machine that serves files as a model hub does, and can be told to serve the next requests badly: stalled,
/// cut off, damaged, redirected, or not at all. Written on sockets, since a proper server does none of that.
/// </summary>
internal sealed class HubServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, byte[]> _files = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Trick>> _tricks = new();
    private readonly ConcurrentDictionary<string, string> _tags = new();

    public HubServer()
    {
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What to do with one request.</summary>
    internal sealed record Trick
    {
        /// <summary>Send so many bytes of the body, then nothing more, with the connection open.</summary>
        public int? StallAfter { get; init; }

        /// <summary>Send so many bytes of the body, then close the connection.</summary>
        public int? CutAfter { get; init; }

        /// <summary>Change the byte at this place of the file.</summary>
        public int? DamageAt { get; init; }

        /// <summary>Send the whole file, whatever range is asked for.</summary>
        public bool IgnoreRange { get; init; }

        /// <summary>Answer a range with one that begins so many bytes later.</summary>
        public int RangeOff { get; init; }

        /// <summary>Answer with this status and no file.</summary>
        public int? Status { get; init; }

        /// <summary>Header lines to add, each ended by <c>\r\n</c>.</summary>
        public string Headers { get; init; } = "";

        /// <summary>Leave the length out, and close the connection at the end.</summary>
        public bool NoLength { get; init; }
    }

    /// <summary>One request as it came.</summary>
    internal sealed record Request(string Path, string? Range, string? IfRange);

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public ConcurrentQueue<Request> Requests { get; } = new();

    /// <summary>Serves a file under a path, with an entity tag unless it is empty.</summary>
    public void Put(string path, byte[] content, string? tag = null)
    {
        _files[path] = content;
        _tags[path] = tag ?? $"\"tag-{path.GetHashCode(StringComparison.Ordinal):x}-{content.Length}\"";
    }

    /// <summary>Serves the next requests for a path so, one trick each; after them well.</summary>
    public void Play(string path, params Trick[] tricks)
    {
        ConcurrentQueue<Trick> queue = _tricks.GetOrAdd(path, _ => new());
        foreach (Trick trick in tricks)
        {
            queue.Enqueue(trick);
        }
    }

    /// <summary>How many requests for a path came.</summary>
    public int Count(string path) => Requests.Count(r => r.Path == path);

    /// <summary>Takes no more connections: nobody is there.</summary>
    public void GoDown() => _listener.Stop();

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
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
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
            try
            {
                NetworkStream stream = client.GetStream();
                Request request = await ReadAsync(stream);
                Requests.Enqueue(request);
                await AnswerAsync(stream, request);
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // The other side has gone, which is what some tests are about.
            }
        }
    }

    private async Task<Request> ReadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) > 0)
        {
            head.Append((char)one[0]);
        }

        string[] lines = head.ToString().Split("\r\n");
        string? Header(string name) => lines.FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();
        return new Request(lines[0].Split(' ')[1], Header("Range"), Header("If-Range"));
    }

    private async Task AnswerAsync(NetworkStream stream, Request request)
    {
        Trick trick = _tricks.TryGetValue(request.Path, out ConcurrentQueue<Trick>? queue) && queue.TryDequeue(out Trick? next) ? next : new Trick();
        if (trick.Status is not null || !_files.TryGetValue(request.Path, out byte[]? file))
        {
            await WriteAsync(stream, $"HTTP/1.1 {trick.Status ?? 404} Told to\r\n{trick.Headers}Content-Length: 0\r\nConnection: close\r\n\r\n");
            return;
        }

        string tag = _tags[request.Path];
        long from = request.Range is { } range && !trick.IgnoreRange && (request.IfRange is null || request.IfRange == tag)
            ? long.Parse(range["bytes=".Length..^1])
            : 0;
        if (from >= file.Length)
        {
            await WriteAsync(stream, $"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{file.Length}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return;
        }

        byte[] body = (byte[])file.Clone();
        if (trick.DamageAt is { } at)
        {
            body[at] ^= 0xFF;
        }

        body = body[(int)from..];
        string start = from > 0 || (request.Range is not null && !trick.IgnoreRange && request.IfRange == tag)
            ? $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from + trick.RangeOff}-{file.Length - 1}/{file.Length}\r\n"
            : "HTTP/1.1 200 OK\r\n";
        string length = trick.NoLength ? "" : $"Content-Length: {body.Length}\r\n";
        string etag = tag.Length > 0 ? $"ETag: {tag}\r\n" : "";
        await WriteAsync(stream, $"{start}{length}{etag}{trick.Headers}Connection: close\r\n\r\n");
        await stream.WriteAsync(body.AsMemory(0, Math.Min(body.Length, trick.StallAfter ?? trick.CutAfter ?? body.Length)), _stop.Token);
        await stream.FlushAsync(_stop.Token);
        if (trick.StallAfter is not null)
        {
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }
    }

    private async Task WriteAsync(NetworkStream stream, string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}
