using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>
/// A generation of a collection in a folder in the making, beside the one that is searched.
/// <code>
/// Begin           a row and an empty table; or the build that was interrupted; or a kept generation of that model, to catch up
/// Missing, Load   what has no vector in it yet
/// Write, SetGaps  vectors, or why there is none; each call is one transaction and survives a kill
/// Candidate       a store over it, to compare it with the running one
/// HoldWriters     from here on no picture comes or goes
/// Switch          one transaction: it runs, the other one is kept
/// </code>
/// Nothing but <see cref="Switch"/> needs the writer's lock: pictures come, change and go in the running generation meanwhile, by other
/// processes too. What changes loses its vector here (<see cref="CatalogWriter"/>), what is removed goes with its item, what is new has none
/// yet: <see cref="Missing"/> finds all of it, and there is nothing to copy.
/// </summary>
public sealed class EmbeddedGenerationBuild : IGenerationBuild
{
    private readonly Lock writing = new();
    private readonly string folder;
    private readonly string catalogPath;
    private readonly CatalogGeneration generation;
    private readonly CatalogConnection catalog;
    private readonly CatalogReader reader;
    private readonly WriterLock buildLock;
    private readonly EmbeddedStoreOptions options;
    private WriterLock? writerLock;
    private EmbeddedStore? candidate;

    private EmbeddedGenerationBuild(string folder, CatalogGeneration generation, CatalogConnection catalog, WriterLock buildLock, EmbeddedStoreOptions options)
    {
        this.folder = folder;
        this.generation = generation;
        this.catalog = catalog;
        this.buildLock = buildLock;
        this.options = options;
        catalogPath = Path.Combine(folder, CatalogFile.Name);
        reader = new CatalogReader(CatalogConnection.OpenToRead(catalogPath));
    }

    /// <inheritdoc/>
    public int Number => generation.Number;

    /// <inheritdoc/>
    public bool WasKept => generation.State == GenerationState.Kept;

    /// <inheritdoc/>
    public ModelIdentity Model => generation.Model;

    /// <inheritdoc/>
    public string Collection => Path.GetFileName(folder);

    /// <inheritdoc/>
    public long Items => Read(() => reader.Counts().Items);

    /// <inheritdoc/>
    public long Vectors => Read(() => CatalogGenerations.Count(reader.Catalog, generation));

