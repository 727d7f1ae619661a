using System.Diagnostics;
using Microsoft.Extensions.Logging;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Monitoring;

/// <summary>
/// Measures in production what an index that is damaged, or searched too narrowly, does not show by itself: whether it still finds what is nearest.
/// </summary>
/// <remarks>
/// One in N vector searches is repeated in the background, exactly and by the index. One check at a time, on a thread of its own that sleeps as
/// long as it works, and then rests until its share of a core is kept; a search that is sampled meanwhile is let go. Both searches run on the same state
/// of the collection, or the check does not count: an item that was added in between would look like one that the index missed.
/// </remarks>
public sealed class RecallCheck : IDisposable
{
    // Similarities come from the same float32 numbers, summed in another order.
    private const float Rounding = 1e-5f;

    private readonly MonitorOptions options;
    private readonly SearchInstruments instruments;
    private readonly ILogger<RecallCheck> log;
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationToken stop;
    private readonly Dictionary<string, RecallHistory> histories = new(StringComparer.Ordinal);
    private volatile Task running = Task.CompletedTask;
    private long restUntil;
    private int busy;

    internal RecallCheck(MonitorOptions options, SearchInstruments instruments, ILogger<RecallCheck> log)
    {
        this.options = options;
        this.instruments = instruments;
        this.log = log;
        // Of a source that is disposed of, only a token that was taken before can be asked.
        stop = stopping.Token;
    }

    /// <summary>Lets no further check begin, ends the one under way between two blocks of vectors, and waits for it.</summary>
    public async Task StopAsync()
    {
        if (!stop.IsCancellationRequested)
            await stopping.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>As <see cref="StopAsync"/>, without waiting.</summary>
    public void Dispose()
    {
        if (!stop.IsCancellationRequested)
            stopping.Cancel();
        stopping.Dispose();
    }

    /// <summary>Waits until no check is under way.</summary>
    internal Task IdleAsync() => running;

    /// <summary>Whether this search is to be checked: one in N, by chance, so that no rhythm of the queries is always or never caught.</summary>
    internal bool Wants() => options.RecallOneIn > 0 && Random.Shared.Next(options.RecallOneIn) == 0 && !stop.IsCancellationRequested;

    /// <summary>Checks a search in the background, unless a check is under way or resting.</summary>
    internal void Offer(RecallSample sample)
    {
        if (sample.Store is not IExactSearch exact)
            return;
        if (Stopwatch.GetTimestamp() < Volatile.Read(ref restUntil) || Interlocked.CompareExchange(ref busy, 1, 0) != 0)
        {
            instruments.RecallChecked(sample.Collection, "busy");
            return;
        }

        // Without the caller's context: the check outlives the request that it comes from.
        using (ExecutionContext.SuppressFlow())
            running = Task.Factory.StartNew(() => Run(sample, exact), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private void Run(RecallSample sample, IExactSearch exact)
    {
        // A thread of our own (LongRunning), so that its priority is nobody else's.
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        long began = Stopwatch.GetTimestamp();
        try
        {
            using IDisposable? held = sample.Hold();
            if (held is not null)
                Check(sample, exact);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server ends.
        }
        catch (Exception failure)
        {
            instruments.RecallChecked(sample.Collection, Outcome.Failed);
            log.LogWarning("The recall of collection {Collection} could not be checked: {Reason}", sample.Collection, failure.Message);
        }
        finally
        {
            long took = Stopwatch.GetTimestamp() - began;
            Volatile.Write(ref restUntil, Stopwatch.GetTimestamp() + (long)(took * ((1 / options.RecallCoreShare) - 1)));
            Volatile.Write(ref busy, 0);
        }
    }

    private void Check(RecallSample sample, IExactSearch exact)
    {
        long before = exact.SearchedRevision;
        ExactResult truth = exact.SearchVisualExactly(sample.Vector, Math.Min(options.RecallK, sample.K), sample.Allowed, Resting(), stop);
        IReadOnlyList<ScoredItem> found = sample.Store.SearchVisual(sample.Vector, sample.K, sample.Allowed, sample.EfSearch);
        if (before != truth.Revision || exact.SearchedRevision != truth.Revision)
        {
            instruments.RecallChecked(sample.Collection, "changed");
            return;
        }

        if (truth.Items.Count == 0)
            return;
        double recall = Share(truth.Items, found);
        instruments.RecallChecked(sample.Collection, "measured");
        instruments.Recalled(sample.Collection, recall);
        if (!histories.TryGetValue(sample.Collection, out RecallHistory? history))
            histories.Add(sample.Collection, history = new RecallHistory());
        if (history.Add(recall, options.RecallWarnBelow))
            Warn(sample, history, exact.LowRecallAdvice);
    }

    // By similarity instead of by id: of several that are equally near to the query either is right.
    private static double Share(IReadOnlyList<ScoredItem> truth, IReadOnlyList<ScoredItem> found)
    {
        float least = truth[^1].Score - Rounding;
        return (double)Math.Min(truth.Count, found.Count(one => one.Score >= least)) / truth.Count;
    }

    private void Warn(RecallSample sample, RecallHistory history, string advice) => log.LogWarning(
        "Recall of collection {Collection} is low: of the {K} nearest items its index finds {Mean:0.00} on average over the last {Checks} sampled searches, {Worst:0.00} at "
        + "worst. Searches may look too little around (efSearch). {Advice}",
        sample.Collection, options.RecallK, history.Mean, history.Count, history.Worst, advice);

    // Sleeps as long as the block before took: half a core at most, whatever the scheduler makes of priorities.
    private static Action Resting()
    {
        long from = Stopwatch.GetTimestamp();
        return () =>
        {
            Thread.Sleep(Stopwatch.GetElapsedTime(from));
            from = Stopwatch.GetTimestamp();
        };
    }
}
