using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace VisualSearch.Api.Security;

/// <summary>
/// How often a key may ask, and how often an address may fail to show one: token buckets, each refilled evenly and holding at most what a
/// minute brings, so a page of thumbnails may come at once.
/// </summary>
/// <remarks>
/// Memory is bounded: a key has a bucket only once it was recognised (and loses it after ten idle seconds with a full one), and addresses share a fixed
/// number of buckets, since whoever attacks has more addresses than a server has memory.
/// </remarks>
internal sealed class RateLimits : IDisposable
{
    /// <summary>Wrong keys a minute from one address.</summary>
    public const int FailuresPerMinute = 30;

    // About 2 MB of buckets at the very most; two of a hundred addresses share one with a chance of 0.7.
    private const int AddressBuckets = 4096;

    private readonly PartitionedRateLimiter<Caller> _callers = PartitionedRateLimiter.Create<Caller, (string, int)>(static caller =>
        RateLimitPartition.GetTokenBucketLimiter((caller.Id, caller.PerMinute), static key => Bucket(key.Item2)));

    private readonly PartitionedRateLimiter<IPAddress?> _failures = PartitionedRateLimiter.Create<IPAddress?, int>(static address =>
        RateLimitPartition.GetTokenBucketLimiter(Place(address), static _ => Bucket(FailuresPerMinute)));

    /// <summary>Counts a request; null when it may be served, else how long to wait.</summary>
    public TimeSpan? Count(Caller caller) => Take(_callers, caller);

    /// <summary>Counts a wrong key; null while the address may go on trying, else how long to wait.</summary>
    public TimeSpan? CountFailure(IPAddress? address) => Take(_failures, address);

    /// <summary>How long an address has to wait that has tried too many wrong keys; null for none that has.</summary>
    // Not by asking for no token: that is granted while a fraction of one is there, so always.
    public TimeSpan? PauseAfterFailures(IPAddress? address) =>
        _failures.GetStatistics(address) is { CurrentAvailablePermits: 0 } ? TimeSpan.FromMinutes(1) / FailuresPerMinute : null;

    public void Dispose()
    {
        _callers.Dispose();
        _failures.Dispose();
    }

    // One token at a time: its period is what a refused one has to wait at most. With a minute's tokens at once that would be the minute.
    private static TokenBucketRateLimiterOptions Bucket(int perMinute) => new()
    {
        TokenLimit = perMinute,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
        QueueLimit = 0,
        AutoReplenishment = false,
    };

    private static TimeSpan? Take<T>(PartitionedRateLimiter<T> limits, T who)
    {
        using var lease = limits.AttemptAcquire(who);
        if (lease.IsAcquired) return null;
        return lease.TryGetMetadata(MetadataName.RetryAfter, out var pause) ? pause : TimeSpan.FromMinutes(1) / FailuresPerMinute;
    }

    // HashCode is seeded anew in each process, so nobody can pick addresses that share a victim's bucket.
    private static int Place(IPAddress? address)
    {
        if (address is null) return 0;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var hash = default(HashCode);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        // Of IPv6 the network: 2^64 addresses of it belong to one household.
        hash.AddBytes(bytes[..(address.AddressFamily == AddressFamily.InterNetworkV6 ? 8 : length)]);
        return (hash.ToHashCode() & int.MaxValue) % AddressBuckets;
    }
}
