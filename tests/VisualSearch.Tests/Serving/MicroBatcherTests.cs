using VisualSearch.Api.Serving;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Tests.Serving;

public sealed class MicroBatcherTests
{
    private const int Callers = 24;

    [Fact]
    public async Task Who_comes_while_all_lanes_are_busy_shares_the_next_run_and_gets_their_own_vector()
    {
        using var first = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        List<int> sizes = [];
        var batcher = new MicroBatcher<int>(lanes: 1, maxBatch: 10, inputs =>
        {
            lock (sizes) sizes.Add(inputs.Count);
            if (sizes.Count == 1)
            {
                first.Release();
                go.Wait();
            }

            return [.. inputs.Select(static input => new float[] { input, input * 2 })];
        });

        var leader = OnThread(() => batcher.Encode(-1));
        await first.WaitAsync();
        var others = Enumerable.Range(0, Callers).Select(i => OnThread(() => batcher.Encode(i))).ToArray();
        await AllWaitAsync(others.Select(static other => other.Thread));
        go.Release();

        var led = await leader.Result;
        Assert.Equal([-1, -2], led);
        var vectors = await Task.WhenAll(others.Select(static other => other.Result));
        for (var i = 0; i < Callers; i++) Assert.Equal([i, i * 2], vectors[i]);
        Assert.Equal([1, 10, 10, 4], sizes);
        Assert.Equal((4, Callers + 1), batcher.Totals);
    }

    [Fact]
    public async Task No_more_runs_than_lanes_are_under_way_and_an_idle_lane_is_used_at_once()
    {
        int running = 0, most = 0;
        var batcher = new MicroBatcher<int>(lanes: 3, maxBatch: 2, inputs =>
        {
            var now = Interlocked.Increment(ref running);
            lock (this) most = Math.Max(most, now);
            Thread.Sleep(1);
            Interlocked.Decrement(ref running);
            return [.. inputs.Select(static input => new float[] { input })];
        });

        var callers = Enumerable.Range(0, 8).Select(caller => OnThread(() =>
        {
            for (var i = 0; i < 50; i++) Assert.Equal((caller * 1000) + i, batcher.Encode((caller * 1000) + i)[0]);
            return [];
        })).ToArray();
        await Task.WhenAll(callers.Select(static caller => caller.Result));
        Assert.InRange(most, 2, 3);
        Assert.Equal(400, batcher.Totals.Inputs);
    }

    [Fact]
    public async Task A_run_that_fails_fails_all_its_callers_and_none_after_them()
    {
        using var first = new SemaphoreSlim(0);
        using var go = new SemaphoreSlim(0);
        var runs = 0;
        var batcher = new MicroBatcher<int>(1, 8, inputs =>
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                first.Release();
                go.Wait();
            }

            return inputs.Contains(3) ? throw new ModelException("out of memory") : [.. inputs.Select(static input => new float[] { input })];
        });
        var leader = OnThread(() => batcher.Encode(0));
        await first.WaitAsync();
        var others = Enumerable.Range(1, 5).Select(i => OnThread(() => batcher.Encode(i))).ToArray();
        await AllWaitAsync(others.Select(static other => other.Thread));
        go.Release();

        var led = await leader.Result;
        Assert.Equal([0], led);
        foreach (var other in others) Assert.Equal("out of memory", (await Assert.ThrowsAsync<ModelException>(() => other.Result)).Message);
        Assert.Equal([7], batcher.Encode(7));
    }

    // Callers block, so each has a thread of its own: the pool's would be missing elsewhere.
    private static (Thread Thread, Task<float[]> Result) OnThread(Func<float[]> work)
    {
        var result = new TaskCompletionSource<float[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception error)
            {
                result.SetException(error);
            }
        })
        { IsBackground = true };
        thread.Start();
        return (thread, result.Task);
    }

    private static async Task AllWaitAsync(IEnumerable<Thread> threads)
    {
        foreach (var thread in threads)
        {
            while (thread.ThreadState.HasFlag(ThreadState.Unstarted) || !thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin)) await Task.Delay(1);
        }
    }
}
