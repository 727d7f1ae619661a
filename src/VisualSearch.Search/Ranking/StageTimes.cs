using System.Diagnostics;
using VisualSearch.Search.Monitoring;

namespace VisualSearch.Search.Ranking;

/// <summary>The clock of one stage, and its span where somebody listens; a stage may run several times in one search.</summary>
internal sealed class StageClock(string name, ActivitySource? activities, double before = 0)
{
    internal string Name => name;

    internal double Milliseconds { get; private set; } = before;

    internal T Measure<T>(Func<T> stage)
    {
        using Activity? span = activities?.StartActivity(name);
        long start = Stopwatch.GetTimestamp();
        T result = stage();
        Milliseconds += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return result;
    }

    internal void Measure(Action stage)
    {
        using Activity? span = activities?.StartActivity(name);
        long start = Stopwatch.GetTimestamp();
        stage();
        Milliseconds += Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}

/// <summary>The clocks of one search, and how much it retrieved.</summary>
/// <param name="monitor">Who watches the collection; null where nobody does.</param>
/// <param name="embedMs">Milliseconds that embedding took before the pipeline began.</param>
internal sealed class StageTimes(CollectionMonitor? monitor = null, double embedMs = 0)
{
    private readonly long start = Stopwatch.GetTimestamp();

    internal CollectionMonitor? Monitor => monitor;

    internal StageClock Embed { get; } = new("embed", monitor?.Activities, embedMs);

    internal StageClock Retrieve { get; } = new("retrieve", monitor?.Activities);

    internal StageClock Fuse { get; } = new("fuse", monitor?.Activities);

    internal StageClock Rescore { get; } = new("rescore", monitor?.Activities);

    internal StageClock Rank { get; } = new("rank", monitor?.Activities);

    internal StageClock Arrange { get; } = new("arrange", monitor?.Activities);

    /// <summary>How often the collection was asked, for more each time.</summary>
    internal int Rounds { get; private set; }

    /// <summary>Items that the last round found by vector.</summary>
    internal int VisualFound { get; private set; }

    /// <summary>Items that the last round found by words.</summary>
    internal int WordsFound { get; private set; }

    /// <summary>Items that the last round found by meaning.</summary>
    internal int PassagesFound { get; private set; }

    internal double TotalMilliseconds => embedMs + Stopwatch.GetElapsedTime(start).TotalMilliseconds;

    internal void Found(RetrievedLists lists)
    {
        Rounds++;
        (VisualFound, WordsFound, PassagesFound) = (lists.Visual.Count, lists.Text.Count, lists.Passages.Count);
    }

    /// <summary>The stages in their order, without garbage.</summary>
    internal StageList Stages() => new(this);

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

/// <summary>The stages of a search with their times, for a <c>foreach</c> that allocates nothing.</summary>
internal struct StageList(StageTimes times)
{
    private int at = -1;

    public readonly (string Stage, double Milliseconds) Current
    {
        get
        {
            StageClock clock = at switch { 0 => times.Embed, 1 => times.Retrieve, 2 => times.Fuse, 3 => times.Rescore, 4 => times.Rank, _ => times.Arrange };
            return (clock.Name, clock.Milliseconds);
        }
    }

    public readonly StageList GetEnumerator() => this;

    public bool MoveNext() => ++at < 6;
}
