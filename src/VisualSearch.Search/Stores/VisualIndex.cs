using System.Buffers.Binary;
using Microsoft.Extensions.Logging;
using VisualSearch.Ann;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>
/// The vector index of a collection and its snapshot on disk. Everything in it comes from the catalog, so it can lag behind
/// but never drift:
/// <code>
/// snapshot stamp (32 bytes in the index file): catalog id (16) | revision number (8) | revision stamp (8)
/// open:  stamp is in this catalog's history → add and remove what changed since    (a crash after a commit, an older snapshot)
///        no file, damaged file, other catalog, other history or dimension → rebuild from all vectors
/// </code>
/// Each generation has a file of its own. That of a generation which does not run is saved in one moment only, with the switch to it:
/// its vectors come from a build and not with revisions, so that an earlier stamp would not say what the file lacks.
/// Searches take no lock; changes take turns.
/// </summary>
internal sealed class VisualIndex : IDisposable
{
    /// <summary>Changes that are worth a snapshot: replaying them takes about as long as saving a small index, 0.1 to 0.5 s.</summary>
    public const int ChangesWorthSaving = 500;

    // Vectors per parallel insertion: enough to keep all cores busy, and 32 MiB at 2,048 dimensions.
    private const int ReplayBlock = 4096;
    private const int StampLength = 32;

    private readonly Lock changing = new();
    private readonly string path;
    private readonly CatalogIdentity identity;
    private readonly HnswOptions options;
    private readonly ILogger logger;
    private readonly List<HnswIndex> retired = [];

    private volatile HnswIndex index;
    private CatalogRevision revision;
    private CatalogRevision saved;

    private VisualIndex(string folder, CatalogIdentity identity, EmbeddedStoreOptions options)
    {
        path = Path.Combine(folder, identity.Generation.IndexFile);
        this.identity = identity;
        this.options = options.Index;
        logger = options.Logger;
        index = NewIndex();
    }

    /// <summary>How the index came into memory.</summary>
    public IndexStart Start { get; private set; } = new(IndexOrigin.Rebuilt, 0, "");

    /// <summary>The index to search.</summary>
    public HnswIndex Index => index;

    /// <summary>Up to which revision the index knows the catalog.</summary>
    public CatalogRevision Revision
    {
        get
        {
            lock (changing)
                return revision;
        }
    }

    /// <summary>As <see cref="Revision"/>, without waiting: null while the index is being changed.</summary>
    public CatalogRevision? SettledRevision
    {
        get
        {
            if (!changing.TryEnter())
                return null;
            try
            {
                return revision;
            }
            finally
            {
                changing.Exit();
            }
        }
    }

    /// <summary>Whether the snapshot on disk, as far as this process knows, says the same as the index.</summary>
    public bool IsSaved
    {
        get
        {
            lock (changing)
                return saved == revision;
        }
    }

    /// <summary>Opens the snapshot and brings it up to date, or builds the index from the catalog.</summary>
    public static VisualIndex Open(string folder, CatalogIdentity identity, CatalogReader catalog, EmbeddedStoreOptions options)
    {
        var visual = new VisualIndex(folder, identity, options);
        try
        {
            visual.Start = catalog.Catalog.InTransaction(write: false, () => visual.Load(catalog));
            return visual;
        }
        catch
        {
            visual.Dispose();
            throw;
        }
    }

    /// <summary>Brings the index up to the catalog's present state.</summary>
    /// <returns>How many items were added, replaced or removed.</returns>
    public long CatchUp(CatalogReader catalog) => catalog.Catalog.InTransaction(write: false, () =>
    {
        lock (changing)
        {
            if (catalog.Contains(revision))
                return Replay(catalog);
            logger.LogWarning("The catalog beside {Path} has another history than the index in memory; the index is built anew.", path);
            return Rebuild(catalog);
        }
    });

