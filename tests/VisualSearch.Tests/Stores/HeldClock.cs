namespace VisualSearch.Tests.Stores;

/// <summary>A clock that stands still until it is told to go on, and whose timers ring when they are told to.</summary>
internal sealed class HeldClock : TimeProvider
{
    private readonly List<HeldTimer> timers = [];
    private DateTimeOffset now = DateTimeOffset.UtcNow;

    public override DateTimeOffset GetUtcNow() => now;

    public void Pass(TimeSpan time) => now += time;

    /// <summary>Lets all timers ring that were not disposed of.</summary>
    public void Ring()
    {
        foreach (HeldTimer timer in timers.ToArray())
            timer.Ring();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new HeldTimer(() => callback(state));
        timers.Add(timer);
        return timer;
    }
}

/// <summary>A timer that rings when it is told to: never by itself.</summary>
internal sealed class HeldTimer(Action ring) : ITimer
{
    private bool disposed;

    /// <summary>Rings, unless it was disposed of.</summary>
    public void Ring()
    {
        if (!disposed)
            ring();
    }

    public bool Change(TimeSpan dueTime, TimeSpan period) => true;

    public void Dispose() => disposed = true;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
