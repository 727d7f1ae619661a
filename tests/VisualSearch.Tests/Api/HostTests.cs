using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VisualSearch.Ann;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Tests.Api;

[Collection("server")]
public sealed class HostTests(ServerFixture server)
{
    private const string Key = "a-key-of-enough-length";

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.168.0.9")]
    [InlineData("::")]
    public void An_address_others_can_reach_needs_a_key_and_says_how_to_set_one(string host)
    {
        var options = new ApiOptions { DataFolder = "data", ModelFolder = "model", Host = host };
        var error = Assert.Throws<ApiOptionsException>(() => options.Validated());
        Assert.Contains("export VSEARCH_API_KEY", error.Message, StringComparison.Ordinal);
        (options with { ApiKey = Key }).Validated();
    }

    [Fact]
    public async Task With_a_key_configured_every_request_needs_it_in_one_of_three_ways()
    {
        var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = server.Folder["data"], ModelFolder = DefaultModel.Locate(), Port = 0, ApiKey = Key });
        await using (app)
        using (client)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, null, null));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "Authorization", "Bearer wrong-key-of-enough-length"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "Authorization", $"Bearer {Key}"));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "X-Api-Key", Key));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{Key}"))}"));
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "Authorization", "Basic !!!"));
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/healthz")).StatusCode);
            await app.StopAsync();
        }
    }

    [Fact]
    public async Task The_kernel_set_is_logged_at_the_start_also_without_verbose()
    {
        await using var app = ApiHost.Create(new ApiOptions { DataFolder = server.Folder["data"], ModelFolder = DefaultModel.Locate(), Port = 0 });
        using var log = new RecordedLog();
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        await app.StartAsync();
        await app.StopAsync();
        Assert.Contains($"Kernels: {KernelSet.Description}", log.Lines);
    }

    [Fact]
    public async Task Every_response_forbids_other_sources_frames_and_sniffing()
    {
        foreach (var path in new[] { "/", "/v1/collections", "/v1/nowhere" })
        {
            using var response = await server.Client.GetAsync(path);
            var policy = response.Headers.GetValues("Content-Security-Policy").Single();
            Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        }
    }

    [Fact]
    public async Task Another_hosts_name_and_another_sites_writes_are_refused()
    {
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/v1/collections") { Headers = { Host = "evil.example" } };
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Client.SendAsync(rebound)).StatusCode);

        using var forged = new HttpRequestMessage(HttpMethod.Delete, "/v1/collections/test/assets/1");
        forged.Headers.Add("Sec-Fetch-Site", "cross-site");
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Client.SendAsync(forged)).StatusCode);
    }

    [Fact]
    public async Task The_page_its_parts_and_the_api_documents_are_served()
    {
        var page = await server.Client.GetStringAsync("/");
        Assert.Contains("<title>VisualSearch", page, StringComparison.Ordinal);
        Assert.Contains("swagger-ui", await server.Client.GetStringAsync("/docs/index.html"), StringComparison.Ordinal);
        var document = JsonDocument.Parse(await server.Client.GetStringAsync("/openapi/v1.json")).RootElement;
        var paths = document.GetProperty("paths").EnumerateObject().Select(static path => path.Name).ToArray();
        Assert.Contains("/v1/collections/{collection}/search", paths);
        Assert.Contains("/v1/collections/{collection}/assets/{id}/thumbnail", paths);
        var body = document.GetProperty("paths").GetProperty("/v1/collections/{collection}/search").GetProperty("post").GetProperty("requestBody").GetProperty("content");
        Assert.Equal(["application/json", "multipart/form-data"], body.EnumerateObject().Select(static type => type.Name).Order());
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string? header, string? value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/collections");
        if (header is not null) request.Headers.TryAddWithoutValidation(header, value);
        using var response = await client.SendAsync(request);
        return response.StatusCode;
    }

    private sealed class RecordedLog : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
