using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores.Moving;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>
/// A collection on a Qdrant server or cluster; <see cref="QdrantLayout"/> says how it lies there. Nothing of it is kept in this process but the
/// collection's entry for a second, so any number of processes serve it, and any of them may go at any moment.
/// </summary>
/// <remarks>
/// <para>Filters, facets, counts, similarities and moments are those of <see cref="EmbeddedStore"/>, exactly. Nearest neighbours come from Qdrant's own
/// HNSW, and words are weighted by BM25 with Qdrant's inverse document frequency and an assumed average length (<see cref="WordWeights"/>):
/// scores differ a little, the order hardly.</para>
/// </remarks>
public sealed partial class QdrantStore : IServedStore
{
    // Qdrant counts and reads quickly, but a search asks several times.
    private static readonly TimeSpan EntryAge = TimeSpan.FromSeconds(1);

    // A server asks before every request whether the collection is still there, as it does of one in a folder.
    private static readonly TimeSpan StateAge = TimeSpan.FromMilliseconds(250);

    private readonly QdrantClient client;
    private readonly CollectionEntries entries;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly QdrantLayout layout;
    private readonly string identity;
    private readonly Lock writing = new();
    private readonly Lock refreshing = new();
    private WriterLease? lease;
    private Counted? counted;
    private Seen? seen;

    private QdrantStore(QdrantClient client, CollectionEntry entry, ILogger? logger, TimeProvider? time)
    {
        this.client = client;
        this.logger = logger ?? NullLogger.Instance;
        this.time = time ?? TimeProvider.System;
        entries = new CollectionEntries(client);
        (layout, identity, Model, ModelFolder) = (entry.Layout, entry.Identity, entry.Identify, entry.ModelFolder);
        Name = entry.Name;
        CreatedAt = entry.Created;
    }

    /// <summary>The collection's name.</summary>
    public string Name { get; }

    /// <summary>The model of the vectors.</summary>
    public ModelIdentity Model { get; }

    /// <summary>Where the model was when the collection was made; empty for one that is found anyway.</summary>
    public string ModelFolder { get; }

    /// <summary>Which build of the vectors this is.</summary>
    public int Generation => layout.Generation;

    /// <inheritdoc/>
    public bool IsReplaced => Lately()?.Identity != identity;

    /// <inheritdoc/>
    public bool IsSuperseded => Lately() is { } entry && entry.Identity == identity && entry.Generation != Generation;

    /// <inheritdoc/>
    public event Action? Superseded
    {
        add
        {
            // Noticed when it is asked: a process keeps no watch over a server's collections.
        }

        remove
        {
        }
    }

    /// <inheritdoc/>
    public string? SearchableState
    {
        get
        {
            CollectionEntry entry = Entry();
            return $"{identity}.{Generation}.{entry.Revision}.{entry.Regions.GetValueOrDefault(Generation)}";
        }
    }

    private DateTimeOffset CreatedAt { get; }

    /// <inheritdoc/>
    public CollectionInfo Info
    {
        get
        {
            Counted now = Counts();
            return new CollectionInfo
            {
                Name = Name,
                Model = Model.Fingerprint,
                ModelName = Model.Name,
                Dimension = Model.Dimension,
                Generation = Generation,
                Assets = now.Assets,
                Items = now.Items,
                Store = "qdrant",
                CreatedAt = CreatedAt,
            };
        }
    }

    /// <inheritdoc/>
    public long Videos => Counts().Videos;

