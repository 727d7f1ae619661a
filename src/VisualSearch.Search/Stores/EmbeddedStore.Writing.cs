using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <content>Changing the collection: one transaction for the catalog, then the same change for the vector index.</content>
public sealed partial class EmbeddedStore
{
    /// <inheritdoc/>
    public void Write(IReadOnlyList<AssetWrite> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        CatalogWriter writer = Writer();
        PreparedBatch prepared = PreparedBatch.From(batch, identity.Model.Dimension, PassageModel.Dimension);
        if (prepared.Assets.Count == 0)
            return;
        lock (writing)
        {
            CatalogChange change = CatalogFile.Guarded(catalogPath, () => writer.Write(prepared.Assets, PassageModel.Fingerprint));
            visual.Apply(change.Written.Count + change.Removed.Count, index => index.Apply(change, prepared.Vectors), CatchUp);
        }
    }

    /// <inheritdoc/>
    public int Remove(IReadOnlyCollection<long> assetIds)
    {
        ArgumentNullException.ThrowIfNull(assetIds);
        CatalogWriter writer = Writer();
        if (assetIds.Count == 0)
            return 0;
        lock (writing)
        {
            (int removed, CatalogChange change) = CatalogFile.Guarded(catalogPath, () => writer.Remove(assetIds));
            visual.Apply(change.Removed.Count, index => index.Apply(change, []), CatchUp);
            return removed;
        }
    }

    /// <summary>
    /// Saves the snapshot of the vector index, if the store was opened to write and something has changed. A batch is safe
    /// without it; the next open then adds what the snapshot lacks.
    /// </summary>
    public void Flush()
    {
        if (access == StoreAccess.Read)
            return;
        lock (writing)
            visual.Save();
    }

    /// <summary>
    /// Lets a store that was opened to read change the collection until the result is disposed. A server takes an upload this
    /// way: its index is brought up to date in memory, and no snapshot is written for one picture.
    /// </summary>
    /// <exception cref="WriterBusyException">Another process, or another part of this one, is changing the collection.</exception>
    /// <exception cref="CollectionReplacedException">The collection was dropped meanwhile.</exception>
    /// <exception cref="GenerationSwitchedException">Another generation runs meanwhile; open the collection again.</exception>
    public IDisposable BeginWriting()
    {
        lock (writing)
        {
            if (writerConnection is not null)
                throw new WriterBusyException(Path.GetFileName(folder), "this store itself");
            // Before the lock is taken: it would be that of another collection, or of none.
            watch?.Refresh();
            WriterLock taken = WriterLock.Take(folder);
            try
            {
                // And after: nobody can drop it from here on.
                watch?.Refresh();
                // Nor can it be switched to another generation.
                int running = Read(reader => CatalogFile.Identify(catalogPath, reader.Catalog)).Generation.Number;
                if (running != Generation)
                    throw new GenerationSwitchedException(Generation, running);
                writerConnection = CatalogFile.Guarded(catalogPath, OpenWriter);
                writerLock = taken;
            }
            catch
            {
                taken.Dispose();
                throw;
            }
            return new WritingScope(this);
        }
    }

    private void EndWriting()
    {
        lock (writing)
        {
            writerConnection?.Dispose();
            writerLock?.Dispose();
            (writerConnection, writerLock) = (null, null);
        }
    }

    private CatalogConnection OpenWriter()
    {
        CatalogConnection opened = CatalogConnection.OpenToWrite(catalogPath, create: false);
        try
        {
            CatalogFile.Upgrade(catalogPath, opened);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private void CatchUp(VisualIndex index) => Read(index.CatchUp);

    private CatalogWriter Writer() => writerConnection is null
        ? throw new InvalidOperationException($"Collection '{Path.GetFileName(folder)}' was opened to read; open it with StoreAccess.Write to change it.")
        : new CatalogWriter(writerConnection, identity.Generation);

    private sealed class WritingScope(EmbeddedStore store) : IDisposable
    {
        private EmbeddedStore? open = store;

        public void Dispose() => Interlocked.Exchange(ref open, null)?.EndWriting();
    }
}
