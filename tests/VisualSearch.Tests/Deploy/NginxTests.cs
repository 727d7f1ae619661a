using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using VisualSearch.Api.Hosting;

namespace VisualSearch.Tests.Deploy;

/// <summary>nginx as it stands before the cluster: the real program, with two stand-ins for API nodes.</summary>
public sealed partial class NginxTests
{
    private static string Text => DeployFiles.Text("nginx/nginx.conf");

    [Fact]
    public void Connections_to_a_node_rest_for_less_than_it_takes_to_leave()
    {
        var api = ComposeFile.Load("compose.cluster.yaml").Services["api-1"];
        var rest = ComposeTests.Seconds(KeepAlive().Match(Text).Groups[1].Value);
        Assert.InRange(rest, 1, int.Parse(api.Environment["VSEARCH_DRAIN_SECONDS"]) - 1);
    }

    [Fact]
    public void It_asks_the_nodes_of_the_cluster_where_they_listen_and_bounds_bodies_as_they_do()
    {
        var services = ComposeFile.Load("compose.cluster.yaml").Services;
        var nodes = services.Where(static service => service.Value.Environment.ContainsKey("VSEARCH_PORT")).Select(static service => $"{service.Key}:{service.Value.Environment["VSEARCH_PORT"]}");
        Assert.Equal(nodes.Order(), Server().Matches(Text).Select(static match => match.Groups[1].Value).Order());
        Assert.EndsWith(":" + Listen().Match(Text).Groups[1].Value, Assert.Single(services["nginx"].Ports), StringComparison.Ordinal);
        var options = new ApiOptions { DataFolder = "" };
        Assert.Equal([options.MaxBodyBytes, options.MaxUploadBytes], BodyLimit().Matches(Text).Select(static match => long.Parse(match.Groups[1].Value) << 20));
    }

    [ToolFact("nginx", "nginx-light")]
    public async Task Its_own_check_takes_the_configuration_and_refuses_a_wrong_one()
    {
        using var folder = new TemporaryFolder();
        var (code, output) = await CheckAsync(folder, Text);
        Assert.True(code == 0, output);
        Assert.DoesNotContain("[warn]", output, StringComparison.Ordinal);
        Assert.NotEqual(0, (await CheckAsync(folder, Text.Replace("least_conn", "least_connections", StringComparison.Ordinal))).Code);

        async Task<(int Code, string Output)> CheckAsync(TemporaryFolder folder, string text) =>
            await Tool.RunAsync("nginx", ["-t", "-p", folder.Path, "-c", await WriteAsync(folder, text, FreePort(), FreePort(), FreePort())]);
    }

    [ToolFact("nginx", "nginx-light")]
    public async Task A_node_that_fails_is_passed_over_where_that_is_safe_and_only_there()
    {
        // One node fails on everything; the other is well.
        var (sick, well) = (new List<string>(), new List<string>());
        await using var failing = await NodeAsync(context => Note(sick, context, 503));
        await using var working = await NodeAsync(context => Note(well, context, 200));
        await using var nginx = await Proxy.StartAsync(failing.Port, working.Port);

        // Several, so that the failing one is asked too; not more than it takes to be passed over for a while.
        foreach (var (method, path, isSafe) in new[] { ("GET", "/v1/collections", true), ("POST", "/v1/collections/a/search", true), ("POST", "/v1/embeddings", true) })
        {
            for (var i = 0; i < 4; i++)
            {
                using var response = await nginx.SendAsync(method, path, "{}");
                Assert.Equal(isSafe, response.StatusCode == HttpStatusCode.OK);
            }
        }

        lock (sick) Assert.NotEmpty(sick);
        lock (well) Assert.Equal(12, well.Count);

        // Both fail: a write is sent once, a search twice.
        var (first, second) = (new List<string>(), new List<string>());
        await using var one = await NodeAsync(context => Note(first, context, 503));
        await using var other = await NodeAsync(context => Note(second, context, 503));
        await using (var writing = await Proxy.StartAsync(one.Port, other.Port))
        {
            using var upload = await writing.SendAsync("POST", "/v1/collections/a/assets", "a picture");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, upload.StatusCode);
            Assert.Equal(1, Count(first) + Count(second));
        }

        await using (var searching = await Proxy.StartAsync(one.Port, other.Port))
        {
            using var search = await searching.SendAsync("POST", "/v1/collections/a/search", "{}");
            Assert.Equal(3, Count(first) + Count(second));
        }

