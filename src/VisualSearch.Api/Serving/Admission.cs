using VisualSearch.Api.Hosting;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Rag.Answers;

namespace VisualSearch.Api.Serving;

/// <summary>
/// Lets in what the machine can work on, lets a burst wait, and sends away with 429 what can't be served in time (<see cref="AdmissionLine"/>). Without it every request slows all
/// others: at twice the rate that a server can sustain its latency would grow for as long as that lasts.
/// </summary>
/// <remarks>
/// A request enters after its body was read, so that a slow sender holds no place; one that would find the line full is sent away before.
/// </remarks>
internal sealed class Admission(ServingOptions options, IAnswerer answerer, TimeProvider time) : IDisposable
{
    private readonly AdmissionLine _searches = new(options.SearchesAtOnce, options.MostWaiting, time);

    // A model takes seconds, and nothing of this process.
    private readonly AdmissionLine _modelAnswers = new(options.ConcurrentModelAnswers, options.MostWaiting, time);

    private readonly bool _answersAreSearches = answerer is ExtractiveAnswerer;
    private long _refused;

    /// <summary>Requests that were sent away.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Sends a search away that would not be let in anyway.</summary>
    public void RefuseIfFull() => RefuseIfFull(_searches);

    /// <summary>As <see cref="RefuseIfFull()"/>, for an answer.</summary>
    public void RefuseAnswerIfFull() => RefuseIfFull(_answersAreSearches ? _searches : _modelAnswers);

    /// <summary>A place to search or embed, to be disposed of when that has ended.</summary>
    /// <exception cref="RequestException">429: there are too many.</exception>
    public ValueTask<IDisposable> EnterSearchAsync(CancellationToken cancellation) => EnterAsync(_searches, cancellation);

    /// <summary>A place to answer a question.</summary>
    /// <exception cref="RequestException">429: there are too many.</exception>
    public ValueTask<IDisposable> EnterAnswerAsync(CancellationToken cancellation) => EnterAsync(_answersAreSearches ? _searches : _modelAnswers, cancellation);

    public void Dispose()
    {
        _searches.Dispose();
        _modelAnswers.Dispose();
    }

    private void RefuseIfFull(AdmissionLine line)
    {
        if (line.IsFull) throw Busy();
    }

    private async ValueTask<IDisposable> EnterAsync(AdmissionLine line, CancellationToken cancellation) =>
        await line.EnterAsync(cancellation).ConfigureAwait(false) ?? throw Busy();

    private RequestException Busy()
    {
        Interlocked.Increment(ref _refused);
        return new RequestException(StatusCodes.Status429TooManyRequests, "The server is busy", "More requests have come than this server can work on. Try again in a second, or send fewer at once.")
        {
            // The line moves within milliseconds; a second is the least that the header can say.
            RetryAfter = TimeSpan.FromSeconds(1),
        };
    }
}
