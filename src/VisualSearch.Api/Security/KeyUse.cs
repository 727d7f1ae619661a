using System.Collections.Concurrent;
using VisualSearch.Api.Hosting;

namespace VisualSearch.Api.Security;

/// <summary>Remembers when each key was last used, and saves that once a minute and at the end.</summary>
internal sealed class KeyUse(ApiOptions options, TimeProvider time, ILogger<KeyUse> log) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    // As many as there are keys: only of one that was recognised is there a caller.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _seen = new(StringComparer.Ordinal);
    private bool _failed;

    public void Saw(Caller caller)
    {
        if (KeyText.IsId(caller.Id)) _seen[caller.Id] = time.GetUtcNow();
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        Save();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var minute = new PeriodicTimer(Between, time);
        try
        {
            while (await minute.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false)) Save();
        }
        catch (OperationCanceledException)
        {
            // The end; what was seen since the last minute is saved by StopAsync.
        }
    }

    private void Save()
    {
        var seen = _seen.ToArray();
        if (seen.Length == 0) return;
        try
        {
            LastUse.Merge(options.DataFolder, seen.ToDictionary());
            // What was seen again meanwhile stays for the next time.
            foreach (var saved in seen) _seen.TryRemove(saved);
            _failed = false;
        }
        catch (Exception error) when (error is KeyException or IOException or UnauthorizedAccessException)
        {
            // No reason to refuse requests; said once, not every minute.
            if (!_failed) log.LogWarning("When keys were last used can't be saved: {Reason}", error.Message);
            _failed = true;
        }
    }
}
