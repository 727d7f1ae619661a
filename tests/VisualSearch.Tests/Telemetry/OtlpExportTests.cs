using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Telemetry;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Monitoring;
using VisualSearch.Tests.Api;

namespace VisualSearch.Tests.Telemetry;

[Collection("server")]
public sealed class OtlpExportTests(ServerFixture server)
{
    private const string Route = "POST /v1/collections/{collection}/search";

    private int _searches;

    [Fact]
    public async Task A_collector_gets_the_spans_of_a_request_each_below_the_right_one_its_log_lines_and_the_figures()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var (app, client) = await StartAsync(collector.Address);
        await using (app)
        using (client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/collections/test/search?private=words") { Content = JsonContent.Create(new { text = "a red circle" }) };
            request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
            Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(request)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/healthz")).StatusCode);
            await OtlpCollector.UntilAsync(() => collector.Spans.Any(static span => span.Name == Route) && !collector.Lines.IsEmpty && collector.Metrics.Contains("vsearch.search.duration"));
            await app.StopAsync();
        }

        var spans = collector.Spans.ToArray();
        var root = spans.Single(static span => span.Name == Route);
        Assert.Equal(("b7ad6b7169203331", "0af7651916cd43dd8448eb211c80319c", 2), (root.Parent, root.Trace, root.Kind));
        Assert.Equal(("POST", "200", "/v1/collections/{collection}/search", "/v1/collections/test/search"), (root.Tags["http.request.method"], root.Tags["http.response.status_code"], root.Tags["http.route"], root.Tags["url.path"]));
        var below = spans.Where(span => span.Trace == root.Trace).ToLookup(static span => span.Parent);
        var search = Assert.Single(below[root.Id]);
        Assert.Equal(("search", "VisualSearch"), (search.Name, search.Source));
        Assert.Equal(["arrange", "embed", "fuse", "rank", "rescore", "retrieve"], below[search.Id].Select(static span => span.Name).Distinct().Order());
        Assert.Equal(["visual", "words"], below[below[search.Id].Last(static span => span.Name == "retrieve").Id].Select(static span => span.Name).Order());

