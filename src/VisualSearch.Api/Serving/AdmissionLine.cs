namespace VisualSearch.Api.Serving;

/// <summary>
/// A number of places, and a line before them that takes bursts but never stands. Who comes may wait for about as long as eight requests take; once
/// that was not enough for somebody, more come than can be served, and then nobody waits longer than two requests take, and the latest is served
/// first: some must be sent away anyway, and it has waited least. That lasts until nobody was sent away for a second.
/// </summary>
/// <remarks>
/// <para>
/// A line of no more than a burst is no sign of load, however long it has stood: a request that takes far longer than others, because a node of a
/// cluster doesn't answer or a collection is being opened, holds its place, and once it ends they are all served. So those few wait up to a second.
/// </para>
/// <para>
/// Controlled delay (Nichols and Jacobson, "Controlling Queue Delay", ACM Queue 10(5), 2012) with adaptive LIFO, as B. Maurer has them for servers
/// ("Fail at Scale", ACM Queue 13(8), 2015); there the waits are 100 and 5 ms, here they go by what a request takes, which differs a hundredfold between
/// models. A line of fixed length can't do both: one that takes a page's eight requests at once adds their time to everybody's under load.
/// </para>
/// </remarks>
/// <param name="places">Requests that are worked on at once, at least 1.</param>
/// <param name="mostWaiting">Requests that wait at most, at least 1.</param>
/// <param name="time">The clock.</param>
internal sealed class AdmissionLine(int places, int mostWaiting, TimeProvider time) : IDisposable
{
    // How long a burst may take to be served: a page asks for some eight things at once.
    private static readonly TimeSpan LeastPatience = TimeSpan.FromMilliseconds(100);
    private const int BurstOfRequests = 8;

    // More than that look hung to whoever asked.
    private static readonly TimeSpan LongestStall = TimeSpan.FromSeconds(1);

    private const int PatienceUnderLoad = 2;

    // Under load the line is short for moments all the time; without this each of them would let a new one grow.
    private static readonly TimeSpan Relief = TimeSpan.FromSeconds(1);

    // Of the last ten requests or so.
    private const double Newest = 0.1;

    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = new();
    private ITimer? _pruning;
    private int _free = places;
    private long? _lastSentAway;
    private TimeSpan _service = TimeSpan.FromMilliseconds(5);

    /// <summary>Whether one who comes now would be sent away at once.</summary>
    public bool IsFull
    {
        get
        {
            lock (_gate) return _waiting.Count >= mostWaiting;
        }
    }

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate) return _waiting.Count;
        }
    }

    /// <summary>A place, to be disposed of when the request has ended; null when there is none in time.</summary>
    public async ValueTask<IDisposable?> EnterAsync(CancellationToken cancellation)
    {
        Waiter waiter;
        lock (_gate)
        {
            if (_free > 0)
            {
                _free--;
                return new Place(this);
            }

            if (_waiting.Count >= mostWaiting) return null;
            waiter = new Waiter(time.GetTimestamp());
            waiter.Node = _waiting.AddLast(waiter);
            // Places may be held for long: who waits is told in time all the same.
            _pruning ??= time.CreateTimer(static line => ((AdmissionLine)line!).Prune(), this, TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(20));
        }

        await using var registration = cancellation.Register(static (state, token) => ((Waiter)state!).Outcome.TrySetCanceled(token), waiter).ConfigureAwait(false);
        try
        {
            return await waiter.Outcome.Task.ConfigureAwait(false) ? new Place(this) : null;
        }
        catch (OperationCanceledException)
        {
            lock (_gate) Forget(waiter);
            throw;
        }
    }

    public void Dispose() => _pruning?.Dispose();

    private TimeSpan Patience(long now)
    {
        if (IsOverrun(now)) return PatienceUnderLoad * _service;
        var burst = BurstOfRequests * _service;
        var least = _waiting.Count > BurstOfRequests ? LeastPatience : LongestStall;
        return burst > least ? burst : least;
    }

    private bool IsOverrun(long now) => _lastSentAway is { } last && time.GetElapsedTime(last, now) < Relief;

    private void Leave(long entered)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _service += Newest * (time.GetElapsedTime(entered, now) - _service);
            SendAway(now);
            // One who was cancelled meanwhile takes no place.
            while (Next(now) is { } waiter)
            {
                Forget(waiter);
                if (waiter.Outcome.TrySetResult(true)) return;
            }

            _free++;
        }
    }

    private Waiter? Next(long now) => (IsOverrun(now) ? _waiting.Last : _waiting.First)?.Value;

    private void Prune()
    {
        lock (_gate) SendAway(time.GetTimestamp());
    }

    private void SendAway(long now)
    {
        var longest = Patience(now);
        while (_waiting.First is { Value: var oldest } && time.GetElapsedTime(oldest.Came, now) > longest)
        {
            Forget(oldest);
            if (oldest.Outcome.TrySetResult(false)) _lastSentAway = now;
        }
    }

    private void Forget(Waiter waiter)
    {
        if (waiter.Node is not { } node) return;
        waiter.Node = null;
        _waiting.Remove(node);
        if (_waiting.Count > 0) return;
        _pruning?.Dispose();
        _pruning = null;
    }

    private sealed class Waiter(long came)
    {
        public long Came => came;

        public LinkedListNode<Waiter>? Node { get; set; }

        // Who gives a place away must not run the request that takes it.
        public TaskCompletionSource<bool> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(AdmissionLine line) : IDisposable
    {
        private readonly long _entered = line.Now;
        private AdmissionLine? _line = line;

        public void Dispose() => Interlocked.Exchange(ref _line, null)?.Leave(_entered);
    }

    private long Now => time.GetTimestamp();
}
