using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>
/// A node of a Qdrant that lives in memory: it refuses every request that does not follow Qdrant's OpenAPI document, answers the others from exact
/// search, checks its own replies against the document, and fails on demand.
/// </summary>
/// <remarks>
/// <code>
/// request ─► key ─► ContractFault ─► OpenApiContract: path, method, query, body ─► ContractState ─► OpenApiContract: reply
///                                          SchemaValidator                         ContractCollection ─ ContractFilter
///                                                                                  ContractQuery ─ ContractExamples
/// </code>
/// Nodes with one state are a cluster. What the document has and this server has not is answered with 501.
/// </remarks>
public sealed class ContractServer : IAsyncDisposable
{
    // As deep as serde_json, and so Qdrant, reads.
    private static readonly JsonDocumentOptions Depth = new() { MaxDepth = 128 };

    private readonly OpenApiContract contract = OpenApiContract.Load();
    private readonly ContractState state;
    private readonly string? apiKey;
    private readonly WebApplication app;
    private readonly ConcurrentQueue<ContractRequest> requests = new();
    private readonly List<(ContractFault Fault, int Left)> faults = [];
    private readonly CancellationTokenSource stopping = new();

    private ContractServer(ContractState state, string? apiKey)
    {
        (this.state, this.apiKey) = (state, apiKey);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = 32 << 20;
            kestrel.AllowSynchronousIO = false;
        });
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    /// <summary>Where the node listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>What was sent to it so far, in order of arrival.</summary>
    public IReadOnlyList<ContractRequest> Requests => [.. requests];

    /// <summary>The state that it shares with the other nodes.</summary>
    public ContractState State => state;

    /// <summary>A server of its own, or a further node of a cluster.</summary>
    /// <param name="state">The cluster's state, or null for a server of its own.</param>
    /// <param name="apiKey">The key that it asks for, or null.</param>
    public static async Task<ContractServer> StartAsync(ContractState? state = null, string? apiKey = null)
    {
        var server = new ContractServer(state ?? new ContractState(), apiKey);
        await server.app.StartAsync();
        string address = server.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        server.Address = new Uri(address);
        server.state.Nodes.Add(server.Address);
        return server;
    }

    /// <summary>Lets the server fail at the next requests that a fault is for; faults come in the order in which they were asked for.</summary>
    public void Fail(ContractFault fault)
    {
        lock (faults)
            faults.Add((fault, fault.Times));
    }

    /// <summary>Lets it fail no more.</summary>
    public void Heal()
    {
        lock (faults)
            faults.Clear();
    }

    /// <summary>Ends the node: from then on nothing listens there.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(patience.Token);
        await app.DisposeAsync();
        stopping.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        bool hasKey = context.Request.Headers.TryGetValue("api-key", out var given);
        requests.Enqueue(new ContractRequest(context.Request.Method, context.Request.Path, hasKey));
        ContractFault? fault = NextFault(context.Request.Method, context.Request.Path);
        if (fault?.Delay > TimeSpan.Zero)
            await WaitAsync(fault.Delay, context.RequestAborted);
        if (fault is { DropBefore: true })
        {
            context.Abort();
            return;
        }
        if (fault is { Nonsense: { } text })
        {
            context.Response.StatusCode = (int)(fault.Status ?? HttpStatusCode.OK);
            await context.Response.WriteAsync(text, context.RequestAborted);
            return;
        }
        (int status, JsonNode reply, byte[]? file) = fault?.Status is { } wanted
            ? ((int)wanted, Failure("Service internal error: on demand"), null)
            : await HandleAsync(context, given);
        if (fault is { DropAfter: true })
        {
            context.Abort();
            return;
        }
        if (fault?.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.StatusCode = status;
        if (file is not null)
        {
            context.Response.ContentLength = file.Length;
            await context.Response.Body.WriteAsync(file.AsMemory(0, fault is { DropMidway: true } ? file.Length / 2 : file.Length), context.RequestAborted);
            if (fault is { DropMidway: true })
            {
                await context.Response.Body.FlushAsync(context.RequestAborted);
                context.Abort();
            }
            return;
        }
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(reply), context.RequestAborted);
    }

    private async Task<(int Status, JsonNode Reply, byte[]? File)> HandleAsync(HttpContext context, string? key)
    {
        string path = context.Request.Path;
        try
        {
            if (path is "/healthz" or "/livez" or "/readyz")
                return (200, new JsonObject(), Text($"{path[1..]} check passed"));
            if (apiKey is not null && path != "/" && key != apiKey)
                return (401, new JsonObject(), Text(key is null ? "Must provide an API key or an Authorization bearer token" : "Invalid API key or JWT"));
            OpenApiContract.Operation operation = contract.Find(context.Request.Method, RawPath(context));
            (JsonElement? body, byte[]? upload) = OpenApiContract.TakesForm(operation) ? await FormAsync(context) : (await BodyAsync(context), null);
            contract.Check(operation, context.Request.Query, body);
            var call = new ContractCall(state.Nodes.IndexOf(Address), upload, Parameter("priority"), Parameter("checksum"));
            if (state.File(operation, call) is { } file)
                return (200, new JsonObject(), file);
            JsonNode reply = operation.Name == "GET /"
                ? new JsonObject { ["title"] = "qdrant - vector search engine", ["version"] = "1.19.0" }
                : new JsonObject { ["result"] = state.Do(operation, body ?? default, call), ["status"] = "ok", ["time"] = 0.001 };
            // A reply that the document does not allow would teach the client another Qdrant.
            return contract.CheckReply(operation, JsonSerializer.SerializeToElement(reply)) is { } wrong
                ? (500, Failure($"The contract server's own reply is wrong: {wrong}"), null)
                : (200, reply, null);
        }
        catch (ContractException error)
        {
            return ((int)error.Status, Failure(error.Message), null);
        }

        static byte[] Text(string text) => System.Text.Encoding.UTF8.GetBytes(text);

        string? Parameter(string name) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;
    }

    // A form as JSON, its file a text; the file itself beside it.
    private static async Task<(JsonElement? Form, byte[]? File)> FormAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentType?.StartsWith("multipart/form-data", StringComparison.Ordinal) != true)
            throw ContractException.Format("Multipart error: Could not find Content type header");
        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        var members = new JsonObject();
        foreach (string field in form.Keys.Concat(form.Files.Select(static file => file.Name)))
            members[field] = "";
        using var buffer = new MemoryStream();
        if (form.Files.GetFile("snapshot") is { } given)
            await given.CopyToAsync(buffer, context.RequestAborted);
        return (JsonSerializer.SerializeToElement(members), form.Files.GetFile("snapshot") is null ? null : buffer.ToArray());
    }

    private static async Task<JsonElement?> BodyAsync(HttpContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        if (buffer.Length == 0)
            return null;
        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true)
            throw ContractException.Format("Content type error");
        try
        {
            using JsonDocument document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), Depth);
            return document.RootElement.Clone();
        }
        catch (JsonException invalid)
        {
            throw ContractException.Format(invalid.Message);
        }
    }

    // Kestrel's path is unescaped, in which a name with a slash would be two.
    private static string RawPath(HttpContext context)
    {
        string target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        int query = target.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? target : target[..query];
    }

    private async Task WaitAsync(TimeSpan delay, CancellationToken aborted)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token, aborted);
        try
        {
            await Task.Delay(delay, end.Token);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the answer any more, or the test is over.
        }
    }

    private ContractFault? NextFault(string method, string path)
    {
        lock (faults)
        {
            int at = faults.FindIndex(f => path.EndsWith(f.Fault.Path, StringComparison.Ordinal) && f.Fault.Method is var only && (only.Length == 0 || only == method));
            if (at < 0)
                return null;
            (ContractFault fault, int left) = faults[at];
            if (left <= 1)
                faults.RemoveAt(at);
            else
                faults[at] = (fault, left - 1);
            return fault;
        }
    }

    private static JsonObject Failure(string message) => new() { ["status"] = new JsonObject { ["error"] = message }, ["time"] = 0.001 };
}
