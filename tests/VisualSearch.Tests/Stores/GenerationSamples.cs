using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>A second model for the pictures of <see cref="StoreSamples"/>: as many dimensions, other vectors, so that nothing but the answers tells them apart.</summary>
internal static class GenerationSamples
{
    public static readonly ModelIdentity Other = new("other@2", "other@2+def", Dimension);

    /// <summary>The other model's vector of a number.</summary>
    public static float[] OtherVector(int number) => Vector(number + 500_000);

    public static GenerationVector OtherVectorOf(ItemRecord record) =>
        new(record.Item.Id, record.Asset.ContentHash, OtherVector(NumberOf(record) + (IsChanged(record) ? 1000 : 0)));

    /// <summary>The picture of a number with other bytes; its vector is that of the number and 1000.</summary>
    public static AssetWrite Changed(int number) => new(Picture($"{number:D6}.jpg", $"picture number {number}") with { ContentHash = $"changed{number}" }, Vector(number + 1000));

    public static EmbeddedGenerationBuild Begin(string folder) => EmbeddedGenerationBuild.Begin(folder, Other, "/models/other");

    public static IGenerationBuild Begin(StoreHome home) => home.Place.BeginBuild(home.Name, Other, "/models/other");

    /// <summary>Embeds what is missing, all of it or so many.</summary>
    public static int Embed(IGenerationBuild build, int most = int.MaxValue)
    {
        int written = 0;
        foreach (long[] ids in build.Missing().Take(most).Chunk(16))
            written += build.Write([.. build.Load(ids).Select(OtherVectorOf)]);
        return written;
    }

    public static async Task SwitchAsync(IGenerationBuild build)
    {
        using (await build.HoldWritersAsync(null, CancellationToken.None))
            build.Switch(allowGaps: false);
    }

    /// <summary>Builds the next generation and lets it run.</summary>
    public static async Task ReembedAsync(StoreHome home)
    {
        using IGenerationBuild build = Begin(home);
        Embed(build);
        await SwitchAsync(build);
    }

    /// <summary>Every number's vector of the other model is found first by itself, and nothing else is there.</summary>
    public static void AssertHoldsOther(IStore store, IEnumerable<int> numbers, int[]? changed = null, bool verify = true)
    {
        int[] all = [.. numbers];
        Assert.Equal(all.Length, store.Info.Items);
        var stored = new float[Dimension];
        foreach (int number in all)
        {
            float[] expected = OtherVector(number + (changed?.Contains(number) == true ? 1000 : 0));
            ScoredItem best = store.SearchVisual(expected, 1)[0];
            Assert.Equal(number, NumberOf(Assert.Single(store.Load([best.ItemId]))));
            Assert.True(store.TryGetVector(best.ItemId, stored));
            Assert.All(Unit(expected).Zip(stored), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        }

        if (!verify)
            return;
        VerifyReport report = store.Verify();
        Assert.Empty(report.Problems);
        Assert.Equal(all.Length, report.Indexed);
    }

    private static bool IsChanged(ItemRecord record) => record.Asset.ContentHash.StartsWith("changed", StringComparison.Ordinal);
}
