using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Search.Stores;

namespace VisualSearch.Bench.Video;

/// <summary>Indexes videos as <c>vsearch index</c> does, into a collection of their own.</summary>
internal static class VideoCollection
{
    private const string Name = "bench";

    /// <summary>Indexes into an empty data folder; the model is opened anew each time, as by a command.</summary>
    /// <returns>Seconds it took.</returns>
    public static async Task<double> IndexAsync(string data, IReadOnlyList<string> paths, bool fast)
    {
        var model = DefaultModel.Locate();
        var manifest = ModelManifest.Load(model);
        using var store = new CollectionDirectory(data).OpenOrCreate(Name, manifest, StoreAccess.Write);
        var encoder = new Lazy<DualEncoder>(() => DualEncoder.Open(model, new EncoderOptions { Threads = 1 }));
        var options = new IndexOptions { Videos = new VideoReadOptions { Fast = fast } };
        var pipeline = new IndexingPipeline(store, encoder, manifest.Fit, new PictureReader(), new PictureLimits(), options);
        var summary = await pipeline.RunAsync(paths, null, CancellationToken.None).ConfigureAwait(false);
        if (summary.Failures.Count > 0) throw new InvalidOperationException($"{summary.Failures.Count} files failed, first: {summary.Failures[0]}");
        if (encoder.IsValueCreated) encoder.Value.Dispose();
        return summary.Elapsed.TotalSeconds;
    }

    /// <summary>Opens the collection to search in it.</summary>
    public static EmbeddedStore Open(string data, DualEncoder encoder) => new CollectionDirectory(data).Open(Name, StoreAccess.Read, encoder.Manifest);
}
