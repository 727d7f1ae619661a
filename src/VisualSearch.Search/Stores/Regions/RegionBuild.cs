using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Stores.Regions;

/// <summary>The parts of pictures of a collection in a folder: patches in a file of their own (each call that writes is one transaction), windows of them in an index.</summary>
public sealed class RegionBuild : IRegionBuild
{
    // Pictures whose windows go into the index at a time: 14 windows each, so 57 MB at 256 dimensions.
    private const int Block = 4096;

    private readonly WriterLock buildLock;
    private readonly string folder;
    private readonly CatalogIdentity identity;
    private readonly CatalogReader catalog;
    private readonly EmbeddedStoreOptions options;
    private readonly RegionFile file;

    private RegionBuild(WriterLock buildLock, string folder, CatalogReader catalog, CatalogIdentity identity, EmbeddedStoreOptions options)
    {
        this.buildLock = buildLock;
        this.folder = folder;
        this.catalog = catalog;
        this.identity = identity;
        this.options = options;
        file = RegionFile.OpenToWrite(folder, identity);
    }

    /// <inheritdoc/>
    public ModelIdentity Model => identity.Model;

    /// <inheritdoc/>
    public long Count => file.Count;

    /// <summary>Begins.</summary>
    /// <param name="folder">The collection's folder.</param>
    /// <param name="options">How the index is built.</param>
    /// <exception cref="WriterBusyException">Another process does the same.</exception>
    public static RegionBuild Begin(string folder, EmbeddedStoreOptions? options = null)
    {
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string path = Path.Combine(folder, CatalogFile.Name);
        WriterLock taken = WriterLock.TryTake(folder, "to embed parts of pictures", "regions")
            ?? throw new WriterBusyException(Path.GetFileName(folder), WriterLock.Holder(folder, "regions"));
        CatalogReader? reader = null;
        try
        {
            return CatalogFile.Guarded(path, () =>
            {
                reader = new CatalogReader(CatalogConnection.OpenToRead(path));
                return new RegionBuild(taken, folder, reader, CatalogFile.Identify(path, reader.Catalog), options ?? new EmbeddedStoreOptions());
            });
        }
        catch
        {
            reader?.Dispose();
            taken.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RegionPicture> Missing()
    {
        Dictionary<long, string> present = file.Digests();
        return [.. catalog.Pictures().Where(picture => present.GetValueOrDefault(picture.ItemId) != picture.ContentHash)];
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<(RegionPicture Picture, PatchGrid Grid)> batch) =>
        file.Write([.. batch.Select(static row => (row.Picture.ItemId, row.Picture.ContentHash, row.Grid))]);

    /// <inheritdoc/>
    public int Finish()
    {
        HashSet<long> there = [.. catalog.Pictures().Select(static picture => picture.ItemId)];
        List<long> gone = [.. file.Digests().Keys.Where(item => !there.Contains(item))];
        file.Remove(gone);
        long revision = file.Revision;
        RegionIndex? opened = RegionIndex.TryOpen(folder, identity);
        if (opened?.Revision == revision)
        {
            opened.Dispose();
            return gone.Count;
        }

        using RegionIndex index = opened ?? RegionIndex.Create(identity, options.Index);
        index.Remove(gone);
        foreach (IReadOnlyList<(long ItemId, PatchGrid Grid)> block in file.ChangedSince(index.Revision, Block))
            index.Add(block);
        index.Index.Compact();
        index.Save(folder, identity, revision);
        return gone.Count;
    }

    /// <summary>Ends the work. What was written stays; the next build goes on with it.</summary>
    public void Dispose()
    {
        file.Dispose();
        catalog.Dispose();
        buildLock.Dispose();
    }
}
