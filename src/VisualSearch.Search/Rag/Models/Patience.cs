namespace VisualSearch.Search.Rag.Models;

/// <summary>
/// The clocks of one answer: one for all of it, and one that begins anew with each token. It stands still while the reader of the answer is
/// busy, who is no fault of the server's.
/// </summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _whole;
    private readonly CancellationTokenSource _step;
    private readonly ChatModelOptions _options;
    private readonly ChatFaults _faults;
    private bool _started;
    private TimeSpan _allowed;

    public Patience(ChatModelOptions options, ChatFaults faults, CancellationToken caller)
    {
        (_options, _faults, _caller) = (options, faults, caller);
        _whole = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _whole.CancelAfter(options.AnswerTimeout);
        _step = CancellationTokenSource.CreateLinkedTokenSource(_whole.Token);
    }

    /// <summary>Ends with the caller or with the time for the whole answer.</summary>
    public CancellationToken Whole => _whole.Token;

    /// <summary>Ends when the next token is overdue, too.</summary>
    public CancellationToken Step => _step.Token;

    /// <summary>Runs what waits for the server, and says what it means when that takes too long.</summary>
    /// <param name="wait">What waits, with <see cref="Step"/> as its token.</param>
    /// <param name="clocked">Whether the clock of the next token runs; a reply that comes in one piece has only the whole one's.</param>
    public async Task<T> WaitAsync<T>(Func<Task<T>> wait, bool clocked = true)
    {
        _allowed = clocked ? _started ? _options.TokenTimeout : _options.FirstTokenTimeout : Timeout.InfiniteTimeSpan;
        _step.CancelAfter(_allowed);
        try
        {
            return await wait().ConfigureAwait(false);
        }
        catch (Exception cause) when (_step.IsCancellationRequested
            && cause is OperationCanceledException or ChatModelException { Fault: ChatModelFault.CutOff } or IOException or ObjectDisposedException)
        {
            // Cancelling closes the connection, which a read may notice first.
            throw Explain(cause);
        }
        finally
        {
            _step.CancelAfter(Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Runs all tries together.</summary>
    public async Task<T> WholeAsync<T>(Func<CancellationToken, Task<T>> tries)
    {
        try
        {
            return await tries(Whole).ConfigureAwait(false);
        }
        catch (OperationCanceledException cause) when (_whole.IsCancellationRequested)
        {
            throw Explain(cause);
        }
    }

    /// <summary>The answer has begun: from now on each token has its own, shorter time.</summary>
    public void Started() => _started = true;

    /// <summary>Ends what waits: closes the connection.</summary>
    public void GiveUp() => _step.Cancel();

    public void Dispose()
    {
        _step.Dispose();
        _whole.Dispose();
    }

    private Exception Explain(Exception cause)
    {
        if (_caller.IsCancellationRequested)
            return new OperationCanceledException("The answer was cancelled.", cause, _caller);
        return _whole.IsCancellationRequested ? _faults.TooSlow() : _faults.Stalled(_allowed, _started);
    }
}
