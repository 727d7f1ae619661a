using System.Buffers;
using Microsoft.Extensions.Logging;
using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Stores;

/// <summary>
/// A collection in one folder: the catalog in SQLite and a vector index derived from it.
/// <code>
/// catalog.db (-wal, -shm)   assets, items, payload, texts and vectors: the truth, one transaction per batch
/// visual.hnsw               snapshot of the vector index; lags behind or is gone without loss (visual-2.hnsw for generation 2 …)
/// regions-N.db, .hnsw       parts of pictures, where they were embedded (Regions/)
/// writer.lock, writer.txt   who may change the collection
/// reembed.lock, reembed.txt who builds its next generation (<see cref="EmbeddedGenerationBuild"/>)
/// </code>
/// A store reads the vectors of one generation as long as it is open, and knows that generation's model: no search compares vectors of
/// two. When another generation begins to run it goes on with its own, and says so (<see cref="IsSuperseded"/>); its owner then opens the
/// collection again, with the other model's encoder, and takes both together.
///
/// <see cref="CatalogFile"/> makes and recognises catalogs, <see cref="CatalogWriter"/> changes them, <see cref="CatalogReader"/>,
/// <see cref="CatalogFilter"/> and <see cref="CatalogSearch"/> read them. <see cref="VisualIndex"/> keeps the vector index beside
/// them, <see cref="DeferredIndex"/> decides when it is loaded, <see cref="CatalogWatch"/> notices other processes' commits,
/// <see cref="StoreVerifier"/> checks everything.
/// </summary>
public sealed partial class EmbeddedStore : IServedStore
{
    // Sidecars of one collection mostly have the same members; looking further costs 1 µs an asset for a name in a million.
    private const int AssetsToLookForNamesIn = 2000;

    private readonly string folder;
    private readonly string catalogPath;
    private readonly CatalogIdentity identity;
    private readonly CatalogReaders readers;
    private readonly ILogger logger;
    private readonly StoreAccess access;
    private WriterLock? writerLock;
    private CatalogConnection? writerConnection;
    private readonly CatalogWatch? watch;
    private readonly DeferredIndex visual;
    private readonly RegionSearch regions;
    private readonly PassageIndex passages;
    private readonly Lock writing = new();
    private readonly RevisionCache<(long Assets, long Items)> counts = new();
    private readonly RevisionCache<long> videos = new();
    private readonly RevisionCache<double> bestTexts = new();
    private readonly RevisionCache<IdSet> matches;
    private readonly RevisionCache<IReadOnlyList<FacetCount>> facets;
    private readonly RevisionCache<IReadOnlyList<ScoredItem>> texts;

