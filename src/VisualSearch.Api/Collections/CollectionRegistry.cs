using System.Collections.Concurrent;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Models.Registry;
using VisualSearch.Search;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;

namespace VisualSearch.Api.Collections;

/// <summary>
/// The collections under the data folder, or on the Qdrant that was named instead, each opened when first asked for and kept open, with the encoder of its own model.
/// </summary>
/// <remarks>
/// When a collection is switched to another generation, the next <see cref="OpenCollection"/> is prepared beside the present one: index
/// loaded, encoder opened. Then it takes its place as a whole. So no query waits, and none is embedded by one model and compared with
/// vectors of another; queries under way end on the one they began with.
/// </remarks>
/// <param name="options">The data folder, and the model and rules if any.</param>
/// <param name="log">Told of switches.</param>
/// <param name="monitor">Who watches the collections; null for nobody.</param>
internal sealed class CollectionRegistry(ApiOptions options, ILogger<CollectionRegistry> log, SearchMonitor? monitor = null) : IDisposable
{
    private readonly ICollections _directory = ICollections.Of(options.DataFolder, options.Qdrant, new EmbeddedStoreOptions { OnCacheLookup = monitor is null ? null : monitor.Instruments.CacheLookup });
    private readonly ModelLibrary _models = new(options.DataFolder);
    private readonly EncoderPool _encoders = new(monitor is null ? null : monitor.Instruments.Encoded, monitor is null ? null : monitor.Instruments.CacheLookup);
    private readonly ConcurrentDictionary<string, Lazy<OpenCollection>> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Task>> _following = new(StringComparer.Ordinal);
    private readonly Lazy<ModelManifest?> _pinned = new(() => options.ModelFolder is { } folder ? ModelManifest.Load(folder) : null);
    private readonly Lazy<BusinessRules> _rules = new(() => options.RulesFile is { } file ? BusinessRules.Load(file) : BusinessRules.None);
    private RentedEncoder? _own;
    private volatile bool _closing;

    /// <summary>Names of the models that queries are embedded with.</summary>
    public IReadOnlyList<string> ModelNames => _encoders.Names;

    /// <summary>The only model that may be used; null where each collection has its own.</summary>
    /// <exception cref="ModelException">It can't be used.</exception>
    public ModelManifest? Pinned => _pinned.Value;

    /// <summary>The models of the data folder.</summary>
    public ModelLibrary Models => _models;

    /// <summary>Loads what the first request would otherwise wait for, and fails now on a bad model or rules file.</summary>
    public void WarmUp()
    {
        _ = _rules.Value;
        if (_pinned.Value is { } pinned) _own = _encoders.Rent(pinned);
        _own?.Encoder.EncodeText("warm-up");
        foreach (var info in _directory.List().Where(static info => info.Fault is null))
        {
            using var open = Open(info.Name);
            open.Encoder.EncodeText("warm-up");
        }
    }

    public IReadOnlyList<CollectionInfo> List() => _directory.List();

    /// <summary>What is known of the collections that are open now; opens none.</summary>
    public IReadOnlyList<CollectionInfo> ListOpen()
    {
        var infos = new List<CollectionInfo>();
        foreach (var opening in _open.Values.Where(static opening => opening.IsValueCreated))
        {
            if (!opening.Value.TryUse()) continue;
            using var open = opening.Value;
            try
            {
                infos.Add(open.Store.Info);
            }
            catch (Exception gone) when (gone is SearchException or IOException or UnauthorizedAccessException)
            {
                // Dropped since, or not readable just now; the others have figures all the same. The next request to it says why.
                log.LogDebug("Collection {Collection} has no figures: {Reason}", open.Name, gone.Message);
            }
        }

        return infos;
    }

    /// <summary>The collection of this name, for as long as the result is not disposed: whoever asks must do so.</summary>
    /// <exception cref="CollectionNotFoundException">There is none.</exception>
    /// <exception cref="ModelMismatchException">It was made with another model than the server was told to use.</exception>
    /// <exception cref="ModelException">Its model can't be found or used.</exception>
    public OpenCollection Open(string name)
    {
        while (true)
        {
            if (!_directory.Exists(name))
            {
                if (_open.TryGetValue(name, out var gone)) Forget(name, gone);
                throw new CollectionNotFoundException(name, [.. _directory.List().Select(static info => info.Name)]);
            }

            var opening = _open.GetOrAdd(name, static (name, registry) => new Lazy<OpenCollection>(() => registry.Load(name)), this);
            OpenCollection open;
            try
            {
                open = opening.Value;
            }
            catch
            {
                // A failure is not kept: once its cause is mended the next request opens the collection.
                _open.TryRemove(KeyValuePair.Create(name, opening));
                throw;
            }

            if (open.Store.IsReplaced)
            {
                // Dropped and made anew by another process: the store still looks at the old files.
                Forget(name, opening);
                continue;
            }

            if (open.Store.IsSuperseded) _ = FollowAsync(name);
            if (open.TryUse()) return open;
            // Another has taken its place since it was looked up.
        }
    }

