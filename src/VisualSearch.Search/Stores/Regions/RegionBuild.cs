using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Search.Stores.Regions;

/// <summary>A picture whose parts are to be embedded.</summary>
/// <param name="ItemId">Its item.</param>
/// <param name="Path">Absolute path.</param>
/// <param name="ContentHash">SHA-256 of the bytes that the catalog knows, in lower-case hexadecimal.</param>
public sealed record RegionPicture(long ItemId, string Path, string ContentHash);

/// <summary>
/// Makes what a collection needs to be searched by parts of pictures, or brings it up to date.
/// <code>
/// Missing   pictures without patches, or with those of other bytes
/// Write     their patches; each call is one transaction and survives a kill
/// Finish    forget pictures that are gone; index what is new; from then on searches find it
/// </code>
/// The collection is searched and changed meanwhile: nothing here needs the writer's lock.
/// </summary>
public sealed class RegionBuild : IDisposable
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

    /// <summary>The model that patches must come from.</summary>
    public ModelIdentity Model => identity.Model;

    /// <summary>Pictures that have patches.</summary>
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

    /// <summary>The pictures whose patches are missing or are of other bytes, in order of item.</summary>
    public IReadOnlyList<RegionPicture> Missing()
    {
        Dictionary<long, string> present = file.Digests();
        return [.. catalog.Pictures().Where(picture => present.GetValueOrDefault(picture.ItemId) != picture.ContentHash)];
    }

    /// <summary>Writes patches.</summary>
    /// <param name="batch">Pictures as <see cref="Missing"/> gave them, and their patches.</param>
    public void Write(IReadOnlyList<(RegionPicture Picture, PatchGrid Grid)> batch) =>
        file.Write([.. batch.Select(static row => (row.Picture.ItemId, row.Picture.ContentHash, row.Grid))]);

    /// <summary>Forgets the pictures that are gone, and brings the index up to date.</summary>
    /// <returns>How many were forgotten.</returns>
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
