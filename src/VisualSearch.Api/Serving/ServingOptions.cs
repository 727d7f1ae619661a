using VisualSearch.Api.Hosting;

namespace VisualSearch.Api.Serving;

/// <summary>How much a server takes on at once, and how it ends.</summary>
public sealed record ServingOptions
{
    /// <summary>Searches that are worked on at once, 1 to 1,024; 0 for as many as there are cores. More would make each slower, and none sooner.</summary>
    public int ConcurrentSearches { get; init; }

    /// <summary>Requests that may wait for their turn at the same moment, 1 to 65,536: bounds memory. How long they may wait is decided by what is going on.</summary>
    public int MostWaiting { get; init; } = 256;

    /// <summary>Answers of a language model that are awaited at once, 1 to 1,024. They wait for the model and take little of this machine.</summary>
    public int ConcurrentModelAnswers { get; init; } = 16;

    /// <summary>
    /// How long the server goes on to serve after it was told to end, 0 to 300 s, while <c>/readyz</c> says that it is leaving: as long as
    /// whatever routes requests to it needs to notice.
    /// </summary>
    public TimeSpan Drain { get; init; }

    /// <summary>How long requests under way may take to end after that, 1 to 300 s.</summary>
    public TimeSpan LastRequests { get; init; } = TimeSpan.FromSeconds(30);

    internal int SearchesAtOnce => ConcurrentSearches > 0 ? ConcurrentSearches : Environment.ProcessorCount;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ApiOptionsException">A value is outside its range.</exception>
    public ServingOptions Validated()
    {
        Check(ConcurrentSearches is >= 0 and <= 1024, nameof(ConcurrentSearches), ConcurrentSearches, "0 (as many as cores) to 1024");
        Check(MostWaiting is >= 1 and <= 65536, nameof(MostWaiting), MostWaiting, "1 to 65536");
        Check(ConcurrentModelAnswers is >= 1 and <= 1024, nameof(ConcurrentModelAnswers), ConcurrentModelAnswers, "1 to 1024");
        Check(Drain >= TimeSpan.Zero && Drain <= TimeSpan.FromMinutes(5), nameof(Drain), Drain.TotalSeconds, "0 to 300 seconds");
        Check(LastRequests >= TimeSpan.FromSeconds(1) && LastRequests <= TimeSpan.FromMinutes(5), nameof(LastRequests), LastRequests.TotalSeconds, "1 to 300 seconds");
        return this;
    }

    private static void Check(bool isRight, string what, object value, string range)
    {
        if (!isRight) throw new ApiOptionsException($"{what} is {value}; give {range}.");
    }
}
