using VisualSearch.Search.Stores;
using VisualSearch.Tests.Models;

namespace VisualSearch.Tests.Indexer;

/// <summary>What each of two models makes of every file of a folder by itself: whichever generation runs must have exactly that.</summary>
internal sealed class ReembedTruth(TwoModels models, string folder)
{
    private readonly string[] _files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToArray();

    private readonly Dictionary<string, float[][]> _vectors = new[] { models.First, models.Second }.ToDictionary(
        static encoder => encoder.Manifest.Fingerprint,
        encoder => Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(file => TwoModels.Encode(encoder, file)).ToArray());

    /// <summary>The collection has every picture's vector of the model that its running generation says, and none other.</summary>
    public void AssertHeldBy(IServedStore store, string? model = null)
    {
        if (model is not null) Assert.Equal(model, store.Model.Fingerprint);
        var truth = _vectors[store.Model.Fingerprint];
        var stored = new float[store.Info.Dimension];
        Assert.Equal(_files.Length, store.SearchVisual(truth[0], _files.Length + 1).Count);
        for (var i = 0; i < _files.Length; i++)
        {
            Assert.True(store.TryGetVector(store.ItemsOf(store.FindAssetByPath(_files[i])!.Id)[0].Id, stored));
            Assert.All(truth[i].Zip(stored), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }

        var report = store.Verify();
        Assert.True(report.Healthy, string.Join('\n', report.Problems));
    }
}
