using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VisualSearch.Api.Hosting;
using VisualSearch.Bench.Load;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Search.Stores;

namespace VisualSearch.Bench;

/// <summary>
/// Question: how long does a warm search take, as a client sees it over HTTP, at 1 and at 8 clients over 10,000 pictures?
/// Text queries are words of captions, each asked once, and then one that is asked again and again; picture queries send a JPEG of 64, each with another
/// number of results, so that none is known.
/// </summary>
internal static class ServingBench
{
    private const int Pictures = 10_000;
    private const int Requests = 1_000;

    private sealed record Row(string Query, int Clients, double P50, double P99, double PerSecond);

    public static async Task<int> RunAsync(bool json)
    {
        var folder = BenchFiles.Samples(Pictures, 160);
        var data = BenchFiles.Fresh("serving-data");
        var model = DefaultModel.Locate();
        await IndexAsync(data, folder, model).ConfigureAwait(false);

        await using var app = ApiHost.Create(new ApiOptions { DataFolder = data, ModelFolder = model, Port = 0 });
        await app.StartAsync().ConfigureAwait(false);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        while (!(await client.GetAsync("/readyz").ConfigureAwait(false)).IsSuccessStatusCode) await Task.Delay(100).ConfigureAwait(false);

        var pictures = Directory.GetFiles(folder, "*.jpg").Order(StringComparer.Ordinal).Take(64).Select(File.ReadAllBytes).ToArray();
        var rows = new List<Row>();
        var asked = 0;
        foreach (var clients in new[] { 1, 8 })
        {
            rows.Add(await MeasureAsync("text", clients, _ => client.PostAsJsonAsync("/v1/collections/bench/search", new { text = SearchLoad.Query(Interlocked.Increment(ref asked)), k = 20 })).ConfigureAwait(false));
            rows.Add(await MeasureAsync("again", clients, _ => client.PostAsJsonAsync("/v1/collections/bench/search", new { text = "a red boat", k = 20 })).ConfigureAwait(false));
            rows.Add(await MeasureAsync("picture", clients, i => client.PostAsync("/v1/collections/bench/search", Form(pictures[i % pictures.Length], 20 + (Interlocked.Increment(ref asked) / pictures.Length % 100)))).ConfigureAwait(false));
        }

        await app.StopAsync().ConfigureAwait(false);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
            return 0;
        }

        Console.WriteLine($"Searching {Pictures:N0} pictures over HTTP, {Requests:N0} requests each, {Environment.ProcessorCount} cores (the clients share them)");
        Console.WriteLine("  query     clients   p50 ms   p99 ms   requests/s");
        foreach (var row in rows) Console.WriteLine($"  {row.Query,-9} {row.Clients,7} {row.P50,8:N1} {row.P99,8:N1} {row.PerSecond,12:N0}");
        return 0;
    }

    private static async Task IndexAsync(string data, string folder, string model)
    {
        var manifest = ModelManifest.Load(model);
        using var store = new CollectionDirectory(data).OpenOrCreate("bench", manifest, StoreAccess.Write);
        using var encoder = DualEncoder.Open(model, new EncoderOptions { Threads = 1 });
        var pipeline = new IndexingPipeline(store, new Lazy<DualEncoder>(encoder), manifest.Fit, new PictureReader(), new PictureLimits(), new IndexOptions());
        await pipeline.RunAsync([folder], null, CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task<Row> MeasureAsync(string query, int clients, Func<int, Task<HttpResponseMessage>> send)
    {
        for (var i = 0; i < 200; i++) await CompleteAsync(send(i)).ConfigureAwait(false);
        var next = -1;
        var times = new ConcurrentBag<double>();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var i && i < Requests)
            {
                var start = Stopwatch.GetTimestamp();
                await CompleteAsync(send(i)).ConfigureAwait(false);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        })).ConfigureAwait(false);
        var seconds = clock.Elapsed.TotalSeconds;
        var sorted = times.Order().ToArray();
        return new Row(query, clients, sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.99)], Requests / seconds);
    }

    private static async Task CompleteAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending.ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
    }

    private static MultipartFormDataContent Form(byte[] picture, int k)
    {
        var file = new ByteArrayContent(picture);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        return new MultipartFormDataContent { { file, "image", "query.jpg" }, { new StringContent($"{k}"), "k" } };
    }
}