    /// <summary>Applies a change that has just been committed.</summary>
    /// <param name="change">The change.</param>
    /// <param name="vectors">The vectors of what it wrote, one after another.</param>
    /// <returns>False when the index lacks an earlier change and has to catch up.</returns>
    public bool Apply(CatalogChange change, ReadOnlySpan<float> vectors)
    {
        lock (changing)
        {
            foreach (long id in change.Removed)
                index.Remove((ulong)id);
            if (change.Written.Count > 0)
                index.AddRange([.. change.Written.Select(id => (ulong)id)], vectors);
            return Advance(change.Revision);
        }
    }

    /// <summary>Adds vectors that a build has just written, which belong to no revision.</summary>
    public void Absorb(ReadOnlySpan<ulong> itemIds, ReadOnlySpan<float> vectors)
    {
        lock (changing)
            index.AddRange(itemIds, vectors);
    }

    /// <summary>Makes sure that the index holds the generation's vectors, all of them and no others: by their ids, and anew if those differ.</summary>
    public void Reconcile(CatalogReader catalog) => catalog.Catalog.InTransaction(write: false, () =>
    {
        lock (changing)
        {
            Replay(catalog);
            long stored = 0;
            foreach (ulong id in catalog.ItemsIn(identity.Generation))
            {
                stored++;
                if (!index.Contains(id))
                    return Rebuild(catalog);
            }
            return stored == index.Count ? 0 : Rebuild(catalog);
        }
    });

    /// <summary>Writes the snapshot as that of a revision which is being made; the caller has reconciled and lets nobody write.</summary>
    public void SaveAs(CatalogRevision made)
    {
        lock (changing)
        {
            CatalogRevision before = revision;
            try
            {
                revision = made;
                Save();
            }
            catch
            {
                revision = before;
                throw;
            }
        }
    }

    /// <summary>Writes the snapshot; the caller holds the writer's lock, so that only one process does.</summary>
    public void Save()
    {
        lock (changing)
        {
            Span<byte> stamp = stackalloc byte[StampLength];
            identity.Id.TryWriteBytes(stamp);
            BinaryPrimitives.WriteInt64LittleEndian(stamp[16..], revision.Number);
            BinaryPrimitives.WriteInt64LittleEndian(stamp[24..], revision.Stamp);
            index.Save(path, stamp);
            saved = revision;
        }
    }

    /// <summary>
    /// Saves what a store opened to read had to do at length because no writer had, or because the file was unusable; so that the
    /// next open need not. Not while somebody writes, or when somebody has written meanwhile: a writer saves a newer snapshot itself, and
    /// after a switch this file is not this index's to write.
    /// </summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="present">The catalog's present revision.</param>
    public void SaveForOthers(string folder, Func<CatalogRevision> present)
    {
        bool replacesUnusable = Start.Origin == IndexOrigin.Rebuilt && File.Exists(path);
        if (Start.Changes < ChangesWorthSaving && !replacesUnusable)
            return;
        try
        {
            using WriterLock? taken = WriterLock.TryTake(folder, WriterLock.Saving);
            if (taken is not null && present() == Revision)
                Save();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            logger.LogWarning("The vector index {Path} was brought up to date but could not be saved ({Reason}); the next open does it again.", path, failure.Message);
        }
    }

    public void Dispose()
    {
        index.Dispose();
        foreach (HnswIndex old in retired)
            old.Dispose();
    }

    private IndexStart Load(CatalogReader catalog)
    {
        lock (changing)
        {
            string refusal = TryOpenSnapshot(catalog);
            if (refusal.Length == 0)
            {
                long replayed = Replay(catalog);
                return replayed == 0
                    ? new IndexStart(IndexOrigin.Snapshot, 0, "")
                    : new IndexStart(IndexOrigin.Replayed, replayed, $"the snapshot lagged {replayed} changes behind the catalog");
            }
            long items = Rebuild(catalog);
            if (items > 0)
                logger.LogWarning("The vector index {Path} was built anew from the catalog's {Items} vectors: {Reason}.", path, items, refusal);
            return new IndexStart(IndexOrigin.Rebuilt, items, refusal);
        }
    }

