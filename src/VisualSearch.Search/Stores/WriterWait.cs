namespace VisualSearch.Search.Stores;

/// <summary>
/// Opens a collection to change it, and waits where the one that may was perhaps killed: its right to write ends by itself, unless it is renewed.
/// Renewed means alive, and then there is nothing to wait for.
/// </summary>
/// <param name="told">Told once of each writer that is waited for, with the longest time that it can take.</param>
/// <param name="time">The clock; null for the system's.</param>
/// <remarks>In a folder the operating system takes the right from a process that ends, however it ends: nobody waits there.</remarks>
public sealed class WriterWait(Action<WriterBusyException, TimeSpan> told, TimeProvider? time = null)
{
    // No right is given for longer than ten minutes: beyond that the clocks of the two machines do not agree, and waiting would have no end.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>The pause between two tries: a writer may well end, and give its right back, before that ends by itself.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Does what needs the right to write.</summary>
    /// <param name="open">What needs it; tried again as a whole.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="WriterBusyException">The writer is alive: it renewed its right meanwhile, or holds it until it ends.</exception>
    public T Open<T>(Func<T> open, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        WriterBusyException? waitedFor = null;
        while (true)
        {
            try
            {
                return open();
            }
            catch (WriterBusyException busy) when (Left(busy) <= Longest && !(busy.Writer == waitedFor?.Writer && busy.EndsAt > waitedFor.EndsAt))
            {
                if (busy.Writer != waitedFor?.Writer)
                    told(busy, Left(busy)!.Value);
                waitedFor = busy;
            }

            cancellation.WaitHandle.WaitOne(Pause);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    // A moment more than it says, which the server counts in whole seconds.
    private TimeSpan? Left(WriterBusyException busy) =>
        busy.EndsAt is not { } end ? null : end + TimeSpan.FromSeconds(1) - time.GetUtcNow() is { Ticks: > 0 } left ? left : TimeSpan.Zero;
}
