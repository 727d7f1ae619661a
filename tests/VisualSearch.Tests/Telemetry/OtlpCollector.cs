using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace VisualSearch.Tests.Telemetry;

/// <summary>A collector on a loopback port that takes OTLP over HTTP and reads the protocol buffers itself, by the numbers of their fields.</summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpCollector(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    public ConcurrentQueue<Span> Spans { get; } = [];

    public ConcurrentQueue<Line> Lines { get; } = [];

    /// <summary>Names of metrics, each as often as it came.</summary>
    public ConcurrentQueue<string> Metrics { get; } = [];

    /// <summary>The value of a header of each request.</summary>
    public ConcurrentQueue<string> Keys { get; } = [];

    public ConcurrentDictionary<string, bool> Services { get; } = [];

    public sealed record Span(string Source, string Trace, string Id, string Parent, string Name, int Kind, IReadOnlyDictionary<string, string> Tags);

    public sealed record Line(string Text, string Trace, string Span);

    public static async Task<OtlpCollector> StartAsync(bool grpc = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        var collector = new OtlpCollector(app);
        app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            collector.Keys.Enqueue(request.Headers["x-collector-key"].ToString());
            collector.Take(signal, body.ToArray());
            return Results.Bytes([], "application/x-protobuf");
        });
        // gRPC is a POST over HTTP/2 to the method's name; each message has a byte for compression and four for its length before it, and the status comes last.
        foreach (var signal in new[] { "trace", "logs", "metrics" })
        {
            var service = char.ToUpperInvariant(signal[0]) + signal[1..] + "Service";
            app.MapPost($"/opentelemetry.proto.collector.{signal}.v1.{service}/Export", async (HttpContext http) =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body);
                collector.Keys.Enqueue(http.Request.Headers["x-collector-key"].ToString());
                collector.Take(signal == "trace" ? "traces" : signal, body.ToArray()[5..]);
                http.Response.ContentType = "application/grpc";
                await http.Response.Body.WriteAsync(new byte[5]);
                http.Response.AppendTrailer("grpc-status", "0");
            });
        }

        await app.StartAsync();
        collector.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return collector;
    }

    /// <summary>Waits until something has come.</summary>
    public static async Task UntilAsync(Func<bool> came)
    {
        for (var i = 0; i < 1500; i++)
        {
            if (came()) return;
            await Task.Delay(20);
        }

        Assert.Fail("It did not come within 30 s.");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    // ExportTraceServiceRequest, ExportLogsServiceRequest and ExportMetricsServiceRequest are alike: 1 = per resource {1 resource {1 attributes}, 2 = per scope {1 scope, 2 entries}}.
    private void Take(string signal, byte[] request)
    {
        foreach (var resource in Messages(request, 1))
        {
            foreach (var about in Messages(resource, 1))
            {
                if (Attributes(about, 1).TryGetValue("service.name", out var service)) Services[service] = true;
            }

            foreach (var scope in Messages(resource, 2))
            {
                var source = string.Concat(Messages(scope, 1).Select(static one => Text(one, 1)));
                foreach (var entry in Messages(scope, 2))
                {
                    if (signal == "traces") Spans.Enqueue(new Span(source, Hex(entry, 1), Hex(entry, 2), Hex(entry, 4), Text(entry, 5), (int)Fields(entry).FirstOrDefault(static field => field.Number == 6).Value, Attributes(entry, 9)));
                    else if (signal == "logs") Lines.Enqueue(new Line(string.Concat(Messages(entry, 5).Select(static body => Text(body, 1))), Hex(entry, 9), Hex(entry, 10)));
                    else Metrics.Enqueue(Text(entry, 1));
                }
            }
        }
    }

    private static Dictionary<string, string> Attributes(byte[] message, int number)
    {
        var attributes = new Dictionary<string, string>();
        foreach (var pair in Messages(message, number))
        {
            foreach (var value in Messages(pair, 2)) attributes[Text(pair, 1)] = string.Concat(Fields(value).Select(static field => field.Bytes is { } text ? Encoding.UTF8.GetString(text) : field.Value.ToString()));
        }

        return attributes;
    }

    private static IEnumerable<byte[]> Messages(byte[] message, int number) => Fields(message).Where(field => field.Number == number && field.Bytes is not null).Select(static field => field.Bytes!);

    private static string Text(byte[] message, int number) => string.Concat(Messages(message, number).Select(Encoding.UTF8.GetString));

    private static string Hex(byte[] message, int number) => string.Concat(Messages(message, number).Select(Convert.ToHexStringLower));

    private static List<(int Number, ulong Value, byte[]? Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, ulong, byte[]?)>();
        var at = 0;
        while (at < message.Length)
        {
            var key = Varint();
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add((number, Varint(), null));
                    break;
                case 1:
                    fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(at)), null));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint();
                    fields.Add((number, 0, message[at..(at + length)]));
                    at += length;
                    break;
                case 5:
                    fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(at)), null));
                    at += 4;
                    break;
                default:
                    throw new FormatException($"Wire type {key & 7}.");
            }
        }

        return fields;

        ulong Varint()
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = message[at++];
                value |= (ulong)(part & 0x7f) << shift;
                if (part < 0x80) return value;
            }
        }
    }
}