    /// <summary>Takes the snapshot if it belongs to this catalog; otherwise says why not.</summary>
    private string TryOpenSnapshot(CatalogReader catalog)
    {
        if (!File.Exists(path))
            return "there was no snapshot";
        HnswIndex? opened = null;
        try
        {
            opened = HnswIndex.Open(path);
            // All vectors now, although they would be checked when first read: damage found by a search is an error to its caller, and here
            // it only costs building anew. The price is reading them once: 1 KiB each at 256 dimensions, where opening reads 0.4 KiB.
            opened.CheckVectors();
        }
        catch (Exception unusable) when (unusable is CorruptIndexException or IOException or UnauthorizedAccessException)
        {
            opened?.Dispose();
            return $"the snapshot could not be read ({unusable.Message})";
        }

        string refusal = Refusal(opened, catalog, out CatalogRevision stamped);
        if (refusal.Length > 0)
        {
            opened.Dispose();
            return refusal;
        }
        index.Dispose();
        index = opened;
        revision = saved = stamped;
        return "";
    }

    private string Refusal(HnswIndex opened, CatalogReader catalog, out CatalogRevision stamped)
    {
        stamped = default;
        ReadOnlySpan<byte> stamp = opened.Tag.Span;
        if (stamp.Length != StampLength || new Guid(stamp[..16]) != identity.Id)
            return "the snapshot belongs to another collection";
        if (opened.Dimension != identity.Model.Dimension || opened.Metric != Metric.Cosine)
            return $"the snapshot holds {opened.Dimension} dimensions by {opened.Metric} instead of {identity.Model.Dimension} by {Metric.Cosine}";
        stamped = new CatalogRevision(BinaryPrimitives.ReadInt64LittleEndian(stamp[16..]), BinaryPrimitives.ReadInt64LittleEndian(stamp[24..]));
        return catalog.Contains(stamped) ? "" : "the snapshot is of another history of the catalog, such as before a backup was restored";
    }

    // If an earlier batch failed on its way into the index (out of memory), the index stays stamped before it; without this check a
    // later batch would hide the gap.
    private bool Advance(CatalogRevision committed)
    {
        if (committed.Number != revision.Number + 1)
            return false;
        revision = committed;
        return true;
    }

    private long Replay(CatalogReader catalog)
    {
        CatalogRevision present = catalog.Revision();
        if (present == revision)
            return 0;
        long changes = 0;
        foreach (ulong id in catalog.RemovedSince(identity.Generation, revision.Number))
            changes += index.Remove(id) ? 1 : 0;
        foreach ((ArraySegment<ulong> ids, float[] vectors) in catalog.ChangedSince(identity.Generation, revision.Number, ReplayBlock))
        {
            index.AddRange(ids, vectors.AsSpan(0, ids.Count * identity.Model.Dimension));
            changes += ids.Count;
        }
        revision = present;
        return changes;
    }

    private long Rebuild(CatalogReader catalog)
    {
        HnswIndex fresh = NewIndex();
        long items = 0;
        foreach ((ArraySegment<ulong> ids, float[] vectors) in catalog.ChangedSince(identity.Generation, 0, ReplayBlock))
        {
            fresh.AddRange(ids, vectors.AsSpan(0, ids.Count * identity.Model.Dimension));
            items += ids.Count;
        }
        fresh.Compact();
        // Searches may still run on the old one; it goes with the store.
        retired.Add(index);
        index = fresh;
        revision = catalog.Revision();
        saved = new CatalogRevision(-1, 0);
        return items;
    }

    private HnswIndex NewIndex() => new(identity.Model.Dimension, Metric.Cosine, options);
}
