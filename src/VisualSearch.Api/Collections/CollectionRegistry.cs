using System.Collections.Concurrent;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;
using VisualSearch.Search;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;

namespace VisualSearch.Api.Collections;

/// <summary>
/// The collections under the data folder, each opened when first asked for and kept open; one encoder serves them all.
/// </summary>
internal sealed class CollectionRegistry(ApiOptions options) : IDisposable
{
    private readonly CollectionDirectory _directory = new(options.DataFolder);
    private readonly ConcurrentDictionary<string, Lazy<OpenCollection>> _open = new(StringComparer.Ordinal);
    private readonly Lazy<DualEncoder> _encoder = new(() => DualEncoder.Open(options.ModelFolder));
    private readonly Lazy<BusinessRules> _rules = new(() => options.RulesFile is { } file ? BusinessRules.Load(file) : BusinessRules.None);

    public DualEncoder Encoder => _encoder.Value;

    public CollectionDirectory Directory => _directory;

    /// <summary>Loads what the first request would otherwise wait for, and fails now on a bad model or rules file.</summary>
    public void WarmUp()
    {
        _ = _rules.Value;
        Encoder.EncodeText("warm-up");
        foreach (var info in _directory.List().Where(static info => info.Fault is null)) Open(info.Name);
    }

    public IReadOnlyList<CollectionInfo> List() => _directory.List();

    /// <summary>The collection of this name.</summary>
    /// <exception cref="CollectionNotFoundException">There is none.</exception>
    /// <exception cref="ModelMismatchException">It was made with another model than the server's.</exception>
    public OpenCollection Open(string name)
    {
        if (!_directory.Exists(name))
        {
            Forget(name);
            throw new CollectionNotFoundException(name, [.. _directory.List().Select(static info => info.Name)]);
        }

        var opening = _open.GetOrAdd(name, static (name, registry) => new Lazy<OpenCollection>(() => registry.Load(name)), this);
        try
        {
            if (!opening.Value.Store.IsReplaced) return opening.Value;
        }
        catch
        {
            // A failure is not kept: once its cause is mended the next request opens the collection.
            _open.TryRemove(KeyValuePair.Create(name, opening));
            throw;
        }

        // Dropped and made anew by another process: the store still looks at the old files.
        Forget(name);
        return Open(name);
    }

    public void Dispose()
    {
        foreach (var name in _open.Keys) Forget(name);
        if (_encoder.IsValueCreated) _encoder.Value.Dispose();
    }

    private OpenCollection Load(string name)
    {
        var store = _directory.Open(name, StoreAccess.Read, Encoder.Manifest);
        return new OpenCollection(name, store, new SearchPipeline(store, Encoder, rules: _rules.Value));
    }

    private void Forget(string name)
    {
        if (_open.TryRemove(name, out var opened) && opened.IsValueCreated) opened.Value.Dispose();
    }
}