        static int Count(List<string> seen)
        {
            lock (seen) return seen.Count;
        }
    }

    [ToolFact("nginx", "nginx-light")]
    public async Task Nothing_is_lost_when_a_node_is_gone_not_even_a_write()
    {
        var seen = new List<string>();
        await using var node = await NodeAsync(context => Note(seen, context, 201));
        await using var nginx = await Proxy.StartAsync(FreePort(), node.Port);
        for (var i = 0; i < 6; i++)
        {
            using var response = await nginx.SendAsync("POST", "/v1/collections/a/assets", "a picture");
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        }

        lock (seen) Assert.Equal(6, seen.Count);
    }

    [ToolFact("nginx", "nginx-light")]
    public async Task Words_of_an_answer_come_through_before_it_is_whole()
    {
        var rest = new TaskCompletionSource();
        await using var node = await NodeAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: first\n\n");
            await context.Response.Body.FlushAsync();
            await rest.Task;
            await context.Response.WriteAsync("data: last\n\n");
        });
        await using var nginx = await Proxy.StartAsync(node.Port, node.Port);
        using var response = await nginx.SendAsync("POST", "/v1/collections/a/ask", "{}");
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("data: first", await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)));
        rest.SetResult();
        Assert.Contains("data: last", await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30)), StringComparison.Ordinal);
    }

    [ToolFact("nginx", "nginx-light")]
    public async Task Bodies_are_bounded_figures_are_not_shown_and_nodes_learn_who_asked_and_how()
    {
        var seen = new List<string>();
        await using var node = await NodeAsync(context => Note(seen, context, 200));
        await using var nginx = await Proxy.StartAsync(node.Port, node.Port);
        var big = new string('x', (32 << 20) + 1);
        using var search = await nginx.SendAsync("POST", "/v1/collections/a/search", big);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, search.StatusCode);
        using var upload = await nginx.SendAsync("POST", "/v1/collections/a/assets", big);
        Assert.Equal(HttpStatusCode.OK, upload.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await nginx.SendAsync("GET", "/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await nginx.SendAsync("GET", "/readyz")).StatusCode);
        lock (seen)
        {
            Assert.Equal([$"POST /v1/collections/a/assets {big.Length} search.test 127.0.0.1 http", "GET /readyz 0 search.test 127.0.0.1 http"], seen);
        }
    }

    private static async Task Note(List<string> seen, HttpContext context, int status)
    {
        long length = 0;
        var buffer = new byte[64 * 1024];
        for (int read; (read = await context.Request.Body.ReadAsync(buffer)) > 0;) length += read;
        var headers = context.Request.Headers;
        lock (seen) seen.Add($"{context.Request.Method} {context.Request.Path} {length} {context.Request.Host} {headers["X-Forwarded-For"]} {headers["X-Forwarded-Proto"]}");
        context.Response.StatusCode = status;
    }

    private static async Task<Node> NodeAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, 0, static listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new Node(app);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // What is the container's is replaced by what is here: names of nodes, port, folders, name server. Names that are looked up anew are newer (1.27.3) than the
    // nginx of some distributions.
    private static async Task<string> WriteAsync(TemporaryFolder folder, string text, int port, int first, int second)
    {
        Assert.Contains(" resolve ", text, StringComparison.Ordinal);
        folder.Write("mime.types", "types { text/plain txt; }\n");
        var changed = text
            .Replace("api-1:5080 resolve", $"127.0.0.1:{first}", StringComparison.Ordinal)
            .Replace("api-2:5080 resolve", $"127.0.0.1:{second}", StringComparison.Ordinal)
            .Replace("listen 8080", $"listen 127.0.0.1:{port}", StringComparison.Ordinal)
            .Replace("worker_processes auto", "worker_processes 1", StringComparison.Ordinal)
            .Replace("/tmp/", folder.Path + "/", StringComparison.Ordinal)
            .Replace("/dev/std", folder["std"], StringComparison.Ordinal);
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess) changed = "user root;\n" + changed;
        var path = folder["nginx.conf"];
        await File.WriteAllTextAsync(path, changed);
        return path;
    }

    [GeneratedRegex(@"\bkeepalive_timeout (\w+);")]
    private static partial Regex KeepAlive();

    [GeneratedRegex(@"^\s*server (\S+) resolve ", RegexOptions.Multiline)]
    private static partial Regex Server();

    [GeneratedRegex(@"^\s*listen (\d+)", RegexOptions.Multiline)]
    private static partial Regex Listen();

    [GeneratedRegex(@"client_max_body_size (\d+)m;")]
    private static partial Regex BodyLimit();

    private sealed class Node(WebApplication app) : IAsyncDisposable
    {
        public int Port { get; } = new Uri(app.Urls.Single()).Port;

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }

    private sealed class Proxy(Process process, TemporaryFolder folder, HttpClient client) : IAsyncDisposable
    {
        public static async Task<Proxy> StartAsync(int first, int second)
        {
            var folder = new TemporaryFolder();
            var port = FreePort();
            var start = new ProcessStartInfo(Tool.Find("nginx")!, ["-p", folder.Path, "-c", await WriteAsync(folder, Text, port, first, second), "-g", "daemon off;"]) { RedirectStandardError = true };
            var process = Process.Start(start)!;
            _ = process.StandardError.ReadToEndAsync();
            for (var tries = 0; ; tries++)
            {
                using var socket = new TcpClient();
                try
                {
                    await socket.ConnectAsync(IPAddress.Loopback, port);
                    break;
                }
                catch (SocketException) when (tries < 300 && !process.HasExited)
                {
                    await Task.Delay(50);
                }
            }

            return new Proxy(process, folder, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) });
        }

        public Task<HttpResponseMessage> SendAsync(string method, string path, string? body = null)
        {
            var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : new StringContent(body) };
            request.Headers.Host = "search.test";
            // A body that is too large is refused before it is sent.
            request.Headers.ExpectContinue = body?.Length > 1 << 20;
            return client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            process.Dispose();
            folder.Dispose();
        }
    }
}
