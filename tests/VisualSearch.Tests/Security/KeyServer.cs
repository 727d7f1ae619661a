using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Security;
using VisualSearch.Tests.Api;

namespace VisualSearch.Tests.Security;

/// <summary>A real server on a free loopback port, over a data folder of its own without collections, and the keys of that folder.</summary>
internal sealed class KeyServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly WebApplication _app;

    private KeyServer(TemporaryFolder folder, WebApplication app, HttpClient client) => (_folder, _app, Client) = (folder, app, client);

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    public string Data => _folder["data"];

    public KeyFile Keys => new(Data);

    public static async Task<KeyServer> StartAsync(string? environmentKey = null, Action<WebApplication>? also = null, string host = "127.0.0.1")
    {
        var folder = new TemporaryFolder();
        var app = ApiHost.Create(new ApiOptions { DataFolder = folder["data"], Port = 0, Host = host, ApiKey = environmentKey });
        also?.Invoke(app);
        var client = await ServerFixture.StartAsync(app);
        return new KeyServer(folder, app, client);
    }

    public IssuedKey Create(ApiScope scopes, int? perMinute = null) => Keys.Create(new NewKey { Scopes = scopes, PerMinute = perMinute });

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? key = null, HttpContent? body = null) =>
        Client.SendAsync(new HttpRequestMessage(method, path) { Headers = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) }, Content = body });

    public Task<HttpResponseMessage> GetAsync(string path, string? key = null) => SendAsync(HttpMethod.Get, path, key);

    public Task<HttpResponseMessage> GetAsBrowserAsync(string path, string key) => Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"me:{key}"))) },
    });

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}
