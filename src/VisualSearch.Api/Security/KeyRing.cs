using VisualSearch.Api.Hosting;

namespace VisualSearch.Api.Security;

/// <summary>Follows the key file: it is looked at on every request, and read when it changed. What can't be read lets nobody in.</summary>
/// <remarks>
/// Looking costs one call of the file system, some microseconds; a watcher would save that, but misses changes on network volumes, and
/// tells late. So a revoked key is refused by the next request.
/// </remarks>
internal sealed class KeyRing(ApiOptions options, TimeProvider time, ILogger<KeyRing> log)
{
    // How often a file is read again whose look can't be trusted: just changed, not there, or at fault.
    private const long AgainAfterMs = 100;

    // Two changes within one tick of the file system's clock (2 s on the coarsest) can leave the same time and length.
    private static readonly TimeSpan ClockTick = TimeSpan.FromSeconds(2);

    private readonly KeyFile _file = new(options.DataFolder);
    private readonly byte[]? _environment = options.ApiKey is { } key ? KeyText.Hash(key) : null;
    private readonly Lock _gate = new();
    private volatile Snapshot? _snapshot;
    private bool _wasThere;

    /// <summary>The keys that hold now.</summary>
    public HeldKeys Current
    {
        get
        {
            if (_snapshot is { } present && present.Holds(Look.At(_file.Path))) return present.Keys;
            lock (_gate)
            {
                var look = Look.At(_file.Path);
                var snapshot = _snapshot;
                if (snapshot is null || !snapshot.Holds(look)) _snapshot = snapshot = Read(look, snapshot?.Keys.Fault);
                return snapshot.Keys;
            }
        }
    }

    private Snapshot Read(Look look, string? faultBefore)
    {
        IReadOnlyList<StoredKey>? keys = null;
        string? fault = null;
        try
        {
            // The attempt decides: "does it exist" also says no where looking is forbidden.
            var read = _file.Read();
            if (look.IsThere || read.Count > 0) keys = read;
        }
        catch (KeyException error)
        {
            fault = error.Message;
        }

        _wasThere |= keys is not null || fault is not null;
        if (keys is null && fault is null && _wasThere)
            fault = $"The key file '{_file.Path}' is gone. Until it is back, the API lets nobody in. To go without its keys, start the server again.";
        if (fault is not null && fault != faultBefore) log.LogError("{Fault}", fault);
        if (fault is null && faultBefore is not null) log.LogInformation("The key file can be read again; {Count} keys", keys?.Count ?? 0);

        // Others than this machine can ask: a file that is deleted must not open the API to a network.
        var isNeeded = fault is not null || keys is not null || _environment is not null || !options.IsLoopback;
        var settled = fault is null && look.IsThere && DateTime.UtcNow - look.Written > ClockTick;
        return new Snapshot(look, new HeldKeys(keys ?? [], _environment, fault, isNeeded, time), settled ? long.MaxValue : Environment.TickCount64 + AgainAfterMs);
    }

    /// <param name="Look">The file's look when it was read.</param>
    /// <param name="Keys">What it held.</param>
    /// <param name="Until">When to read it again, though its look is the same; in the system's milliseconds.</param>
    private sealed record Snapshot(Look Look, HeldKeys Keys, long Until)
    {
        public bool Holds(Look look) => look == Look && Environment.TickCount64 < Until;
    }

    private readonly record struct Look(bool IsThere, DateTime Written, long Length, UnixFileMode Mode)
    {
        public static Look At(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new Look(true, file.LastWriteTimeUtc, file.Length, file.UnixFileMode) : default;
        }
    }
}
