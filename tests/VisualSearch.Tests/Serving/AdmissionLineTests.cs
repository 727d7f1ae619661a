using VisualSearch.Api.Serving;

namespace VisualSearch.Tests.Serving;

/// <summary>The line before the places, on a clock that the tests turn.</summary>
public sealed class AdmissionLineTests
{
    private readonly TurnedClock _clock = new();

    [Fact]
    public async Task A_burst_waits_and_is_served_in_order()
    {
        using var line = new AdmissionLine(1, 100, _clock);
        List<int> served = [];
        var first = (await line.EnterAsync(default))!;
        var burst = Enumerable.Range(0, 8).Select(i => ServeAsync(line, i, served, TimeSpan.FromMilliseconds(5))).ToArray();
        Assert.Equal(8, line.Waiting);
        _clock.Turn(5);
        first.Dispose();
        Assert.All(await Task.WhenAll(burst), Assert.True);
        Assert.Equal(Enumerable.Range(0, 8), served);
    }

    [Fact]
    public async Task At_twice_the_rate_half_is_served_with_little_waiting_and_the_rest_is_told_soon()
    {
        const int Service = 10, Requests = 400;
        using var line = new AdmissionLine(1, 1000, _clock);
        List<double> waits = [], told = [];
        IDisposable? place = null;
        double freeAt = 0;
        List<(double Came, Task<IDisposable?> Entering)> waiting = [];
        for (var now = 0; now < Requests * Service / 2; now++)
        {
            _clock.Turn(1);
            if (now % (Service / 2) == 0) waiting.Add((now, line.EnterAsync(default).AsTask()));
            if (place is not null && now >= freeAt)
            {
                place.Dispose();
                place = null;
            }

            // Who was given the place, or was sent away, hears of it on another thread.
            await Task.Delay(now % 5 == 0 ? 1 : 0);
            foreach (var one in waiting.Where(static one => one.Entering.IsCompleted).ToArray())
            {
                waiting.Remove(one);
                if (await one.Entering is { } got)
                {
                    (place, freeAt) = (got, now + Service);
                    waits.Add(now - one.Came);
                }
                else
                {
                    told.Add(now - one.Came);
                }
            }
        }

        // After the first fifth of a second, in which the line may still be taken for a burst.
        Assert.InRange(waits.Count, Requests * 0.35, Requests * 0.55);
        Assert.True(waits.Skip(40).Max() <= 3 * Service, $"One waited {waits.Skip(40).Max()} ms.");
        Assert.True(told.Skip(40).Max() <= 4 * Service, $"One was told after {told.Skip(40).Max()} ms.");
    }

    [Fact]
    public async Task After_a_second_without_too_many_a_burst_may_wait_again()
    {
        using var line = new AdmissionLine(1, 100, _clock);
        var place = (await line.EnterAsync(default))!;
        var tooLong = line.EnterAsync(default).AsTask();
        _clock.Turn(1500);
        place.Dispose();
        Assert.Null(await tooLong);

        _clock.Turn(1100);
        List<int> served = [];
        var first = (await line.EnterAsync(default))!;
        var burst = Enumerable.Range(0, 3).Select(i => ServeAsync(line, i, served, TimeSpan.FromMilliseconds(5))).ToArray();
        _clock.Turn(20);
        first.Dispose();
        Assert.All(await Task.WhenAll(burst), Assert.True);
        Assert.Equal([0, 1, 2], served);
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(9, false)]
    public async Task A_stall_is_no_load_a_line_as_short_as_a_burst_waits_until_it_ends(int waiting, bool served)
    {
        using var line = new AdmissionLine(1, 100, _clock);
        List<int> inOrder = [];
        var stalled = (await line.EnterAsync(default))!;
        var burst = Enumerable.Range(0, waiting).Select(i => ServeAsync(line, i, inOrder, TimeSpan.FromMilliseconds(5))).ToArray();
        _clock.Turn(900);
        stalled.Dispose();
        Assert.Equal(Enumerable.Repeat(served, waiting), await Task.WhenAll(burst));
        Assert.Equal(served ? Enumerable.Range(0, waiting) : [], inOrder);
    }

    [Fact]
    public async Task Who_gives_up_takes_no_place()
    {
        using var line = new AdmissionLine(1, 100, _clock);
        using var impatient = new CancellationTokenSource();
        var place = (await line.EnterAsync(default))!;
        var gone = line.EnterAsync(impatient.Token).AsTask();
        var stays = line.EnterAsync(default).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(async () => await gone);
        _clock.Turn(1);
        place.Dispose();
        (await stays)!.Dispose();
        Assert.NotNull(await line.EnterAsync(default));
        Assert.Equal(0, line.Waiting);
    }

    [Fact]
    public async Task More_than_may_wait_are_not_let_into_the_line()
    {
        using var line = new AdmissionLine(1, 2, _clock);
        using var place = await line.EnterAsync(default);
        Task<IDisposable?>[] waiting = [line.EnterAsync(default).AsTask(), line.EnterAsync(default).AsTask()];
        Assert.True(line.IsFull);
        Assert.Null(await line.EnterAsync(default));
        Assert.All(waiting, static one => Assert.False(one.IsCompleted));
    }

    private async Task<bool> ServeAsync(AdmissionLine line, int number, List<int> served, TimeSpan work)
    {
        using var place = await line.EnterAsync(default);
        if (place is null) return false;
        served.Add(number);
        _clock.Turn(work.TotalMilliseconds);
        return true;
    }

    // Timers of the line are real: all that it decides by is this clock.
    private sealed class TurnedClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 10_000_000;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public void Turn(double milliseconds) => Interlocked.Add(ref _now, (long)(milliseconds * 10_000));
    }
}
