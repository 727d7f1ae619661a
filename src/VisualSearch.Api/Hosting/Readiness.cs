using VisualSearch.Ann;
using VisualSearch.Api.Collections;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Api.Hosting;

/// <summary>Loads model and collections in the background once the server listens, and says when that is done.</summary>
internal sealed class Readiness(CollectionRegistry collections, ILogger<Readiness> log) : BackgroundService
{
    private volatile bool _warm;
    private volatile string? _fault;

    /// <summary>Whether the first request would wait for nothing.</summary>
    public bool IsWarm => _warm;

    /// <summary>What kept model or collections from loading; null while nothing did.</summary>
    public string? Fault => _fault;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(() =>
    {
        log.LogInformation("Kernels: {Kernels}", KernelSet.Description);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                collections.WarmUp();
                (_fault, _warm) = (null, true);
                return;
            }
            catch (Exception error)
            {
                // The server stays up to say so: each request that needs the faulty part gets the same message.
                if (_fault != error.Message) log.LogError("{Message}", error.Message);
                _fault = error.Message;
                if (error is not QdrantException { IsPassing: true }) return;
                // A cluster may start later than its clients.
                stoppingToken.WaitHandle.WaitOne(TimeSpan.FromSeconds(2));
            }
        }
    }, stoppingToken);
}
