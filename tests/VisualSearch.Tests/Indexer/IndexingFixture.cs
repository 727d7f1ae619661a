using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Tests.Indexer;

/// <summary>The default encoder, opened once for all tests that index.</summary>
public sealed class IndexingFixture : IDisposable
{
    public DualEncoder Encoder { get; } = DualEncoder.Open(DefaultModel.Locate(), new EncoderOptions { Threads = 1 });

    public async Task<IndexSummary> IndexAsync(string data, string pictures, IndexOptions? options = null, PictureLimits? limits = null, CancellationToken cancellation = default)
    {
        using var store = new CollectionDirectory(data).OpenOrCreate("test", Encoder.Manifest, StoreAccess.Write);
        limits ??= new PictureLimits();
        var pipeline = new IndexingPipeline(store, new Lazy<DualEncoder>(Encoder), Encoder.Manifest.Fit, new PictureReader(limits), limits, options ?? new IndexOptions());
        return await pipeline.RunAsync([pictures], null, cancellation);
    }

    /// <summary>All that a collection holds, by relative path, read back from disk.</summary>
    public SortedDictionary<string, (Asset Asset, float[] Vector)> Contents(string data)
    {
        using var store = new CollectionDirectory(data).Open("test", StoreAccess.Read, Encoder.Manifest);
        var contents = new SortedDictionary<string, (Asset, float[])>(StringComparer.Ordinal);
        foreach (var state in store.FileStates().Values)
        {
            var vector = new float[store.Info.Dimension];
            Assert.True(store.TryGetVector(store.ItemsOf(state.Id)[0].Id, vector));
            var asset = store.FindAsset(state.Id)!;
            contents.Add(asset.RelativePath, (asset, vector));
        }

        return contents;
    }

    public void Dispose() => Encoder.Dispose();
}

[CollectionDefinition("indexing")]
public sealed class IndexingDefinition : ICollectionFixture<IndexingFixture>;
