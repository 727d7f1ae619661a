namespace VisualSearch.Search.Rag.Models;

/// <summary>
/// How many answers may still be asked for: a bucket of tokens that holds one minute's, and fills evenly. Safe for any number of threads.
/// </summary>
/// <param name="perMinute">Answers in a minute.</param>
/// <param name="time">The clock.</param>
internal sealed class AnswerAllowance(int perMinute, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _left = perMinute;
    private long _at = time.GetTimestamp();

    /// <summary>Takes one.</summary>
    /// <exception cref="ChatModelException">None is left; the message and <see cref="ChatModelException.RetryAfter"/> say when the next is.</exception>
    public void Take()
    {
        lock (_lock)
        {
            long now = time.GetTimestamp();
            _left = Math.Min(perMinute, _left + time.GetElapsedTime(_at, now).TotalMinutes * perMinute);
            _at = now;
            if (_left < 1)
            {
                var wait = TimeSpan.FromMinutes((1 - _left) / perMinute);
                throw new ChatModelException(
                    ChatModelFault.TooManyAnswers,
                    $"{perMinute} answers in a minute are allowed, and all were given. Try again in {Math.Max(1, Math.Ceiling(wait.TotalSeconds))} s, or raise {nameof(ModelAnswererOptions.MaxAnswersPerMinute)}.")
                {
                    RetryAfter = wait,
                };
            }

            _left--;
        }
    }
}
