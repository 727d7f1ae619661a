using VisualSearch.Api.Serving;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Api.Collections;

/// <summary>
/// The encoders in use, one for each model however many collections have it; opened when the first collection needs it, closed when the
/// last one lets go, also when the server ends: a network that is closed under a request takes the process down with it. Large models hold more
/// than a gigabyte.
/// </summary>
/// <param name="onBatch">Told of each run of a network; null for nobody.</param>
/// <param name="onLookup">Told of each question to a cache, by its name, and whether the answer was known; null for nobody.</param>
internal sealed class EncoderPool(Action<EncodedBatch>? onBatch = null, Action<string, bool>? onLookup = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Names of the models whose encoders are open, in order.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_gate) return [.. _entries.Values.Where(static entry => entry.Queries.IsValueCreated).Select(static entry => entry.Manifest.Name).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>The encoder of a model, for as long as the result is not disposed.</summary>
    /// <exception cref="ModelException">The model can't be used.</exception>
    public RentedEncoder Rent(ModelManifest manifest)
    {
        Entry entry;
        lock (_gate)
        {
            if (!_entries.TryGetValue(manifest.Fingerprint, out entry!)) _entries.Add(manifest.Fingerprint, entry = new Entry(manifest, onBatch, onLookup));
            entry.Uses++;
        }

        try
        {
            // Outside the lock: a large model takes seconds, and others are in use meanwhile.
            return new RentedEncoder(entry.Queries.Value, () => Return(entry));
        }
        catch
        {
            Return(entry);
            throw;
        }
    }

    private void Return(Entry entry)
    {
        lock (_gate)
        {
            if (--entry.Uses > 0) return;
            _entries.Remove(entry.Manifest.Fingerprint);
            entry.Close();
        }
    }

    private sealed class Entry(ModelManifest manifest, Action<EncodedBatch>? onBatch, Action<string, bool>? onLookup)
    {
        public ModelManifest Manifest => manifest;

        public Lazy<QueryEncoder> Queries { get; } = new(() => new QueryEncoder(DualEncoder.Open(manifest.Folder, new EncoderOptions { OnBatch = onBatch }), onLookup));

        public int Uses { get; set; }

        public void Close()
        {
            if (!Queries.IsValueCreated) return;
            Queries.Value.Dispose();
            Queries.Value.Encoder.Dispose();
        }
    }
}

/// <summary>An encoder that others may use too; it stays open until all have disposed of theirs.</summary>
internal sealed class RentedEncoder(QueryEncoder queries, Action giveBack) : IDisposable
{
    private Action? _giveBack = giveBack;

    /// <summary>The encoder itself, for bulk work.</summary>
    public DualEncoder Encoder => queries.Encoder;

    /// <summary>The encoder for queries: it remembers, and shares runs.</summary>
    public QueryEncoder Queries => queries;

    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}
