using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;
using VisualSearch.Tests.Indexer;

namespace VisualSearch.Tests.Api;

/// <summary>A real server on a free loopback port, over 40 drawn pictures with sidecars.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    public const int Pictures = 40;

    public TemporaryFolder Folder { get; } = new();

    public HttpClient Client { get; private set; } = null!;

    public WebApplication App { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        DrawnPictures.DrawMany(Folder["pictures"], Pictures);
        Folder.Write("pictures/metadata.jsonl", string.Join('\n', Enumerable.Range(0, Pictures).Select(static i =>
            $$"""{"file":"{{i:0000}}.jpg","title":"Picture number {{i}}{{(i == 7 ? " zeppelin" : "")}}","tags":["{{(i % 2 == 0 ? "even" : "odd")}}"],"year":{{2000 + i}}}""")));
        using (var indexing = new IndexingFixture()) await indexing.IndexAsync(Folder["data"], Folder["pictures"]);
        (App, Client) = await StartAsync(new ApiOptions { DataFolder = Folder["data"], ModelFolder = DefaultModel.Locate(), Port = 0, MaxBodyBytes = 1 << 20 });
    }

    public static async Task<(WebApplication App, HttpClient Client)> StartAsync(ApiOptions options)
    {
        var app = ApiHost.Create(options);
        return (app, await StartAsync(app));
    }

    /// <summary>Starts a server that listens on a free port of this machine.</summary>
    public static async Task<HttpClient> StartAsync(WebApplication app)
    {
        await app.StartAsync();
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return new HttpClient { BaseAddress = new UriBuilder(address) { Host = "127.0.0.1" }.Uri };
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
        Folder.Dispose();
    }
}

[CollectionDefinition("server")]
public sealed class ServerDefinition : ICollectionFixture<ServerFixture>;