    /// <summary>The encoder of a model, shared with the collections that have it, for as long as the result is not disposed.</summary>
    /// <exception cref="ModelException">The model can't be used.</exception>
    public RentedEncoder RentEncoder(ModelManifest model) => _encoders.Rent(model);

    /// <summary>Changes a collection, in the generation that runs: after a switch this waits until that one is open here.</summary>
    /// <exception cref="WriterBusyException">Another process is changing the collection.</exception>
    public async Task<T> WriteAsync<T>(string name, Func<OpenCollection, IStore, Task<T>> change, CancellationToken cancellation)
    {
        while (true)
        {
            using var open = Open(name);
            try
            {
                return await open.WriteAsync(store => change(open, store), cancellation).ConfigureAwait(false);
            }
            catch (GenerationSwitchedException)
            {
                await FollowAsync(name).WaitAsync(cancellation).ConfigureAwait(false);
            }
        }
    }

    public void Dispose()
    {
        // A network that is being loaded while the process ends takes ONNX Runtime down with it.
        _closing = true;
        foreach (var following in _following.Values) following.Value.Wait();
        foreach (var (name, opening) in _open) Forget(name, opening);
        _own?.Dispose();
        _directory.Dispose();
    }

    /// <summary>Prepares the generation that a collection has been switched to, once, and lets it take the place of the present one.</summary>
    private Task FollowAsync(string name) => _following.GetOrAdd(name, name => new Lazy<Task>(() => Task.Run(() =>
    {
        try
        {
            if (!_closing && _open.TryGetValue(name, out var present) && present is { IsValueCreated: true, Value.Store.IsSuperseded: true }) Replace(name, present);
        }
        finally
        {
            _following.TryRemove(name, out _);
        }
    }))).Value;

    private void Replace(string name, Lazy<OpenCollection> present)
    {
        try
        {
            var next = Load(name);
            next.Encoder.EncodeText("warm-up");
            var opened = new Lazy<OpenCollection>(next);
            if (!_open.TryUpdate(name, opened, present))
            {
                next.Dispose();
                return;
            }

            log.LogInformation("Collection {Collection} answers from generation {Generation} now, model {Model}", name, next.Store.Generation, next.Store.Model.Name);
            present.Value.Dispose();
        }
        catch (Exception failure)
        {
            // Its vectors are the collection's no longer. The next request tries again, and is told why if that fails too.
            log.LogError("Collection {Collection} was switched to another generation, which can't be served: {Reason}", name, failure.Message);
            Forget(name, present);
        }
    }

    private OpenCollection Load(string name)
    {
        var store = _directory.Open(name, StoreAccess.Read, _pinned.Value is { } pinned ? (ModelIdentity)pinned : null);
        RentedEncoder? encoder = null;
        try
        {
            // The encoder of what was opened, whatever runs by now: they belong together.
            encoder = _encoders.Rent(_pinned.Value ?? ModelOf(store));
            OpenCollection? loaded = null;
            // A check in the background keeps the collection open as a request does.
            var watching = monitor?.Watch(name, () => loaded?.TryUse() == true ? loaded : null);
            loaded = new OpenCollection(name, _directory.FilesOf(name), store, encoder, Pipeline(store, encoder, watching), monitor is null ? null : monitor.Instruments.CacheLookup);
            store.Superseded += () => _ = FollowAsync(name);
            return loaded;
        }
        catch
        {
            encoder?.Dispose();
            store.Dispose();
            throw;
        }
    }

    // Words are embedded by way of the cache; that the model is the collection's own is known from having opened them together.
    private SearchPipeline Pipeline(IServedStore store, RentedEncoder encoder, CollectionMonitor? monitor) => new(store, encoder.Queries.EncodeText, rules: _rules.Value, monitor: monitor);

    private ModelManifest ModelOf(IServedStore store) => ModelManifest.Load(
        _models.Find(store.Model.Fingerprint, store.ModelFolder) ?? throw new ModelNotFoundException(store.Name, store.Model));

    private void Forget(string name, Lazy<OpenCollection> opening)
    {
        if (_open.TryRemove(KeyValuePair.Create(name, opening)) && opening.IsValueCreated) opening.Value.Dispose();
    }
}
