using VisualSearch.Encoders.Models;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Regions;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Regions;

/// <summary>Patches for the pictures of <see cref="Stores.StoreSamples"/>, made from their numbers.</summary>
internal static class RegionSamples
{
    /// <summary>The patches of the picture of a number: 8 x 8 random vectors.</summary>
    public static PatchGrid Grid(int number) => new(8, 8, Dimension, [.. Enumerable.Range(0, 64).SelectMany(patch => Vector((number * 64) + patch))]);

    /// <summary>What a window of a picture looks for.</summary>
    public static float[] Part(int number, RegionWindow? window = null)
    {
        var sums = new RegionSums();
        sums.Take(Grid(number));
        float[] query = new float[Dimension];
        sums.Sum(window ?? new RegionWindow(2, 4, 4, 4), query);
        return query;
    }

    public static IReadOnlyList<FoundRegion> Find(IStore store, int number, RegionWindow? window = null, int k = 3, ItemScope? scope = null) =>
        store.SearchRegions(new RegionQuery(Part(number, window), EfSearch: 200), k, scope);

    public static IEnumerable<long> ItemsOf(this IEnumerable<FoundRegion> found) => found.Select(one => one.ItemId);

    public static long ItemOf(IStore store, int number) => store.ItemsOf(store.FindAssetByPath($"/pictures/{number:D6}.jpg")!.Id)[0].Id;

    public static void Write(IRegionBuild build, IEnumerable<RegionPicture> pictures) =>
        build.Write([.. pictures.Select(picture => (picture, Grid(NumberOf(picture))))]);

    /// <summary>Embeds what is missing.</summary>
    /// <returns>How many those were.</returns>
    public static int Build(IRegionBuild build)
    {
        using (build)
        {
            IReadOnlyList<RegionPicture> missing = build.Missing();
            foreach (RegionPicture[] some in missing.Chunk(7))
                Write(build, some);
            build.Finish();
            return missing.Count;
        }
    }

    // A changed picture has another grid.
    private static int NumberOf(RegionPicture picture) =>
        int.Parse(Path.GetFileNameWithoutExtension(picture.Path)) + (picture.ContentHash.StartsWith("changed", StringComparison.Ordinal) ? 1000 : 0);
}
