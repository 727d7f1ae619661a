using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Api;

namespace VisualSearch.Tests.Telemetry;

[Collection("server")]
public sealed class MetricsEndpointTests(ServerFixture server)
{
    private static readonly (string, string) Test = ("collection", "test");

    private int _searches;

    [Fact]
    public async Task Figures_are_what_prometheus_reads_and_count_what_happened()
    {
        var (app, client) = await StartAsync();
        await using (app)
        using (client)
        {
            await SearchAsync(client, "a red circle");
            await SearchAsync(client, "a red circle");
            Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(client, new { text = "red", efSearch = -1 })).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(client, new { imageId = 1 })).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/v1/nowhere/at/all")).StatusCode);

            using var response = await client.GetAsync("/metrics");
            Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
            var read = Exposition.Parse(await response.Content.ReadAsStringAsync());
            Assert.Equal(2, read.Sum("vsearch_searches_total", Test, ("mode", "hybrid"), ("outcome", "ok")));
            Assert.Equal(1, read.Sum("vsearch_searches_total", Test, ("mode", "visual"), ("outcome", "ok")));
            Assert.Equal(1, read.Sum("vsearch_searches_total", Test, ("outcome", "refused")));
            Assert.Equal(3, read.Sum("vsearch_search_duration_seconds_count", Test));
            foreach (var stage in new[] { "embed", "retrieve", "fuse", "rescore", "rank", "arrange" }) Assert.Equal(3, read.Sum("vsearch_search_stage_duration_seconds_count", Test, ("stage", stage)));
            Assert.Equal(ServerFixture.Pictures, read.Sum("vsearch_collection_items", Test));
            Assert.Equal(ServerFixture.Pictures, read.Sum("vsearch_collection_assets", Test));
            Assert.True(read.Sum("vsearch_collection_size_bytes", Test) > 10_000);
            Assert.Equal(1, read.Sum("vsearch_cache_lookups_total", ("cache", "words"), ("outcome", "hit")));
            Assert.Equal(1, read.Sum("vsearch_cache_lookups_total", ("cache", "words"), ("outcome", "miss")));
            Assert.True(read.Sum("vsearch_encoder_batch_size_count", ("input", "text")) >= 1);
            Assert.Equal(3, read.Sum("http_server_request_duration_seconds_count", ("http_route", "/v1/collections/{collection}/search"), ("http_response_status_code", "200")));
            Assert.Equal(1, read.Sum("http_server_request_duration_seconds_count", ("http_route", "/v1/collections/{collection}/search"), ("http_response_status_code", "400")));
            Assert.Equal("counter", read["dotnet_process_cpu_time_seconds_total"].Type);
            Assert.True(read.Sum("dotnet_process_memory_working_set_bytes") > 10_000_000);
            Assert.Equal(1, read.Sum("vsearch_build_info"));
            var told = await File.ReadAllTextAsync(Path.Combine(SharedData.Repository, "docs", "telemetry.md"));
            Assert.All(read.Families, family => Assert.Contains($"`{family.Name}`", told, StringComparison.Ordinal));
            await app.StopAsync();
        }
    }

    [Fact]
    public async Task Two_servers_in_one_process_count_each_for_itself()
    {
        var (first, toFirst) = await StartAsync();
        var (second, toSecond) = await StartAsync();
        await using (first)
        await using (second)
        using (toFirst)
        using (toSecond)
        {
            for (var i = 0; i < 3; i++) await SearchAsync(toFirst, "a blue square");
            await SearchAsync(toSecond, "a blue square");
            var ofFirst = await ReadAsync(toFirst);
            var ofSecond = await ReadAsync(toSecond);
            Assert.Equal((3, 1), (ofFirst.Sum("vsearch_searches_total"), ofSecond.Sum("vsearch_searches_total")));
            Assert.Equal((3, 1), (ofFirst.Sum("vsearch_search_duration_seconds_count"), ofSecond.Sum("vsearch_search_duration_seconds_count")));
            var route = ("http_route", "/v1/collections/{collection}/search");
            Assert.Equal((3, 1), (ofFirst.Sum("http_server_request_duration_seconds_count", route), ofSecond.Sum("http_server_request_duration_seconds_count", route)));
            await first.StopAsync();
            // One that has ended takes nothing from the other.
            await SearchAsync(toSecond, "a blue square");
            Assert.Equal(2, (await ReadAsync(toSecond)).Sum("vsearch_searches_total"));
            await second.StopAsync();
        }
    }

    [Fact]
    public async Task Labels_are_escaped_and_their_number_does_not_grow_with_what_is_asked()
    {
        var (app, client) = await StartAsync();
        await using (app)
        using (client)
        {
            const string Odd = "a\\b\"c\nd é {},=";
            app.Services.GetRequiredService<SearchMonitor>().Instruments.CacheLookup(Odd, hit: true);
            await AskAroundAsync(client, 0);
            var before = await ReadAsync(client);
            Assert.Equal(1, before.Sum("vsearch_cache_lookups_total", ("cache", Odd)));
            for (var i = 1; i < 30; i++) await AskAroundAsync(client, i);
            var after = await ReadAsync(client);
            Assert.Equal(Series(before), Series(after));
            await app.StopAsync();
        }
    }

    [Fact]
    public async Task Uploads_are_counted_and_a_collection_that_is_gone_is_shown_as_empty()
    {
        using var folder = new TemporaryFolder();
        using (new CollectionDirectory(folder["data"]).OpenOrCreate("up", ModelManifest.Load(DefaultModel.Locate()), StoreAccess.Write))
        {
        }

        var (app, client) = await StartAsync(options => options with { DataFolder = folder["data"] });
        await using (app)
        using (client)
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(server.Folder["pictures"], "0003.jpg"))), "file", "a.jpg" } };
            using var uploaded = await client.PostAsync("/v1/collections/up/assets", form);
            Assert.Equal(HttpStatusCode.Created, uploaded.StatusCode);
            var thumbnail = System.Text.Json.JsonDocument.Parse(await uploaded.Content.ReadAsStringAsync()).RootElement.GetProperty("asset").GetProperty("thumbnailUrl").GetString()!;
            for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(thumbnail)).StatusCode);
            using var nothing = new MultipartFormDataContent { { new ByteArrayContent([1, 2, 3]), "file", "b.jpg" } };
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await client.PostAsync("/v1/collections/up/assets", nothing)).StatusCode);
            var read = await ReadAsync(client);
            Assert.Equal(1, read.Sum("vsearch_indexing_assets_total", ("collection", "up"), ("change", "added")));
            Assert.Equal((1, 1), (read.Sum("vsearch_indexing_runs_total", ("outcome", "ok")), read.Sum("vsearch_indexing_runs_total", ("outcome", "failed"))));
            Assert.Equal((1, 2), (read.Sum("vsearch_cache_lookups_total", ("cache", "thumbnail"), ("outcome", "miss")), read.Sum("vsearch_cache_lookups_total", ("cache", "thumbnail"), ("outcome", "hit"))));
            Assert.Equal(1, read.Sum("vsearch_collection_items", ("collection", "up")));

            new CollectionDirectory(folder["data"]).Drop("up");
            // Sizes are read anew after half a second.
            for (var i = 0; i < 300 && (await ReadAsync(client))["vsearch_collection_items"].Samples.Single().Value != 0; i++) await Task.Delay(100);
            Assert.Equal(0, (await ReadAsync(client))["vsearch_collection_items"].Samples.Single().Value);
            await app.StopAsync();
        }
    }

    [Fact]
    public async Task Sampled_searches_are_checked_for_recall_while_the_server_runs()
    {
        var (app, client) = await StartAsync(static options => options with { Monitoring = new MonitorOptions { RecallOneIn = 1, RecallCoreShare = 1, SlowThreshold = null } });
        await using (app)
        using (client)
        {
            Exposition read;
            var tries = 0;
            do
            {
                Assert.True(++tries < 500, "No check came to an end.");
                await SearchAsync(client, $"a red circle {tries}");
                read = await ReadAsync(client);
            }
            while (read.Sum("vsearch_search_recall_count", Test) == 0);
            Assert.Equal(read.Sum("vsearch_search_recall_count", Test), read.Sum("vsearch_search_recall_sum", Test));
            await app.StopAsync();
        }
    }

    [Fact]
    public async Task Without_the_key_figures_are_as_closed_as_anything_else()
    {
        const string Key = "a-key-of-enough-length";
        var (app, client) = await StartAsync(options => options with { ApiKey = Key });
        await using (app)
        using (client)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/metrics")).StatusCode);
            client.DefaultRequestHeaders.Add("X-Api-Key", Key);
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/metrics")).StatusCode);
            await app.StopAsync();
        }
    }

    [PromtoolFact]
    public async Task A_real_prometheus_reads_them_and_finds_no_fault_with_their_names()
    {
        await SearchAsync(server.Client, "a green triangle");
        await SearchAsync(server.Client, "a green triangle", new { field = "year", gte = 2010 });
        var text = await server.Client.GetStringAsync("/metrics");
        using var promtool = Process.Start(new ProcessStartInfo(PromtoolFactAttribute.Program!, ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        await promtool.StandardInput.WriteAsync(text);
        promtool.StandardInput.Close();
        var output = promtool.StandardOutput.ReadToEndAsync();
        var error = await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(promtool.ExitCode == 0, $"{await output}{error}");
        Assert.Equal("", error);
    }

    private Task<(Microsoft.AspNetCore.Builder.WebApplication App, HttpClient Client)> StartAsync(Func<ApiOptions, ApiOptions>? change = null)
    {
        var options = new ApiOptions { DataFolder = server.Folder["data"], ModelFolder = DefaultModel.Locate(), Port = 0, Monitoring = new MonitorOptions { RecallOneIn = 0, SlowThreshold = null } };
        return ServerFixture.StartAsync(change is null ? options : change(options));
    }

    // Each of another length: a server may remember its reply to the very same request, and then nothing is searched.
    private async Task SearchAsync(HttpClient client, string text, object? filter = null)
    {
        using var response = await PostAsync(client, new { text, filter, k = 1 + (_searches++ % 100) });
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, object body) => client.PostAsJsonAsync("/v1/collections/test/search", body);

    // All sorts of requests, each time other ones.
    private async Task AskAroundAsync(HttpClient client, int number)
    {
        await SearchAsync(client, $"picture number {number}");
        foreach (var path in new[] { $"/v1/nowhere/{number}", $"/v1/collections/none-{number}/assets/1", $"/v1/collections/test/assets/{1 + number}", $"/v1/collections/test/assets/{1000 + number}", $"/page-{number}?q={number}" })
        {
            (await client.GetAsync(path)).Dispose();
        }

        using var odd = new HttpRequestMessage(new HttpMethod($"ODD{number}"), "/v1/collections");
        (await client.SendAsync(odd)).Dispose();
        (await client.PostAsJsonAsync($"/v1/collections/none-{number}/search", new { text = "x" })).Dispose();
        (await client.GetAsync("/metrics")).Dispose();
    }

    private static async Task<Exposition> ReadAsync(HttpClient client) => Exposition.Parse(await client.GetStringAsync("/metrics"));

    private static string[] Series(Exposition read) => [.. read.Families.SelectMany(static family => family.Samples).Select(static sample => $"{sample.Name} {sample.Key}").Order(StringComparer.Ordinal)];
}

/// <summary>A test that needs Prometheus' own checker: skipped, saying so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PromtoolFactAttribute : FactAttribute
{
    public PromtoolFactAttribute()
    {
        if (Program is null) Skip = "Needs promtool, of Debian's package 'prometheus'.";
    }

    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(static folder => Path.Combine(folder, "promtool")).FirstOrDefault(File.Exists);
}
