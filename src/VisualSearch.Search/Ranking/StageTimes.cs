using System.Diagnostics;

namespace VisualSearch.Search.Ranking;

/// <summary>The clock of one stage; a stage may run several times in one search.</summary>
internal sealed class StageClock
{
    internal double Milliseconds { get; private set; }

    internal T Measure<T>(Func<T> stage)
    {
        long start = Stopwatch.GetTimestamp();
        T result = stage();
        Milliseconds += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return result;
    }

    internal void Measure(Action stage)
    {
        long start = Stopwatch.GetTimestamp();
        stage();
        Milliseconds += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}

/// <summary>The clocks of one search.</summary>
internal sealed class StageTimes
{
    private readonly long start = Stopwatch.GetTimestamp();

    internal StageClock Embed { get; } = new();

    internal StageClock Retrieve { get; } = new();

    internal StageClock Fuse { get; } = new();

    internal StageClock Rescore { get; } = new();

    internal StageClock Rank { get; } = new();

    internal StageClock Arrange { get; } = new();

    internal double TotalMilliseconds => Stopwatch.GetElapsedTime(start).TotalMilliseconds;

    internal SearchTimings ToTimings() => new()
    {
        Embed = Embed.Milliseconds,
        Retrieve = Retrieve.Milliseconds,
        Fuse = Fuse.Milliseconds,
        Rescore = Rescore.Milliseconds,
        Rank = Rank.Milliseconds,
        Arrange = Arrange.Milliseconds,
    };
}
