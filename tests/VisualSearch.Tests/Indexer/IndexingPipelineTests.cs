using VisualSearch.Encoders.Media;
using VisualSearch.Indexer;
using VisualSearch.Search.Stores;

namespace VisualSearch.Tests.Indexer;

[Collection("indexing")]
public sealed class IndexingPipelineTests(IndexingFixture indexing) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Pictures => _folder["pictures"];

    private string Data => _folder["data"];

    [Fact]
    public async Task Every_picture_gets_the_vector_that_the_encoder_gives_it()
    {
        DrawnPictures.DrawMany(Pictures, 70);
        var summary = await indexing.IndexAsync(Data, Pictures);

        Assert.Equal((70, 70, 0, 0), (summary.Found, summary.Added, summary.Updated, summary.Failures.Count));
        var reader = new PictureReader();
        foreach (var (path, (_, vector)) in indexing.Contents(Data))
        {
            var alone = indexing.Encoder.EncodePicture(reader.Read(PictureSource.FromFile(Path.Combine(Pictures, path)), indexing.Encoder.Manifest.Fit));
            Assert.True(Cosine(alone, vector) > 0.9999f, $"{path}: {Cosine(alone, vector)}");
        }
    }

    [Fact]
    public async Task A_second_run_reads_only_what_changed_and_takes_out_what_is_gone()
    {
        DrawnPictures.DrawMany(Pictures, 10);
        await indexing.IndexAsync(Data, Pictures);
        var before = indexing.Contents(Data);

        DrawnPictures.Draw(Path.Combine(Pictures, "0003.jpg"), 500);
        DrawnPictures.Draw(Path.Combine(Pictures, "deeper", "new.png"), 501);
        File.Delete(Path.Combine(Pictures, "0007.jpg"));
        var summary = await indexing.IndexAsync(Data, Pictures);

        Assert.Equal((1, 1, 1, 8), (summary.Added, summary.Updated, summary.Removed, summary.Unchanged));
        var after = indexing.Contents(Data);
        Assert.DoesNotContain("0007.jpg", after.Keys);
        Assert.Contains("deeper/new.png", after.Keys);
        Assert.Equal(before["0003.jpg"].Asset.Id, after["0003.jpg"].Asset.Id);
        Assert.NotEqual(before["0003.jpg"].Vector, after["0003.jpg"].Vector);
        Assert.Equal(before["0001.jpg"].Asset.IndexedAt, after["0001.jpg"].Asset.IndexedAt);
    }

    [Fact]
    public async Task A_file_that_was_only_touched_keeps_its_vector_and_is_unchanged_the_next_time()
    {
        DrawnPictures.DrawMany(Pictures, 3);
        await indexing.IndexAsync(Data, Pictures);
        var before = indexing.Contents(Data);

        File.SetLastWriteTimeUtc(Path.Combine(Pictures, "0001.jpg"), DateTime.UtcNow.AddDays(-3));
        Assert.Equal(1, (await indexing.IndexAsync(Data, Pictures)).Updated);
        Assert.Equal(before["0001.jpg"].Vector, indexing.Contents(Data)["0001.jpg"].Vector);
        Assert.Equal(3, (await indexing.IndexAsync(Data, Pictures)).Unchanged);
    }

    [Fact]
    public async Task Force_embeds_again_what_has_not_changed()
    {
        DrawnPictures.DrawMany(Pictures, 3);
        await indexing.IndexAsync(Data, Pictures);
        var right = indexing.Contents(Data)["0001.jpg"];
        var wrong = new float[right.Vector.Length];
        wrong[0] = 1;
        using (var store = new CollectionDirectory(Data).Open("test", StoreAccess.Write)) store.Write([new AssetWrite(right.Asset, wrong)]);

        Assert.Equal(3, (await indexing.IndexAsync(Data, Pictures)).Unchanged);
        Assert.Equal(wrong, indexing.Contents(Data)["0001.jpg"].Vector);
        Assert.Equal(3, (await indexing.IndexAsync(Data, Pictures, new IndexOptions { Force = true })).Updated);
        Assert.True(Cosine(right.Vector, indexing.Contents(Data)["0001.jpg"].Vector) > 0.9999f);
    }

    [Fact]
    public async Task Sidecars_give_title_tags_text_and_fields_and_a_changed_one_is_noticed()
    {
        DrawnPictures.DrawMany(Pictures, 3);
        _folder.Write("pictures/0000.jpg.json", """{"title":"Red boat","tags":["boat","sea"],"text":"At the quay.","year":2019,"rating":4.5,"public":true}""");
        _folder.Write("pictures/metadata.jsonl", """
            {"file":"0000.jpg","title":"Loses against the sidecar beside the picture"}
            {"file":"0001.jpg","title":"From the list","tags":"one, two"}
            """);
        await indexing.IndexAsync(Data, Pictures);

        var contents = indexing.Contents(Data);
        var asset = contents["0000.jpg"].Asset;
        Assert.Equal("Red boat", asset.Title);
        Assert.Equal(["boat", "sea"], asset.Tags);
        Assert.Equal("At the quay.", asset.Text);
        Assert.Equal((2019d, 4.5, true), (asset.Fields["year"].Number, asset.Fields["rating"].Number, asset.Fields["public"].Boolean));
        Assert.Equal(["one", "two"], contents["0001.jpg"].Asset.Tags);
        Assert.Equal("0002", contents["0002.jpg"].Asset.Title);

        _folder.Write("pictures/0000.jpg.json", """{"title":"Blue boat"}""");
        Assert.Equal(1, (await indexing.IndexAsync(Data, Pictures)).Updated);
        var changed = indexing.Contents(Data)["0000.jpg"].Asset;
        Assert.Equal("Blue boat", changed.Title);
        Assert.Empty(changed.Tags);
        Assert.DoesNotContain("rating", changed.Fields.Keys);
    }

    [Fact]
    public async Task A_cancelled_run_keeps_what_it_wrote_and_the_next_one_completes_it()
    {
        DrawnPictures.DrawMany(Pictures, 60);
        using var early = new CancellationTokenSource();
        await early.CancelAsync();
        var stopped = await indexing.IndexAsync(Data, Pictures, cancellation: early.Token);
        Assert.True(stopped.Cancelled);

        var summary = await indexing.IndexAsync(Data, Pictures);
        Assert.Equal(60, stopped.Added + summary.Added);
        Assert.Equal(60, indexing.Contents(Data).Count);
    }

    [Fact]
    public async Task A_path_that_does_not_exist_changes_nothing()
    {
        DrawnPictures.DrawMany(Pictures, 2);
        await indexing.IndexAsync(Data, Pictures);
        var error = await Assert.ThrowsAsync<IndexException>(() => indexing.IndexAsync(Data, _folder["nowhere"]));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, indexing.Contents(Data).Count);
    }

    [Fact]
    public async Task Links_are_not_followed_out_of_the_folder()
    {
        DrawnPictures.DrawMany(Pictures, 2);
        DrawnPictures.Draw(_folder["outside", "secret.jpg"], 9);
        File.CreateSymbolicLink(Path.Combine(Pictures, "link.jpg"), _folder["outside", "secret.jpg"]);
        Directory.CreateSymbolicLink(Path.Combine(Pictures, "circle"), Pictures);
        Assert.Equal(2, (await indexing.IndexAsync(Data, Pictures)).Found);
    }

    public void Dispose() => _folder.Dispose();

    private static float Cosine(float[] a, float[] b) => a.Zip(b, static (x, y) => x * y).Sum();
}