    /// <summary>Begins to build the next generation of a collection, or goes on with it.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="model">The model.</param>
    /// <param name="modelFolder">Where it is, to be found again.</param>
    /// <param name="options">How its store behaves.</param>
    /// <exception cref="GenerationStateException">The collection has this model already, or is being built with a third one.</exception>
    /// <exception cref="WriterBusyException">Another process works on its generations.</exception>
    public static EmbeddedGenerationBuild Begin(string folder, ModelIdentity model, string modelFolder, EmbeddedStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(modelFolder);
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string path = Path.Combine(folder, CatalogFile.Name);
        WriterLock buildLock = WriterLock.TakeForGenerations(folder);
        CatalogConnection? catalog = null;
        try
        {
            return CatalogFile.Guarded(path, () =>
            {
                catalog = CatalogConnection.OpenToWrite(path, create: false);
                CatalogFile.IdOf(path, catalog);
                CatalogFile.Upgrade(path, catalog);
                CatalogGeneration generation = catalog.InTransaction(write: true, () => FindOrAdd(path, catalog, model, modelFolder));
                return new EmbeddedGenerationBuild(folder, generation, catalog, buildLock, options ?? new EmbeddedStoreOptions());
            });
        }
        catch
        {
            catalog?.Dispose();
            buildLock.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> Missing() => Read(() => CatalogGenerations.Missing(reader.Catalog, generation));

    /// <inheritdoc/>
    public IReadOnlyList<ItemRecord> Load(IReadOnlyList<long> itemIds) => Read(() => reader.Load(itemIds));

    /// <inheritdoc/>
    public IReadOnlyList<GenerationGap> Gaps() => Read(() => reader.Gaps(generation));

    /// <inheritdoc/>
    public int Write(IReadOnlyList<GenerationVector> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int dimension = generation.Model.Dimension;
        PreparedVector[] prepared = PreparedVector.Prepare(batch, dimension);
        var ids = new ulong[prepared.Length];
        var vectors = new float[prepared.Length * dimension];
        lock (writing)
        {
            int written = Guarded(() => catalog.InTransaction(write: true, () =>
            {
                int count = 0;
                foreach (PreparedVector one in prepared)
                {
                    one.Unit.CopyTo(vectors, count * dimension);
                    if (IsPresent(one.ItemId, one.ContentHash) && WriteVector(one))
                        ids[count++] = (ulong)one.ItemId;
                }
                return count;
            }));
            candidate?.Visual.Absorb(ids.AsSpan(0, written), vectors.AsSpan(0, written * dimension));
            return written;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<double> KeyframeSeconds(long itemId) => Read(() => KeyframeRows.Seconds(reader.Catalog, itemId));

    /// <inheritdoc/>
    public IReadOnlyList<long> MissingPassages() => Read(() => PassageRows.Missing(reader.Catalog, generation.Model.Fingerprint));

    /// <inheritdoc/>
    public void WritePassages(IReadOnlyList<(long ItemId, ReadOnlyMemory<float> Vector)> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        (long ItemId, float[] Unit)[] prepared = PreparedVector.Prepare(batch, generation.Model.Dimension);
        lock (writing)
        {
            Guarded(() => catalog.InTransaction(write: true, () =>
            {
                foreach ((long itemId, float[] unit) in prepared)
                    PassageRows.WriteVector(catalog, itemId, generation.Model.Fingerprint, unit);
                return true;
            }));
        }
    }

    /// <inheritdoc/>
    public void SetGaps(IReadOnlyList<(long ItemId, string ContentHash, string Reason)> gaps)
    {
        ArgumentNullException.ThrowIfNull(gaps);
        if (gaps.Count == 0)
            return;
        lock (writing)
        {
            Guarded(() => catalog.InTransaction(write: true, () =>
            {
                foreach ((long itemId, string contentHash, string reason) in gaps)
                    if (IsPresent(itemId, contentHash))
                        catalog.Run("INSERT OR REPLACE INTO gap(generation, item_id, reason) VALUES ($1, $2, $3)", (long)Number, itemId, CatalogText.Clean(reason));
                return true;
            }));
        }
    }

    /// <summary>Does nothing: what changes in the catalog, changes for all generations.</summary>
    /// <param name="progress">Told nothing.</param>
    /// <param name="cancellation">Not needed.</param>
    public void CatchUp(IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
    }

    /// <summary>A store over this generation as it stands; its index is built when this is first called, and takes in what is written later. It belongs to this build.</summary>
    public EmbeddedStore Candidate()
    {
        lock (writing)
            return candidate ??= EmbeddedStore.OpenGeneration(folder, Number, options);
    }

    IStore IGenerationBuild.Candidate() => Candidate();

    /// <inheritdoc/>
    public Task ReadyAsync(IProgress<string>? progress, CancellationToken cancellation)
    {
        progress?.Report("building the index");
        Candidate();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<IDisposable> HoldWritersAsync(IProgress<string>? waiting, CancellationToken cancellation)
    {
        while (true)
        {
            if (WriterLock.TryTake(folder, WriterLock.Switching) is WriterLock taken)
            {
                writerLock = taken;
                return new Hold(this);
            }
            waiting?.Report(WriterLock.Holder(folder));
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    /// <remarks>The snapshot of its index is saved before, so that whoever searches finds it ready.</remarks>
    public void Switch(bool allowGaps)
    {
        if (writerLock is null)
            throw new InvalidOperationException($"Call {nameof(HoldWritersAsync)} first: a picture that came in during the switch would be in neither generation.");
        VisualIndex index = Candidate().Visual;
        this.RequireWhole(Missing(), MissingPassages(), allowGaps);
        Guarded(() =>
        {
            index.Reconcile(reader);
            return catalog.InTransaction(write: true, () =>
            {
                CatalogGenerations.Switch(catalog, Number);
                CatalogRevision made = CatalogWriter.NextRevision(catalog);
                index.SaveAs(made);
                return made;
            });
        });
    }

    /// <summary>Ends the work. What was written stays; the next <see cref="Begin"/> with the same model goes on with it.</summary>
    public void Dispose()
    {
        candidate?.Dispose();
        reader.Dispose();
        catalog.Dispose();
        writerLock?.Dispose();
        buildLock.Dispose();
    }

    private static CatalogGeneration FindOrAdd(string path, CatalogConnection catalog, ModelIdentity model, string modelFolder)
    {
        string collection = CatalogFile.CollectionOf(path);
        IReadOnlyList<CatalogGeneration> all = CatalogGenerations.All(catalog);
        CatalogGeneration running = all.First(one => one.State == GenerationState.Running);
        if (running.Model.Fingerprint == model.Fingerprint)
            throw GenerationStateException.HasModel(collection, model, running.Number);
        CatalogGeneration? found = all.LastOrDefault(one => one.Model.Fingerprint == model.Fingerprint);
        if (found is not null)
        {
            CatalogGenerations.SetModelFolder(catalog, found.Number, modelFolder);
            return found with { ModelFolder = modelFolder };
        }
        if (all.FirstOrDefault(one => one.State == GenerationState.Building) is CatalogGeneration other)
            throw GenerationStateException.AnotherIsBuilt(collection, other.Number, other.Model, other.ModelFolder);
        return CatalogGenerations.Add(catalog, model, modelFolder);
    }

    // The digest tells whether the picture that was embedded is still the one that the catalog has.
    private bool IsPresent(long itemId, string contentHash) =>
        catalog.Integer("SELECT COUNT(*) FROM item i JOIN asset a ON a.id = i.asset_id WHERE i.id = $1 AND a.content_hash = $2", itemId, contentHash) != 0;

    private bool WriteVector(PreparedVector one)
    {
        catalog.Run("DELETE FROM gap WHERE generation = $1 AND item_id = $2", (long)Number, one.ItemId);
        catalog.Run("DELETE FROM keyframe WHERE generation = $1 AND item_id = $2", (long)Number, one.ItemId);
        KeyframeRows.Write(catalog, generation, one.ItemId, one.Keyframes);
        byte[] data = System.Runtime.InteropServices.MemoryMarshal.AsBytes(one.Unit.AsSpan()).ToArray();
        return catalog.Run($"INSERT OR REPLACE INTO {generation.Table}(item_id, data) VALUES ($1, $2)", one.ItemId, data) == 1;
    }

    // Files are decoded side by side, and each shot's keyframes are asked for then; a connection is one thread's at a time.
    private T Read<T>(Func<T> work)
    {
        lock (writing)
            return Guarded(work);
    }

    private T Guarded<T>(Func<T> work) => CatalogFile.Guarded(catalogPath, work);

    private sealed class Hold(EmbeddedGenerationBuild build) : IDisposable
    {
        public void Dispose()
        {
            build.writerLock?.Dispose();
            build.writerLock = null;
        }
    }
}
