using VisualSearch.Encoders.Media;
using VisualSearch.Search;
using VisualSearch.Search.Stores;
using Xunit.Abstractions;

namespace VisualSearch.Tests.Indexer;

/// <summary>120 photographs: each finds itself, and is found by smaller, re-encoded and cropped copies of itself.</summary>
[Collection("indexing")]
public sealed class PhotographsTests(IndexingFixture indexing, ITestOutputHelper output) : IDisposable
{
    private const int Quality = 60;

    private readonly TemporaryFolder _folder = new();

    [SharedDataFact("photos")]
    public async Task Photographs_are_found_by_themselves_by_copies_and_by_crops()
    {
        var photos = SharedData.Path("photos")!;
        var summary = await indexing.IndexAsync(_folder["data"], photos);
        Assert.Equal((120, 120, 0), (summary.Found, summary.Added, summary.Failures.Count));

        using var store = new CollectionDirectory(_folder["data"]).Open("test", StoreAccess.Read, indexing.Encoder.Manifest);
        var pipeline = new SearchPipeline(store, indexing.Encoder);
        var (itself, copy, crop80, crop65) = (0, 0, 0, 0);
        foreach (var photo in Directory.GetFiles(photos))
        {
            itself += Finds(pipeline, photo, await File.ReadAllBytesAsync(photo));
            copy += Finds(pipeline, photo, Jpeg.Copy(photo, scale: 0.7, keep: 1, Quality));
            crop80 += Finds(pipeline, photo, Jpeg.Copy(photo, scale: 1, keep: 0.8, Quality));
            crop65 += Finds(pipeline, photo, Jpeg.Copy(photo, scale: 1, keep: 0.65, Quality));
        }

        output.WriteLine($"Of 120: itself {itself}, copy at 70 % {copy}, middle 80 % {crop80}, middle 65 % {crop65}.");
        Assert.Equal((120, 120), (itself, copy));
        Assert.True(crop80 >= 110, $"middle 80 %: {crop80} of 120");
        Assert.True(crop65 >= 95, $"middle 65 %: {crop65} of 120");
    }

    public void Dispose() => _folder.Dispose();

    private int Finds(SearchPipeline pipeline, string photo, byte[] query)
    {
        var pixels = new PictureReader().Read(PictureSource.FromMemory(query, "query"), indexing.Encoder.Manifest.Fit);
        var response = pipeline.Search(new SearchQuery { PictureVector = indexing.Encoder.EncodePicture(pixels), K = 1 });
        return response.Results[0].Asset.RelativePath == Path.GetFileName(photo) ? 1 : 0;
    }
}
