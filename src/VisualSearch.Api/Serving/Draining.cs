namespace VisualSearch.Api.Serving;

/// <summary>
/// Takes leave in order: when the server is told to end, <c>/readyz</c> turns to 503, so that nothing new is routed here, while requests are
/// still served and each reply closes its connection. After <see cref="ServingOptions.Drain"/> it stops listening and lets the last requests end.
/// </summary>
internal sealed class Draining(ServingOptions options, ILogger<Draining> log) : IHostedLifecycleService
{
    private volatile bool _isLeaving;

    /// <summary>Whether the server was told to end.</summary>
    public bool IsLeaving => _isLeaving;

    /// <summary>Tells the sender, with the reply, to open its next connection elsewhere.</summary>
    public Task CloseAfterReply(HttpContext context, RequestDelegate next)
    {
        if (_isLeaving && HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        return next(context);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isLeaving = true;
        if (options.Drain == TimeSpan.Zero) return;
        log.LogInformation("Leaving: not ready any more, serving on for {Seconds:N0} s", options.Drain.TotalSeconds);
        try
        {
            await Task.Delay(options.Drain, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Told to hurry: the server stops listening at once.
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
