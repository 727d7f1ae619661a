using Microsoft.AspNetCore.Builder;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Rag.Models;
using VisualSearch.Tests.Indexer;

namespace VisualSearch.Tests.Api;

/// <summary>A real server on a free loopback port, over a drawn film of eight seconds in which something is said, and three pictures.</summary>
/// <param name="metadata">A line of metadata.jsonl about <c>film.mp4</c>; empty for none.</param>
/// <param name="model">The language model that answers; null for extractive answers.</param>
/// <param name="said">What is said, from when to when, in seconds.</param>
public class FilmServer(string metadata, ChatModelOptions? model, params (double From, double To, string Text)[] said) : IAsyncLifetime, IAsyncDisposable
{
    private WebApplication? _app;

    public TemporaryFolder Folder { get; } = new();

    public HttpClient Client { get; private set; } = null!;

    public static async Task<FilmServer> StartAsync(ChatModelOptions? model, params (double From, double To, string Text)[] said)
    {
        var server = new FilmServer("", model, said);
        await server.InitializeAsync();
        return server;
    }

    public async Task InitializeAsync()
    {
        DrawnFilm.Make(Folder, "media/film.mp4", 800);
        Folder.Write("media/film.srt", string.Join("\n\n", said.Select(static (one, i) => $"{i + 1}\n{Clock(one.From)} --> {Clock(one.To)}\n{one.Text}")) + "\n");
        if (metadata.Length > 0) Folder.Write("media/metadata.jsonl", metadata);
        DrawnPictures.DrawMany(Folder["media"], 3);
        using (var indexing = new IndexingFixture()) await indexing.IndexAsync(Folder["data"], Folder["media"]);
        (_app, Client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = Folder["data"], ModelFolder = DefaultModel.Locate(), Port = 0, ChatModel = model });
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        Folder.Dispose();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private static string Clock(double seconds) => TimeSpan.FromSeconds(seconds).ToString(@"hh\:mm\:ss\,fff", System.Globalization.CultureInfo.InvariantCulture);
}
