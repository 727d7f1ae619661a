using System.Globalization;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Samples;
using VisualSearch.Search;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Media.Video;
using Xunit.Abstractions;

namespace VisualSearch.Tests.Indexer;

/// <summary>A screenshot of a video at a random time, cropped and saved again, finds its video and moment.</summary>
[Collection("indexing")]
public sealed class ScreenshotTests(IndexingFixture indexing, ITestOutputHelper output) : IDisposable
{
    private const int Videos = 4, PerVideo = 10, Quality = 50;
    private const double Keep = 0.8, Near = 2;

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Screenshots_find_their_moment()
    {
        var set = SampleGenerator.Make(new SampleOptions { Count = 1, Size = 64, Seed = 5, Videos = Videos, Out = _folder["set"] });
        Assert.Equal(Videos, (await indexing.IndexAsync(_folder["data"], set.VideosFolder)).Added);
        using var store = new CollectionDirectory(_folder["data"]).Open("test", StoreAccess.Read, indexing.Encoder.Manifest);
        var pipeline = new SearchPipeline(store, indexing.Encoder);
        var random = new Random(50);
        var missed = new List<string>();
        foreach (var film in store.FileStates().Keys)
        {
            var length = VideoProbe.Probe(film).DurationSeconds!.Value;
            for (var i = 0; i < PerVideo; i++)
            {
                var seconds = random.NextDouble() * (length - 0.2);
                var still = _folder["still.jpg"];
                TestVideos.Run("-ss", seconds.ToString("0.###", CultureInfo.InvariantCulture), "-i", film, "-frames:v", "1", "-q:v", "2", still);
                var screenshot = PictureSource.FromMemory(Jpeg.Copy(still, scale: 1, Keep, Quality), "screenshot");
                var best = pipeline.Search(new SearchQuery { PictureVector = indexing.Encoder.EncodePicture(new PictureReader().Read(screenshot, indexing.Encoder.Manifest.Fit)) }).Results[0];
                if (best.Asset.Path != film || seconds < best.Item.Start - Near || seconds > best.Item.End + Near)
                {
                    missed.Add($"{Path.GetFileName(film)} at {seconds:0.0}: {best.Asset.RelativePath} {best.Item.Start:0.0} to {best.Item.End:0.0}");
                }
            }
        }

        foreach (var miss in missed) output.WriteLine(miss);
        Assert.True(missed.Count <= Videos * PerVideo / 20, $"{missed.Count} of {Videos * PerVideo} screenshots: {string.Join("; ", missed)}");
    }

    public void Dispose() => _folder.Dispose();
}