        // The line about the slow search belongs to the trace of its request.
        var line = collector.Lines.Single(static line => line.Text.StartsWith("Slow search in test", StringComparison.Ordinal));
        Assert.Equal((root.Trace, search.Id), (line.Trace, line.Span));
        Assert.Contains("http.server.request.duration", collector.Metrics);
        Assert.Equal(["search-test"], collector.Services.Keys);
        Assert.All(collector.Keys, static key => Assert.Equal("s3cret", key));
        Assert.DoesNotContain("private", string.Join(' ', spans.SelectMany(static span => span.Tags.Values)), StringComparison.Ordinal);
        Assert.DoesNotContain("circle", string.Join(' ', spans.SelectMany(static span => span.Tags.Values).Concat(collector.Lines.Select(static one => one.Text))), StringComparison.Ordinal);
        // Neither probes nor the export's own requests to the collector become spans.
        Assert.All(spans, static span => Assert.True(span.Source is "VisualSearch" or "Microsoft.AspNetCore", span.Source));
        Assert.Single(spans, static span => span.Source == "Microsoft.AspNetCore");
    }

    [Fact]
    public async Task A_picture_in_a_query_is_embedded_below_the_request()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var (app, client) = await StartAsync(collector.Address);
        await using (app)
        using (client)
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(server.Folder["pictures"], "0003.jpg"))), "image", "q.jpg" } };
            Assert.Equal(HttpStatusCode.OK, (await client.PostAsync("/v1/collections/test/search", form)).StatusCode);
            await OtlpCollector.UntilAsync(() => collector.Spans.Any(static span => span.Name == Route));
            await app.StopAsync();
        }

        var root = collector.Spans.Single(static span => span.Name == Route);
        Assert.Equal(["embed", "search"], collector.Spans.Where(span => span.Parent == root.Id).Select(static span => span.Name).Order());
    }

    [Fact]
    public async Task Two_servers_in_one_process_send_each_its_own()
    {
        await using var ofFirst = await OtlpCollector.StartAsync();
        await using var ofSecond = await OtlpCollector.StartAsync();
        var (first, toFirst) = await StartAsync(ofFirst.Address);
        var (second, toSecond) = await StartAsync(ofSecond.Address);
        await using (first)
        await using (second)
        using (toFirst)
        using (toSecond)
        {
            for (var i = 0; i < 3; i++) await SearchAsync(toFirst);
            await SearchAsync(toSecond);
            await OtlpCollector.UntilAsync(() => Searches(ofFirst) == 3 && Searches(ofSecond) == 1);
            await first.StopAsync();
            await second.StopAsync();
        }

        Assert.Equal((3, 1), (Searches(ofFirst), Searches(ofSecond)));
        Assert.Equal((3, 1), (ofFirst.Spans.Count(static span => span.Name == Route), ofSecond.Spans.Count(static span => span.Name == Route)));

        static int Searches(OtlpCollector collector) => collector.Spans.Count(static span => span.Name == "search");
    }

    [Theory]
    [InlineData(OtlpTransport.HttpProtobuf)]
    [InlineData(OtlpTransport.Grpc)]
    public async Task What_waits_is_sent_when_the_server_ends(OtlpTransport protocol)
    {
        await using var collector = await OtlpCollector.StartAsync(grpc: protocol == OtlpTransport.Grpc);
        var (app, client) = await StartAsync(collector.Address, telemetry => telemetry with { Protocol = protocol, BatchDelay = TimeSpan.FromMinutes(1), MetricInterval = TimeSpan.FromHours(1) });
        await using (app)
        using (client)
        {
            await SearchAsync(client);
            Assert.Empty(collector.Spans);
            await app.StopAsync();
        }

        Assert.Contains(collector.Spans, static span => span.Name == Route);
        Assert.Contains(collector.Lines, static line => line.Text.StartsWith("Slow search", StringComparison.Ordinal));
        Assert.Contains("vsearch.searches", collector.Metrics);
        Assert.All(collector.Keys, static key => Assert.Equal("s3cret", key));
    }

    [Fact]
    public async Task A_share_of_requests_is_traced_where_that_is_asked_for()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var (app, client) = await StartAsync(collector.Address, static telemetry => telemetry with { SampledShare = 0 });
        await using (app)
        using (client)
        {
            await SearchAsync(client);
            await OtlpCollector.UntilAsync(() => !collector.Lines.IsEmpty && collector.Metrics.Contains("vsearch.searches"));
            await app.StopAsync();
        }

        Assert.Empty(collector.Spans);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_dead_collector_neither_disturbs_searches_nor_keeps_the_server_from_ending(bool hangs)
    {
        // One takes connections and never says a word, the other refuses them.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        if (!hangs) silent.Stop();
        using var log = new OwnLog();
        var (app, client) = await StartAsync(new Uri($"http://127.0.0.1:{port}"), static telemetry => telemetry with { Timeout = TimeSpan.FromMinutes(10) });
        app.Services.GetRequiredService<ILoggerFactory>().AddProvider(log);
        using (client)
        {
            for (var i = 0; i < 5; i++) await SearchAsync(client);
            if (!hangs) await OtlpCollector.UntilAsync(() => log.Lines.Any(static line => line.Text.StartsWith("The collector does not take telemetry", StringComparison.Ordinal)));
            await SearchAsync(client);
            // 1.8 s by design; its ten minutes would be waited for otherwise, and five seconds thrice at least.
            await app.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));
            await app.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        }

        Assert.True(log.Lines.Count(static line => line.Text.StartsWith("The collector", StringComparison.Ordinal)) <= 1);
    }

    private Task<(WebApplication App, HttpClient Client)> StartAsync(Uri collector, Func<TelemetryOptions, TelemetryOptions>? change = null)
    {
        var telemetry = new TelemetryOptions
        {
            Endpoint = collector,
            ServiceName = "search-test",
            Headers = "x-collector-key=s3cret",
            BatchDelay = TimeSpan.FromMilliseconds(50),
            MetricInterval = TimeSpan.FromMilliseconds(200),
        };
        return ServerFixture.StartAsync(new ApiOptions
        {
            DataFolder = server.Folder["data"],
            ModelFolder = DefaultModel.Locate(),
            Port = 0,
            Telemetry = change is null ? telemetry : change(telemetry),
            Monitoring = new MonitorOptions { RecallOneIn = 0, SlowThreshold = TimeSpan.Zero },
        });
    }

    // Each of another length: a server may remember its reply to the very same request, and then nothing is searched.
    private async Task SearchAsync(HttpClient client)
    {
        using var response = await client.PostAsJsonAsync("/v1/collections/test/search", new { text = "a red circle", k = 1 + (_searches++ % 100) });
        Assert.True(response.IsSuccessStatusCode);
    }
}
