using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;

namespace VisualSearch.Bench.Load;

/// <summary>What came of requests.</summary>
/// <param name="Sent">Requests.</param>
/// <param name="Ok">Milliseconds of those that were answered, in order.</param>
/// <param name="Refused">Milliseconds of those that were sent away with 429, in order.</param>
/// <param name="Failed">Other statuses and lost connections.</param>
internal sealed record LoadResult(long Sent, double[] Ok, double[] Refused, long Failed);

/// <summary>Sends searches: by clients that wait for each answer (closed), or at a rate, whatever comes back (open).</summary>
internal sealed class SearchLoad : IDisposable
{
    public const string Collection = "bench";

    private static readonly string[] Colours = ["red", "blue", "green", "yellow", "white", "black", "brown", "orange", "pink", "purple", "grey"];
    private static readonly string[] Things = ["boat", "cat", "house", "fish", "sun", "tree", "dog", "car", "castle", "lamp", "cactus", "barn", "key", "flower", "bicycle", "clock"];
    private static readonly string[] Places = ["at night", "in a forest", "over the sea", "in the city", "in a meadow", "on a plain background", "under a moon", "by a lake"];

    private readonly HttpClient _client;
    private readonly Random _random = new(7);
    private int _asked;

    public SearchLoad(Uri address) => _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 512 }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Clients that ask, wait for the answer, and ask again.</summary>
    public async Task<LoadResult> ClosedAsync(int clients, TimeSpan duration)
    {
        var outcome = new Outcome();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (clock.Elapsed < duration) await SendAsync(outcome).ConfigureAwait(false);
        })).ConfigureAwait(false);
        return outcome.Result();
    }

    /// <summary>Requests at random moments, so many a second on average (a Poisson process), as independent people send them.</summary>
    public async Task<LoadResult> OpenAsync(double perSecond, TimeSpan duration)
    {
        var outcome = new Outcome();
        await SendAtRateAsync(perSecond, outcome, clock => clock < duration).ConfigureAwait(false);
        return outcome.Result();
    }

    /// <summary>
    /// Requests at a rate, while the server is told to end. As a load balancer would, it looks at <c>/readyz</c> every 100 ms and sends nothing more once
    /// that has changed.
    /// </summary>
    /// <param name="perSecond">How many a second.</param>
    /// <param name="end">Tells the server to end; called after three seconds of load.</param>
    /// <returns>What came of all requests, and how many were sent after the signal.</returns>
    public async Task<(LoadResult All, long AfterSignal)> EndingAsync(double perSecond, Action end)
    {
        var outcome = new Outcome();
        var routed = true;
        long before = 0;
        var ending = Task.Run(async () =>
        {
            await Task.Delay(TimeSpan.FromSeconds(3)).ConfigureAwait(false);
            before = Interlocked.Read(ref outcome.Sent);
            end();
            while ((await _client.GetAsync("/readyz").ConfigureAwait(false)).IsSuccessStatusCode) await Task.Delay(100).ConfigureAwait(false);
            Volatile.Write(ref routed, false);
        });
        await SendAtRateAsync(perSecond, outcome, _ => Volatile.Read(ref routed)).ConfigureAwait(false);
        await ending.ConfigureAwait(false);
        var all = outcome.Result();
        return (all, all.Sent - before);
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAtRateAsync(double perSecond, Outcome outcome, Func<TimeSpan, bool> goesOn)
    {
        var clock = Stopwatch.StartNew();
        var next = TimeSpan.Zero;
        var under = new ConcurrentDictionary<Task, byte>();
        while (goesOn(clock.Elapsed))
        {
            var wait = next - clock.Elapsed;
            if (wait > TimeSpan.FromMilliseconds(1)) await Task.Delay(wait).ConfigureAwait(false);
            while (next <= clock.Elapsed)
            {
                var sending = SendAsync(outcome);
                under.TryAdd(sending, 0);
                _ = sending.ContinueWith(done => under.TryRemove(done, out _), TaskScheduler.Default);
                next += TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / perSecond);
            }
        }

        await Task.WhenAll(under.Keys).ConfigureAwait(false);
    }

    private async Task SendAsync(Outcome outcome)
    {
        Interlocked.Increment(ref outcome.Sent);
        var start = Stopwatch.GetTimestamp();
        try
        {
            using var response = await _client.PostAsJsonAsync($"/v1/collections/{Collection}/search", new { text = Query(Interlocked.Increment(ref _asked)), k = 20 }).ConfigureAwait(false);
            await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            outcome.Add(response.StatusCode, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException)
        {
            outcome.Add(null, 0);
        }
    }

    // The number makes each a query of its own, for words and vectors alike.
    internal static string Query(int number) =>
        $"a {Colours[number % 11]} {Things[number / 11 % 16]} and a {Colours[number / 176 % 11]} {Things[number / 1936 % 16]} {Places[number % 8]} {number}";

    private sealed class Outcome
    {
        private readonly ConcurrentQueue<double> _ok = new(), _refused = new();
        public long Sent;
        private long _failed;

        public void Add(HttpStatusCode? status, double milliseconds)
        {
            if (status == HttpStatusCode.OK) _ok.Enqueue(milliseconds);
            else if (status == HttpStatusCode.TooManyRequests) _refused.Enqueue(milliseconds);
            else Interlocked.Increment(ref _failed);
        }

        public LoadResult Result() => new(Interlocked.Read(ref Sent), [.. _ok.Order()], [.. _refused.Order()], Interlocked.Read(ref _failed));
    }
}