    private EmbeddedStore(string folder, StoreAccess access, WriterLock? writerLock, EmbeddedStoreOptions options, int? generation = null)
    {
        this.folder = folder;
        this.access = access;
        this.writerLock = writerLock;
        catalogPath = Path.Combine(folder, CatalogFile.Name);
        logger = options.Logger;
        matches = new(Told(options, "filter"));
        facets = new(Told(options, "facet"));
        texts = new(Told(options, "words"));
        CatalogReader? first = null;
        try
        {
            // The writer's connection comes first: it can finish what a crash left in the log, which a reader can't on a full disk.
            writerConnection = access == StoreAccess.Write ? OpenWriter() : null;
            first = new CatalogReader(CatalogConnection.OpenToRead(catalogPath));
            identity = CatalogFile.Identify(catalogPath, first.Catalog, generation);
            readers = new CatalogReaders(OpenReader);
            visual = new DeferredIndex(writing, () => Read(reader => VisualIndex.Open(folder, identity, reader, options)));
            regions = new RegionSearch(folder, identity);
            passages = new PassageIndex(identity.Model);
            if (access == StoreAccess.Read && generation is null)
            {
                visual.Value.SaveForOthers(folder, first.Revision);
                watch = new CatalogWatch(catalogPath, identity, first, visual.Value, options, () => Superseded?.Invoke());
            }
            else
            {
                first.Dispose();
            }
        }
        catch
        {
            first?.Dispose();
            visual?.Dispose();
            readers?.Dispose();
            writerConnection?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public CollectionInfo Info
    {
        get
        {
            (long assets, long items) = Read(reader => counts.Get(reader.Revision(), "", reader.Counts));
            return CatalogFile.Describe(folder, identity, assets, items);
        }
    }

    /// <inheritdoc/>
    public string Name => Path.GetFileName(folder);

    /// <summary>Raised once, from any thread, when it is noticed that another generation runs; see <see cref="IsSuperseded"/>.</summary>
    public event Action? Superseded;

    /// <summary>The model that this store's vectors come from.</summary>
    public ModelIdentity Model => identity.Model;

    /// <summary>The generation that this store reads.</summary>
    public int Generation => identity.Generation.Number;

    /// <summary>Where the model was when the generation was built; a hint, empty when unknown.</summary>
    public string ModelFolder => identity.Generation.ModelFolder;

    /// <summary>The collection's folder, absolute.</summary>
    public string Folder => folder;

    /// <summary>
    /// Whether another process has dropped the collection, or made it anew, since this store was opened to read; searches then fail
    /// with a <see cref="CollectionReplacedException"/>. Known within <see cref="EmbeddedStoreOptions.RefreshInterval"/>.
    /// </summary>
    public bool IsReplaced => watch?.IsReplaced ?? false;

    /// <summary>
    /// Whether another generation runs since this store was opened to read. It goes on answering from its own, for as long as it is
    /// open, but takes in no further changes. Known within <see cref="EmbeddedStoreOptions.RefreshInterval"/>.
    /// </summary>
    public bool IsSuperseded => watch?.IsSuperseded ?? false;

    /// <summary>How the vector index came into memory: at the opening to read; to write, when first needed, such as here.</summary>
    public IndexStart IndexStart => visual.Value.Start;

    /// <summary>Makes a collection in a folder, which may not hold one yet, and opens it to write.</summary>
    /// <param name="folder">The folder; made where it is absent. Its name is the collection's name.</param>
    /// <param name="model">The model whose vectors it will hold.</param>
    /// <param name="options">How the store behaves.</param>
    /// <param name="modelFolder">Where the model is, to be found again by those who search; empty for a model that is found anyway.</param>
    /// <exception cref="InvalidOperationException">There is a collection already.</exception>
    /// <exception cref="WriterBusyException">Another process is making one there.</exception>
    public static EmbeddedStore Create(string folder, ModelIdentity model, EmbeddedStoreOptions? options = null, string modelFolder = "")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfLessThan(model.Dimension, 1, nameof(model));
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        Directory.CreateDirectory(folder);
        WriterLock writerLock = WriterLock.Take(folder);
        try
        {
            string catalogPath = Path.Combine(folder, CatalogFile.Name);
            if (CatalogFile.Exists(catalogPath))
                throw new InvalidOperationException($"There is a collection in '{folder}' already; open it instead.");
            CatalogFile.Create(catalogPath, model, modelFolder);
            return CatalogFile.Guarded(catalogPath, () => new EmbeddedStore(folder, StoreAccess.Write, writerLock, options ?? new EmbeddedStoreOptions()));
        }
        catch
        {
            writerLock.Dispose();
            throw;
        }
    }

    /// <summary>Opens a collection.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="access">To search only, or also to change it.</param>
    /// <param name="options">How the store behaves.</param>
    /// <exception cref="CollectionNotFoundException">There is no catalog in the folder.</exception>
    /// <exception cref="FormatMismatchException">The catalog has another format version, or is no catalog.</exception>
    /// <exception cref="CorruptCatalogException">The catalog is damaged.</exception>
    /// <exception cref="WriterBusyException">It is to be changed, and another process is doing so.</exception>
    public static EmbeddedStore Open(string folder, StoreAccess access, EmbeddedStoreOptions? options = null)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string catalogPath = Path.Combine(folder, CatalogFile.Name);
        if (!CatalogFile.Exists(catalogPath))
            throw new CollectionNotFoundException(Path.GetFileName(folder), []);
        WriterLock? writerLock = access == StoreAccess.Write ? WriterLock.Take(folder) : null;
        try
        {
            return CatalogFile.Guarded(catalogPath, () => new EmbeddedStore(folder, access, writerLock, options ?? new EmbeddedStoreOptions()));
        }
        catch
        {
            writerLock?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a collection to search a generation of it that need not run, and need not be complete: to compare it, and to switch to it.</summary>
    internal static EmbeddedStore OpenGeneration(string folder, int generation, EmbeddedStoreOptions options)
    {
        string catalogPath = Path.Combine(folder, CatalogFile.Name);
        return CatalogFile.Guarded(catalogPath, () => new EmbeddedStore(folder, StoreAccess.Read, null, options, generation));
    }

    /// <summary>The vector index, loaded now if it was not.</summary>
    internal VisualIndex Visual => visual.Value;

    /// <summary>Refuses a model other than the one that the collection's vectors come from.</summary>
    /// <param name="model">The model in use.</param>
    /// <exception cref="ModelMismatchException">It is another one; the message names both.</exception>
    public void RequireModel(ModelIdentity model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Fingerprint != identity.Model.Fingerprint || model.Dimension != identity.Model.Dimension)
            throw new ModelMismatchException(Path.GetFileName(folder), identity.Model, model);
    }

    /// <summary>
    /// Makes another process's commits visible now, instead of within <see cref="EmbeddedStoreOptions.RefreshInterval"/>.
    /// A store opened to write has nothing to look for: nobody else writes.
    /// </summary>
    /// <returns>How many items were added, replaced or removed.</returns>
    /// <exception cref="CollectionReplacedException">The collection was dropped meanwhile.</exception>
    public long Refresh() => watch?.Refresh() ?? 0;

    /// <inheritdoc/>
    public IReadOnlyList<ScoredItem> SearchVisual(ReadOnlySpan<float> query, int k, ItemScope? scope = null, int efSearch = 0)
    {
        IdSet? filter = ListedItems.Of(scope);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        watch?.ThrowIfReplaced();
        HnswIndex index = visual.Value.Index;
        int room = Math.Min(k, index.Count);
        if (room == 0 || filter is { Count: 0 })
            return [];
        Neighbor[] neighbors = ArrayPool<Neighbor>.Shared.Rent(room);
        try
        {
            int found = index.Search(query, neighbors.AsSpan(0, room), new SearchParameters { EfSearch = efSearch, Filter = filter });
            var scored = new ScoredItem[found];
            for (int i = 0; i < found; i++)
                scored[i] = new ScoredItem((long)neighbors[i].Id, 1 - neighbors[i].Distance);
            return scored;
        }
        finally
        {
            ArrayPool<Neighbor>.Shared.Return(neighbors);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ScoredItem> SearchText(string words, int k, ItemScope? scope = null)
    {
        IdSet? filter = ListedItems.Of(scope);
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return filter switch
        {
            { Count: 0 } => [],
            not null => Read(reader => CatalogSearch.SearchText(reader, words, k, filter)),
            _ => Read(reader => texts.Get(reader.Revision(), $"{k}\n{words}", () => CatalogSearch.SearchText(reader, words, k, null))),
        };
    }

    /// <inheritdoc/>
    public double BestTextScore(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        return Read(reader => bestTexts.Get(reader.Revision(), words, () => CatalogSearch.BestScore(reader, words)));
    }

    /// <inheritdoc/>
    public ItemScope Match(Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var own = new IdSet();
        own.UnionWith(Read(reader => Matching(reader, filter)));
        return own;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemRecord> Load(IReadOnlyList<long> itemIds)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        return itemIds.Count == 0 ? [] : Read(reader => reader.Load(itemIds));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Item> LoadItems(IReadOnlyList<long> itemIds)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        return itemIds.Count == 0 ? [] : Read(reader => reader.LoadItems(itemIds));
    }

    /// <inheritdoc/>
    public Asset? FindAsset(long assetId) => Read(reader => reader.FindAsset(assetId));

    /// <inheritdoc/>
    public Asset? FindAssetByPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Read(reader => reader.FindAssetByPath(path));
    }

    /// <inheritdoc/>
    public Item? FindItem(long itemId) => Read(reader => reader.FindItem(itemId));

    /// <inheritdoc/>
    public IReadOnlyList<Item> ItemsOf(long assetId) => Read(reader => reader.ItemsOf(assetId));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, AssetFileState> FileStates(string? root = null) => Read(reader => reader.FileStates(root, identity.Generation));

    /// <inheritdoc/>
    public IReadOnlyList<FacetCount> Facet(string field, Filter? filter = null, int limit = 50)
    {
        ArgumentException.ThrowIfNullOrEmpty(field);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        return Read(reader => facets.Get(
            reader.Revision(),
            $"{limit}\n{field}\n{filter?.ToJson()}",
            () => CatalogSearch.Facet(reader, field, filter is null ? null : Matching(reader, filter), limit)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> FieldNames() => Read(reader => reader.PayloadNames(AssetsToLookForNamesIn));

    /// <inheritdoc/>
    public IReadOnlyList<long> SpreadItems(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Read(reader => reader.SpreadItems(count));
    }

    /// <inheritdoc/>
    public VerifyReport Verify() => Read(reader => new StoreVerifier(folder, identity, reader, visual.Value).Verify());

    /// <summary>
    /// Saves the snapshot of the vector index if it is in memory and something was written, and closes everything. No search may
    /// be running.
    /// </summary>
    public void Dispose()
    {
        watch?.Dispose();
        try
        {
            if (visual.Loaded is not null)
                Flush();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logger.LogError(failure, "The vector index of {Folder} could not be saved; the next open builds what it lacks from the catalog.", folder);
        }
        readers.Dispose();
        writerConnection?.Dispose();
        visual.Dispose();
        regions.Dispose();
        passages.Dispose();
        writerLock?.Dispose();
    }

    private static Action<bool>? Told(EmbeddedStoreOptions options, string cache) => options.OnCacheLookup is { } told ? hit => told(cache, hit) : null;

    private T Read<T>(Func<CatalogReader, T> work)
    {
        watch?.ThrowIfReplaced();
        return CatalogFile.Guarded(catalogPath, () => readers.Use(work));
    }

    private IdSet Matching(CatalogReader reader, Filter filter) =>
        matches.Get(reader.Revision(), filter.ToJson(), () => new CatalogFilter(reader).Match(filter));

    private CatalogReader OpenReader()
    {
        var reader = new CatalogReader(CatalogConnection.OpenToRead(catalogPath));
        if (CatalogFile.IdOf(catalogPath, reader.Catalog) == identity.Id)
            return reader;
        reader.Dispose();
        throw new CollectionReplacedException(Path.GetFileName(folder));
    }
}
