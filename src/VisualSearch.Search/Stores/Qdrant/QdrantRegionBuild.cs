using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Search.Stores.Regions;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>
/// The parts of pictures of a collection on Qdrant. Patches and windows are there for searches as soon as a batch is written, once the first build has
/// been finished: until then a crop would only be looked for among some of the pictures.
/// </summary>
internal sealed class QdrantRegionBuild : IRegionBuild
{
    private readonly CollectionEntries entries;
    private readonly WriterLease lease;
    private readonly QdrantRegions regions;
    private readonly Dictionary<int, long> revisions;

    private QdrantRegionBuild(CollectionEntries entries, WriterLease lease, QdrantRegions regions)
    {
        (this.entries, this.lease, this.regions) = (entries, lease, regions);
        revisions = new Dictionary<int, long>(lease.Entry.Regions);
    }

    /// <inheritdoc/>
    public ModelIdentity Model => lease.Entry.Identify;

    /// <inheritdoc/>
    public long Count => regions.Count;

    /// <summary>Begins.</summary>
    /// <param name="client">The server.</param>
    /// <param name="entries">Its collections.</param>
    /// <param name="name">The collection.</param>
    /// <param name="time">The clock of leases.</param>
    /// <exception cref="WriterBusyException">Another process does the same.</exception>
    public static QdrantRegionBuild Begin(QdrantClient client, CollectionEntries entries, string name, TimeProvider time)
    {
        WriterLease lease = WriterLease.Take(entries, name, time, LeaseRight.Regions);
        try
        {
            var regions = new QdrantRegions(client, lease.Entry.Layout, lease.Entry.Dimension);
            regions.Create();
            return new QdrantRegionBuild(entries, lease, regions);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<RegionPicture> Missing()
    {
        var missing = new List<RegionPicture>();
        foreach (RegionPicture[] page in regions.Unplaced())
        {
            lease.Renew();
            IReadOnlyDictionary<long, string> kept = regions.Digests(page.Select(static picture => picture.ItemId));
            missing.AddRange(page.Where(picture => kept.GetValueOrDefault(picture.ItemId) != picture.ContentHash));
        }

        return missing;
    }

    /// <inheritdoc/>
    public void Write(IReadOnlyList<(RegionPicture Picture, PatchGrid Grid)> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lease.Renew();
        IReadOnlyDictionary<long, string> now = regions.DigestsNow(batch.Select(static one => one.Picture.ItemId));
        PicturePatches[] current = [.. batch.Where(one => now.GetValueOrDefault(one.Picture.ItemId) == one.Picture.ContentHash)
            .Select(static one => new PicturePatches(one.Picture.ItemId, one.Picture.ContentHash, one.Grid))];
        if (current.Length == 0)
            return;
        regions.Write(current);
        if (revisions.ContainsKey(lease.Entry.Generation))
            Changed();
    }

    /// <inheritdoc/>
    public int Finish()
    {
        lease.Renew();
        // Points that were written anew meanwhile, or before a build broke off, get the windows of the patches that are there.
        long placed = 0;
        foreach (RegionPicture[] page in regions.Unplaced())
        {
            lease.Renew();
            Dictionary<long, string> hashes = page.ToDictionary(static picture => picture.ItemId, static picture => picture.ContentHash);
            PicturePatches[] kept = [.. regions.Find(hashes.Keys).Where(one => hashes[one.ItemId] == one.ContentHash)];
            regions.Place(kept);
            placed += kept.Length;
        }

        int gone = regions.Forget();
        if (placed > 0 || gone > 0 || !revisions.ContainsKey(lease.Entry.Generation))
            Changed();
        return gone;
    }

    /// <summary>Ends the work. What was written stays; the next build goes on with it.</summary>
    public void Dispose() => lease.Dispose();

    private void Changed()
    {
        int generation = lease.Entry.Generation;
        revisions[generation] = revisions.GetValueOrDefault(generation) + 1;
        Say(entries, lease.Entry.Name, revisions);
    }

    /// <summary>Says of which generations pictures can be found by their parts.</summary>
    internal static void Say(CollectionEntries entries, string name, IReadOnlyDictionary<int, long> revisions) =>
        entries.Change(name, JsonSerializer.SerializeToElement(new JsonObject
        {
            ["regions"] = new JsonObject(revisions.Select(static one => KeyValuePair.Create(one.Key.ToString(CultureInfo.InvariantCulture), (JsonNode?)one.Value))),
        }));
}
