using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Indexer.Regions;
using VisualSearch.Samples;
using VisualSearch.Search.Stores;

namespace VisualSearch.Browser.Site;

/// <summary>What all tests visit: the real server over indexed sample pictures, and one browser.</summary>
public sealed class SiteFixture : IAsyncLifetime
{
    /// <summary>The collection of videos, beside the pictures' that comes first.</summary>
    public const string Videos = "videos";

    private const int VideoCount = 3;

    /// <summary>How many pictures there are: five pages of results.</summary>
    public const int Count = 300;

    private readonly string _folder = Directory.CreateTempSubdirectory("vsearch-browser-").FullName;
    private WebApplication _server = null!;
    private IPlaywright _playwright = null!;

    /// <summary>The page's address, with a slash at its end.</summary>
    public string Address { get; private set; } = "";

    /// <summary>The browser; each visit gets a context of its own in it.</summary>
    public IBrowser Browser { get; private set; } = null!;

    /// <summary>The pictures that are indexed, in the order of their names, as their sidecar describes them.</summary>
    public IReadOnlyList<SamplePicture> Pictures { get; private set; } = [];

    /// <summary>Words for a moment of the videos, that is both seen and spoken of.</summary>
    public string SpokenQuery { get; private set; } = "";

    /// <summary>A judged question to the videos, and the words of it that a narrator answers with.</summary>
    public (string Question, string Answer) Told { get; private set; }

    public async Task InitializeAsync()
    {
        // Waits are for slow machines; nothing here takes longer than a second or two.
        Assertions.SetDefaultExpectTimeout(30_000);
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");

        var samples = SampleGenerator.Make(new SampleOptions { Count = Count, Videos = VideoCount, Out = Path.Combine(_folder, "samples") });
        SpokenQuery = File.ReadLines(Path.Combine(_folder, "samples", "moments.jsonl"))
            .Select(static line => JsonDocument.Parse(line).RootElement)
            .First(static query => query.GetProperty("kind").GetString() == "both").GetProperty("text").GetString()!;
        Told = File.ReadLines(Path.Combine(_folder, "samples", "questions.jsonl"))
            .Select(static line => JsonDocument.Parse(line).RootElement)
            .Where(static question => question.GetProperty("answers").GetArrayLength() > 0)
            .Select(static question => (Question: question.GetProperty("question").GetString()!, Answer: question.GetProperty("answers")[0].GetString()!))
            .First(static one => one.Question.StartsWith("How many", StringComparison.Ordinal) || one.Question.StartsWith("Who won", StringComparison.Ordinal));
        Pictures = SamplePicture.ReadAll(samples.PicturesFolder);
        var data = Path.Combine(_folder, "data");
        await IndexAsync(data, samples.PicturesFolder, samples.VideosFolder);

        _server = ApiHost.Create(new ApiOptions { DataFolder = data, ModelFolder = DefaultModel.Locate(), Port = 0 });
        await _server.StartAsync();
        Address = _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";

        _playwright = await Playwright.CreateAsync();
        Browser = await Chromium.LaunchAsync(_playwright);
    }

    public async Task DisposeAsync()
    {
        await Browser.CloseAsync();
        _playwright.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task IndexAsync(string data, string pictures, string videos)
    {
        using var encoder = DualEncoder.Open(DefaultModel.Locate(), new EncoderOptions { Threads = 1 });
        var limits = new PictureLimits();
        await FillAsync("samples", pictures, Count);
        await FillAsync(Videos, videos, VideoCount);
        using var build = new CollectionDirectory(data).BeginRegions("samples");
        var parts = await new RegionIndexing(build, encoder, new PictureReader(limits), limits, new IndexOptions()).RunAsync(null, CancellationToken.None);
        Assert.Equal((Count, 0), (parts.Embedded, parts.Failures.Count));

        async Task FillAsync(string name, string folder, int count)
        {
            using var store = new CollectionDirectory(data).OpenOrCreate(name, encoder.Manifest, StoreAccess.Write);
            var pipeline = new IndexingPipeline(store, new Lazy<DualEncoder>(encoder), encoder.Manifest.Fit, new PictureReader(limits), limits, new IndexOptions());
            var summary = await pipeline.RunAsync([folder], null, CancellationToken.None);
            Assert.Equal((count, 0), (summary.Added, summary.Failures.Count));
        }
    }
}

/// <summary>A sample picture on disk.</summary>
/// <param name="File">Its absolute path.</param>
/// <param name="Title">Its caption.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Year">Its year.</param>
public sealed record SamplePicture(string File, string Title, IReadOnlyList<string> Tags, int Year)
{
    /// <summary>The file's name.</summary>
    public string Name => Path.GetFileName(File);

    /// <summary>All pictures that a folder's metadata.jsonl describes.</summary>
    public static IReadOnlyList<SamplePicture> ReadAll(string folder) =>
    [
        .. System.IO.File.ReadLines(Path.Combine(folder, "metadata.jsonl")).Select(line =>
        {
            using var json = JsonDocument.Parse(line);
            var picture = json.RootElement;
            return new SamplePicture(
                Path.Combine(folder, picture.GetProperty("file").GetString()!),
                picture.GetProperty("title").GetString()!,
                [.. picture.GetProperty("tags").EnumerateArray().Select(static tag => tag.GetString()!)],
                picture.GetProperty("year").GetInt32());
        }),
    ];
}

[CollectionDefinition("site")]
public sealed class SiteDefinition : ICollectionFixture<SiteFixture>;
