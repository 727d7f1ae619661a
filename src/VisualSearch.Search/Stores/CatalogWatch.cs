using Microsoft.Extensions.Logging;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>
/// Notices other processes' commits (SQLite's <c>data_version</c> changes on a connection that did not make them) and brings
/// the vector index up to date, on a timer, so that no search waits for it. Once another generation runs it only says so: what changes
/// from then on is embedded by another model.
/// </summary>
internal sealed class CatalogWatch : IDisposable
{
    private readonly Lock gate = new();
    private readonly string catalogPath;
    private readonly string collection;
    private readonly CatalogIdentity identity;
    private readonly CatalogReader reader;
    private readonly VisualIndex visual;
    private readonly ILogger logger;
    private readonly Action announceSuperseded;
    private readonly Timer timer;
    private DateTime created;
    private long seenVersion = -1;
    private bool faultLogged;
    private bool disposed;
    private int announced;
    private volatile bool replaced;
    private volatile bool superseded;

    /// <summary>Starts watching. The reader belongs to the watch from now on.</summary>
    public CatalogWatch(
        string catalogPath, CatalogIdentity identity, CatalogReader reader, VisualIndex visual, EmbeddedStoreOptions options, Action announceSuperseded)
    {
        this.catalogPath = catalogPath;
        this.identity = identity;
        this.reader = reader;
        this.visual = visual;
        this.announceSuperseded = announceSuperseded;
        logger = options.Logger;
        collection = Path.GetFileName(Path.GetDirectoryName(catalogPath))!;
        created = File.GetCreationTimeUtc(catalogPath);
        timer = new Timer(_ => Tick(), null, options.RefreshInterval, options.RefreshInterval);
    }

    /// <summary>Whether the last look found the collection gone.</summary>
    public bool IsReplaced => replaced;

    /// <summary>Whether the last look found that another generation runs.</summary>
    public bool IsSuperseded => superseded;

    /// <summary>Refuses to answer for a collection that is no longer there.</summary>
    public void ThrowIfReplaced()
    {
        if (replaced)
            throw new CollectionReplacedException(collection);
    }

    /// <summary>Looks now.</summary>
    /// <returns>How many items were added, replaced or removed.</returns>
    public long Refresh() => CatalogFile.Guarded(catalogPath, () =>
    {
        long changes;
        lock (gate)
            changes = Look();
        Announce();
        return changes;
    });

    public void Dispose()
    {
        timer.Dispose();
        lock (gate)
        {
            disposed = true;
            reader.Dispose();
        }
    }

    private void Tick()
    {
        // The last look may still be replaying a long list.
        if (!gate.TryEnter())
            return;
        try
        {
            if (!replaced)
                CatalogFile.Guarded(catalogPath, Look);
            faultLogged = false;
        }
        catch (CollectionReplacedException gone)
        {
            logger.LogWarning("{Reason}", gone.Message);
        }
        catch (Exception failure)
        {
            // Nobody waits for a timer: an exception would end the process. Searches go on with what is known; it is said once.
            if (!faultLogged)
                logger.LogError(failure, "Changes of collection {Collection} could not be read; searches go on without them.", collection);
            faultLogged = true;
        }
        finally
        {
            gate.Exit();
        }
        Announce();
    }

    // Outside the gate: whoever is told may close the store.
    private void Announce()
    {
        if (superseded && Interlocked.Exchange(ref announced, 1) == 0)
            announceSuperseded();
    }

    private long Look()
    {
        if (disposed)
            return 0;
        if (LooksReplaced())
        {
            replaced = true;
            ThrowIfReplaced();
        }
        long version = reader.Catalog.Integer("PRAGMA data_version");
        if (superseded || version == seenVersion)
            return 0;
        if (CatalogGenerations.Running(catalogPath, reader.Catalog).Number != identity.Generation.Number)
        {
            superseded = true;
            return 0;
        }
        long changes = visual.CatchUp(reader);
        seenVersion = version;
        return changes;
    }

    // This connection would go on reading the deleted file. The time of creation is a cheap hint, the catalog's id the proof.
    private bool LooksReplaced()
    {
        if (!File.Exists(catalogPath))
            return true;
        DateTime now = File.GetCreationTimeUtc(catalogPath);
        if (now == created)
            return false;
        using CatalogConnection fresh = CatalogConnection.OpenToRead(catalogPath);
        bool other = fresh.Integer("PRAGMA user_version") != 0 && CatalogFile.IdOf(catalogPath, fresh) != identity.Id;
        if (!other)
            created = now;
        return other;
    }
}