    /// <summary>Opens a collection.</summary>
    /// <param name="client">The server; stays the caller's.</param>
    /// <param name="name">The collection's name.</param>
    /// <param name="access">To search only, or also to change it.</param>
    /// <param name="logger">Told of what is cleared up after a writer that broke off.</param>
    /// <param name="time">The clock of leases.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="WriterBusyException">It is to be changed, and another process is doing so.</exception>
    /// <exception cref="QdrantException">The server can't be asked.</exception>
    public static QdrantStore Open(QdrantClient client, string name, StoreAccess access, ILogger? logger = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        var entries = new CollectionEntries(client);
        CollectionEntry entry = entries.Find(name) ?? throw new CollectionNotFoundException(name, [.. entries.List().Select(static one => one.Name)]);
        var store = new QdrantStore(client, entry, logger, time);
        if (access == StoreAccess.Read)
            return store;
        try
        {
            store.TakeLease();
            return store;
        }
        catch (GenerationSwitchedException)
        {
            // Between the two requests; what runs now is what was asked for.
            return Open(client, name, access, logger, time);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ScoredItem> SearchVisual(ReadOnlySpan<float> query, int k, ItemScope? scope = null, int efSearch = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return Search(QdrantLayout.Visual, Checked(query, Model.Dimension), k, scope, efSearch);
    }

    /// <inheritdoc/>
    public bool TryGetVector(long itemId, Span<float> vector)
    {
        if (VectorsOf([itemId]).GetValueOrDefault(itemId) is not { } found)
            return false;
        found.CopyTo(vector);
        return true;
    }

    /// <inheritdoc/>
    public void CopyVectors(IReadOnlyList<long> itemIds, Span<float> vectors, Span<bool> there)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        Dictionary<long, float[]> found = VectorsOf(itemIds);
        for (int i = 0; i < itemIds.Count; i++)
        {
            there[i] = found.TryGetValue(itemIds[i], out float[]? vector);
            vector?.CopyTo(vectors[(i * Model.Dimension)..]);
        }
    }

    /// <inheritdoc/>
    public float? Similarity(ReadOnlySpan<float> query, long itemId)
    {
        float[] wanted = Checked(query, Model.Dimension);
        return VectorsOf([itemId]).GetValueOrDefault(itemId) is { } vector ? UnitVector.Cosine(wanted, vector) : null;
    }

    /// <inheritdoc/>
    public ItemScope Match(Filter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        PointFilter? condition = QdrantFilter.Translate(filter);
        return new QdrantScope(condition, () => client.Count(layout.Items, condition), Ids);

        IEnumerable<long> Ids() =>
            client.ScrollAll(layout.Items, new PointScroll { Filter = condition, WithPayload = PayloadSelection.None, Limit = 1024 }).Select(static point => (long)point.Id);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ItemRecord> Load(IReadOnlyList<long> itemIds)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        Dictionary<long, ItemRecord> found = client.GetPoints(layout.Items, Ids(itemIds), QdrantPayload.Record)
            .Select(static point => QdrantPayload.Read(point.Payload ?? default)).ToDictionary(static record => record.Item.Id);
        return [.. itemIds.Where(found.ContainsKey).Select(id => found[id])];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Item> LoadItems(IReadOnlyList<long> itemIds)
    {
        ArgumentNullException.ThrowIfNull(itemIds);
        Dictionary<long, Item> found = client.GetPoints(layout.Items, Ids(itemIds), QdrantPayload.Item)
            .Select(static point => QdrantRecord.ReadItem(point.Payload ?? default)).ToDictionary(static item => item.Id);
        return [.. itemIds.Where(found.ContainsKey).Select(id => found[id])];
    }

    /// <inheritdoc/>
    public Asset? FindAsset(long assetId) => FindPoint(assetId)?.Asset;

    /// <inheritdoc/>
    public Asset? FindAssetByPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return AssetsByPath([CatalogText.Clean(path)]).Values.FirstOrDefault()?.Asset;
    }

    /// <inheritdoc/>
    public Item? FindItem(long itemId) => Load([itemId]) is [var record] ? record.Item : null;

    /// <inheritdoc/>
    public IReadOnlyList<Item> ItemsOf(long assetId) => FindPoint(assetId)?.Items ?? [];

    /// <inheritdoc/>
    public IReadOnlyList<AssetWrite> Export(IReadOnlyList<long> assetIds)
    {
        ArgumentNullException.ThrowIfNull(assetIds);
        return AssetExport.Read(this, assetIds, passages => VectorsOf(passages, QdrantLayout.Text));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, AssetFileState> FileStates(string? root = null)
    {
        PointFilter? under = root is null ? null : new PointFilter { Must = [new PointCondition.MatchText(AssetPoint.RootKey, [CatalogText.Clean(root)])] };
        Dictionary<string, AssetFileState> states = client.ScrollAll(layout.Assets, new PointScroll { Filter = under, WithPayload = QdrantPayload.Record, Limit = 1024 })
            .Select(static point => QdrantPayload.Read(point.Payload ?? default).Asset)
            .Select(static asset => new AssetFileState(asset.Id, asset.Path, asset.SizeBytes, asset.ModifiedTicks, asset.ContentHash, asset.MetadataDigest))
            .ToDictionary(static state => state.Path, StringComparer.Ordinal);
        // A picture that this generation has no vector of is given as changed, so that it is read again.
        foreach (GenerationGap gap in Gaps())
        {
            if (states.TryGetValue(gap.Path, out AssetFileState? state))
                states[gap.Path] = state with { ModifiedTicks = -1, ContentHash = "" };
        }

        return states;
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> SpreadItems(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var seen = new PointFilter { MustNot = [new PointCondition.MatchText(QdrantPayload.FoldedKey("kind"), [CatalogText.Fold(FilterFields.Word(ItemKind.Passage))])] };
        long end = Entry().NextItem;
        // The first item at or after each of some even places: of few removed ones, as many as asked for.
        return [.. Enumerable.Range(0, count)
            .Select(n => client.Scroll(layout.Items, new PointScroll
            {
                Filter = seen,
                Offset = (ulong)Math.Max(1, end * ((2L * n) + 1) / (2L * count)),
                Limit = 1,
                WithPayload = PayloadSelection.None,
            }))
            .SelectMany(static page => page.Points).Select(static point => (long)point.Id).Distinct()];
    }

    /// <summary>Gives the right to write back. The client stays open.</summary>
    public void Dispose()
    {
        lock (writing)
        {
            lease?.Dispose();
            lease = null;
        }
    }

    private IReadOnlyList<ScoredItem> Search(string vector, float[] query, int k, ItemScope? scope, int efSearch = 0) =>
        Scored(client.Query(layout.Items, new PointQuery
        {
            Query = new QueryInput.Dense(query),
            Using = vector,
            Filter = QdrantScope.ConditionOf(scope),
            Limit = k,
            Params = new QueryTuning
            {
                HnswEf = efSearch > 0 ? efSearch : null,
                Quantization = client.Options.QuantizeVectors ? new QuantizationTuning { Rescore = true, Oversampling = client.Options.Oversampling } : null,
            },
        }));

    // Ties come in no order.
    private static IReadOnlyList<ScoredItem> Scored(IReadOnlyList<ScoredPoint> points) =>
        [.. points.Select(static point => new ScoredItem((long)point.Id, point.Score)).OrderByDescending(static item => item.Score).ThenBy(static item => item.ItemId)];

    private Dictionary<long, float[]> VectorsOf(IReadOnlyList<long> itemIds, string name = QdrantLayout.Visual) =>
        client.GetPoints(layout.Items, Ids(itemIds), PayloadSelection.None, VectorSelection.Only(name))
            .Where(point => point.Vectors?.Dense.ContainsKey(name) == true)
            .ToDictionary(static point => (long)point.Id, point => point.Vectors!.Dense[name]);

    private AssetPoint? FindPoint(long assetId) =>
        assetId < 1 ? null : client.GetPoints(layout.Assets, [(ulong)assetId], AssetPoint.Record).Select(AssetPoint.Read).FirstOrDefault();

    private Dictionary<string, AssetPoint> AssetsByPath(IReadOnlyCollection<string> paths) => paths.Count == 0 ? [] :
        client.ScrollAll(layout.Assets, new PointScroll
        {
            Filter = new PointFilter { Must = [new PointCondition.MatchText(QdrantPayload.AssetPathKey, paths)] },
            WithPayload = AssetPoint.Record,
        }).Select(AssetPoint.Read).ToDictionary(static point => point.Asset.Path, StringComparer.Ordinal);

    private Counted Counts()
    {
        Counted? known = counted;
        if (known is not null && time.GetElapsedTime(known.At) < EntryAge)
            return known;
        lock (refreshing)
        {
            if (counted is { } meanwhile && time.GetElapsedTime(meanwhile.At) < EntryAge)
                return meanwhile;
            Entry();
            return counted = new Counted(
                time.GetTimestamp(), client.Count(layout.Assets), client.Count(layout.Items),
                client.Count(layout.Assets, new PointFilter { Must = [new PointCondition.MatchBoolean(AssetPoint.IsVideoKey, true)] }));
        }
    }

    private CollectionEntry? Lately()
    {
        if (seen is { } known && time.GetElapsedTime(known.At) < StateAge)
            return known.Entry;
        Seen now = new(time.GetTimestamp(), entries.Find(Name));
        seen = now;
        return now.Entry;
    }

    private CollectionEntry Entry() =>
        entries.Find(Name) is { } entry && entry.Identity == identity ? entry : throw new CollectionReplacedException(Name);

    private static ulong[] Ids(IReadOnlyList<long> itemIds) => [.. itemIds.Where(static id => id > 0).Distinct().Select(static id => (ulong)id)];

    private static float[] Checked(ReadOnlySpan<float> query, int dimension) => UnitVector.Fault(query, dimension) is string fault
        ? throw new ArgumentException($"The query {fault}.", nameof(query))
        : query.ToArray();

    private sealed record Seen(long At, CollectionEntry? Entry);

    private sealed record Counted(long At, long Assets, long Items, long Videos);
}
