using VisualSearch.Encoders.Models;

namespace VisualSearch.Api.Serving;

/// <summary>
/// Lets callers of one network share its runs. While a lane is free a caller runs at once and alone; while all are busy callers gather, and the
/// first that gets a lane takes all who wait along. So nobody waits for company, and under load a run carries as many as came meanwhile.
/// </summary>
/// <param name="lanes">Runs that may be under way at once, at least 1: as many as keep every core busy.</param>
/// <param name="maxBatch">Most inputs of a run, at least 1.</param>
/// <param name="encode">Encodes inputs; gives a vector for each, in their order. Called from any thread.</param>
internal sealed class MicroBatcher<T>(int lanes, int maxBatch, Func<IReadOnlyList<T>, float[][]> encode)
{
    private readonly object _gate = new();
    private readonly Queue<Caller> _waiting = new();
    private int _running;
    private long _runs;
    private long _inputs;

    /// <summary>Runs so far, and the inputs that they carried.</summary>
    public (long Runs, long Inputs) Totals => (Interlocked.Read(ref _runs), Interlocked.Read(ref _inputs));

    /// <summary>Encodes one input, together with those of others who wait.</summary>
    /// <exception cref="ModelException">The run that it was part of failed.</exception>
    public float[] Encode(T input)
    {
        var own = new Caller(input);
        lock (_gate) _waiting.Enqueue(own);
        while (true)
        {
            Caller[] batch;
            lock (_gate)
            {
                while (!own.IsDone && (own.IsTaken || _running == lanes)) Monitor.Wait(_gate);
                if (own.IsDone) return own.Result();
                // Those who came first are taken first, so a full batch may leave this caller for the next.
                batch = [.. TakeBatch()];
                _running++;
            }

            Run(batch);
        }
    }

    private IEnumerable<Caller> TakeBatch()
    {
        for (var taken = 0; taken < maxBatch && _waiting.TryDequeue(out var caller); taken++)
        {
            caller.IsTaken = true;
            yield return caller;
        }
    }

    private void Run(Caller[] batch)
    {
        float[][]? vectors = null;
        Exception? failure = null;
        try
        {
            vectors = encode([.. batch.Select(static caller => caller.Input)]);
            Interlocked.Increment(ref _runs);
            Interlocked.Add(ref _inputs, batch.Length);
        }
        catch (Exception error)
        {
            failure = error; // Every caller of the run throws it.
        }

        lock (_gate)
        {
            _running--;
            for (var i = 0; i < batch.Length; i++) batch[i].Finish(vectors?[i], failure);
            Monitor.PulseAll(_gate);
        }
    }

    private sealed class Caller(T input)
    {
        private float[]? _vector;
        private Exception? _failure;

        public T Input => input;

        public bool IsTaken { get; set; }

        public bool IsDone { get; private set; }

        public void Finish(float[]? vector, Exception? failure) => (_vector, _failure, IsDone) = (vector, failure, true);

        // Each throws its own: one exception object thrown by several threads would mix their stack traces.
        public float[] Result() => _failure is null ? _vector! : throw new ModelException(_failure.Message, _failure);
    }
}
