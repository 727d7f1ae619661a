using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Indexer.Reembed;
using VisualSearch.Search.Evaluation;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Models;
using VisualSearch.Tests.Stores;

namespace VisualSearch.Tests.Indexer;

/// <summary>Real pictures embedded again with another model, held against what that model makes of each file by itself. On every store.</summary>
public sealed class ReembeddingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TwoModels _models = new();

    private string Pictures => _folder["pictures"];

    [Theory, AllStores]
    public async Task After_the_switch_every_vector_is_what_the_new_model_makes_of_the_file(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        DrawnPictures.DrawMany(Pictures, 70);
        await IndexAsync(home, _models.First);
        AssertHolds(home, _models.First, 70);

        var summary = await ReembedAsync(home, _models.Second);
        Assert.Equal((2, 70, 0, 70, true), (summary.Generation, summary.Items, summary.Before, summary.Embedded, summary.Switched));
        AssertHolds(home, _models.Second, 70);
        Assert.Equal(70, (await IndexAsync(home, _models.Second)).Unchanged);
    }

    [Theory, AllStores]
    public async Task A_run_that_was_stopped_goes_on_and_embeds_nothing_twice(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        // Up to 50 pictures are between the stages when a run is told to stop, and are written still: of 60 all were through once.
        DrawnPictures.DrawMany(Pictures, 240);
        await IndexAsync(home, _models.First);
        long embedded = 0;
        foreach (var wanted in (int[])[20, 120])
        {
            using var stop = new CancellationTokenSource();
            using var build = home.Place.BeginBuild(home.Name, _models.Second.Manifest, _models.SecondFolder);
            var reembedding = Over(build, _models.Second, new IndexOptions { BatchSize = 2, CommitSize = 4, DecodeWorkers = 1, EmbedWorkers = 1 });
            await reembedding.EmbedAsync(new Watch(progress => { if (progress.Present >= wanted) stop.Cancel(); }), stop.Token);
            Assert.True(reembedding.Summary.Cancelled);
            Assert.Equal(embedded, reembedding.Summary.Before);
            embedded += reembedding.Summary.Embedded;
            Assert.InRange(embedded, wanted, 239);
        }

        var last = await ReembedAsync(home, _models.Second);
        Assert.Equal((embedded, 240 - embedded), (last.Before, last.Embedded));
        AssertHolds(home, _models.Second, 240);
    }

    [Theory, AllStores]
    public async Task What_index_adds_changes_and_removes_meanwhile_is_right_in_the_new_generation(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        DrawnPictures.DrawMany(Pictures, 50);
        await IndexAsync(home, _models.First);
        using (var build = home.Place.BeginBuild(home.Name, _models.Second.Manifest, _models.SecondFolder))
        {
            var reembedding = Over(build, _models.Second);
            await reembedding.EmbedAsync(null, default);
            DrawnPictures.Draw(Path.Combine(Pictures, "0003.jpg"), 903);
            DrawnPictures.Draw(Path.Combine(Pictures, "new.jpg"), 904);
            File.Delete(Path.Combine(Pictures, "0007.jpg"));
            await IndexAsync(home, _models.First);
            AssertHolds(home, _models.First, 50);
            await reembedding.SwitchAsync(allowGaps: false, null, default);
            Assert.Equal(52, reembedding.Summary.Embedded);
        }

        AssertHolds(home, _models.Second, 50);
    }

    [Theory, AllStores]
    public async Task Whoever_is_adding_is_waited_for_and_what_was_added_is_embedded_before_the_switch(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        DrawnPictures.DrawMany(Pictures, 20);
        await IndexAsync(home, _models.First);
        using (var build = home.Place.BeginBuild(home.Name, _models.Second.Manifest, _models.SecondFolder))
        {
            var reembedding = Over(build, _models.Second);
            await reembedding.EmbedAsync(null, default);
            var waiting = new TaskCompletionSource();
            Task switching;
            using (var store = home.Place.Open(home.Name, StoreAccess.Write))
            {
                switching = reembedding.SwitchAsync(allowGaps: false, new Watch(progress => { if (progress.Step.StartsWith("waiting", StringComparison.Ordinal)) waiting.TrySetResult(); }), default);
                await waiting.Task.WaitAsync(TimeSpan.FromMinutes(1));
                // More than are embedded while nobody may write.
                DrawnPictures.DrawMany(Pictures, 300);
                await IndexAsync(_models.First, store);
            }

            await switching;
            Assert.Equal(300, reembedding.Summary.Embedded);
        }

        AssertHolds(home, _models.Second, 300);
    }

    [Theory, AllStores]
    public async Task Pictures_that_cannot_be_read_are_named_and_embedded_once_they_can(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        DrawnPictures.DrawMany(Pictures, 12);
        await IndexAsync(home, _models.First);
        var content = await File.ReadAllBytesAsync(Path.Combine(Pictures, "0005.jpg"));
        var written = File.GetLastWriteTimeUtc(Path.Combine(Pictures, "0005.jpg"));
        File.Delete(Path.Combine(Pictures, "0005.jpg"));
        await File.WriteAllTextAsync(Path.Combine(Pictures, "0006.jpg"), "no picture any more");
        DrawnPictures.Draw(Path.Combine(Pictures, "0008.jpg"), 908);

        using (var build = home.Place.BeginBuild(home.Name, _models.Second.Manifest, _models.SecondFolder))
        {
            var reembedding = Over(build, _models.Second);
            await Assert.ThrowsAsync<GenerationGapsException>(() => reembedding.SwitchAsync(allowGaps: false, null, default));
            Assert.Equal(["0005.jpg", "0006.jpg"], reembedding.Summary.Failures.Select(static failure => Path.GetFileName(failure.Path)));
            Assert.Equal("the file is gone", reembedding.Summary.Failures[0].Reason);
            Assert.Equal("0008.jpg", Path.GetFileName(Assert.Single(reembedding.Summary.ChangedFiles)));
            Assert.Equal(1, home.Place.RunningGeneration(home.Name).Number);
            await reembedding.SwitchAsync(allowGaps: true, null, default);
            Assert.Equal(10, reembedding.Summary.Embedded);
        }

        using (var store = home.Place.Open(home.Name, StoreAccess.Read, _models.Second.Manifest))
        {
            Assert.Equal(12, store.Info.Items);
            Assert.Equal(10, store.SearchVisual([1, 1, 1], 100).Count);
            Assert.True(store.Verify().Healthy);
        }

        // The old generation has all of them still.
        Assert.Equal([12, 10], home.Place.Generations(home.Name).Select(static one => one.Vectors));
        Assert.Equal([0, 2], home.Place.Generations(home.Name).Select(static one => one.Gaps));

        // The picture is back as it was, to the byte and the second: size and time alone would not tell that it lacks a vector.
        await File.WriteAllBytesAsync(Path.Combine(Pictures, "0005.jpg"), content);
        File.SetLastWriteTimeUtc(Path.Combine(Pictures, "0005.jpg"), written);
        DrawnPictures.Draw(Path.Combine(Pictures, "0006.jpg"), 906);
        Assert.Equal(3, (await IndexAsync(home, _models.Second)).Updated);
        AssertHolds(home, _models.Second, 12);
        Assert.Equal(0, home.Place.Generations(home.Name)[1].Gaps);
    }

    [Theory, AllStores]
    public async Task Going_back_embeds_with_the_old_model_what_came_since(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        DrawnPictures.DrawMany(Pictures, 40);
        await IndexAsync(home, _models.First);
        await ReembedAsync(home, _models.Second);
        DrawnPictures.Draw(Path.Combine(Pictures, "0003.jpg"), 903);
        for (var i = 40; i < 45; i++) DrawnPictures.Draw(Path.Combine(Pictures, $"{i:0000}.jpg"), i);
        File.Delete(Path.Combine(Pictures, "0009.jpg"));
        await IndexAsync(home, _models.Second);
        AssertHolds(home, _models.Second, 44);

        var back = await ReembedAsync(home, _models.First);
        Assert.Equal((1, 6, true), (back.Generation, back.Embedded, back.Switched));
        AssertHolds(home, _models.First, 44);
        var forth = await ReembedAsync(home, _models.Second);
        Assert.Equal((2, 0), (forth.Generation, forth.Embedded));
        AssertHolds(home, _models.Second, 44);
    }

    [Theory, AllStores]
    public async Task The_wrong_model_is_refused_wherever_it_could_be_compared_with_the_vectors(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        DrawnPictures.DrawMany(Pictures, 5);
        await IndexAsync(home, _models.First);
        await ReembedAsync(home, _models.Second);
        var mismatch = Assert.Throws<ModelMismatchException>(() => home.Place.Open(home.Name, StoreAccess.Read, _models.First.Manifest));
        Assert.Contains($"vsearch collections reembed {home.Name}", mismatch.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ModelMismatchException>(() => IndexAsync(home, _models.First));
        using var store = home.Place.Open(home.Name, StoreAccess.Read);
        Assert.Throws<ModelMismatchException>(() => new VisualSearch.Search.SearchPipeline(store, _models.First));
        _ = new VisualSearch.Search.SearchPipeline(store, _models.Second);
    }

    [Theory, AllStores]
    public async Task Both_generations_are_compared_and_a_model_that_reads_pictures_otherwise_is_objected_to(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        DrawnPictures.DrawMany(Pictures, 40);
        await IndexAsync(home, _models.First);
        using var before = home.Place.Open(home.Name, StoreAccess.Read);
        using var build = home.Place.BeginBuild(home.Name, _models.Second.Manifest, _models.SecondFolder);
        await Over(build, _models.Second).EmbedAsync(null, default);
        var report = new GenerationComparison(before, _models.First, build.Candidate(), _models.Second, new PictureReader()).Run(new ComparisonOptions { Sample = 20 });
        var measures = report.Measures.ToDictionary(static measure => measure.Name);
        Assert.Equal((1, 1), (measures["self1"].Before, measures["self1"].After));
        Assert.InRange(measures["overlap10"].After!.Value, 0.1, 0.99);
        Assert.Null(measures["overlap10"].Before);
        Assert.Equal(measures["crop1"].Before is not null, measures["crop1"].After is not null);
        Assert.Null(report.Objection);
        Assert.Null(report.Remark);

        // Vectors of the second model asked with the first one's encoder: what a wrong preprocessing looks like.
        var wrong = new GenerationComparison(before, null, build.Candidate(), _models.First, new PictureReader()).Run(new ComparisonOptions { Sample = 20 });
        Assert.Contains("find themselves", wrong.Objection, StringComparison.Ordinal);
        Assert.Contains("old model is not at hand", wrong.Remark, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _models.Dispose();
        _folder.Dispose();
    }

    private static Reembedding Over(IGenerationBuild build, DualEncoder encoder, IndexOptions? options = null)
    {
        var limits = new PictureLimits();
        return new Reembedding(build, encoder, new PictureReader(limits), limits, options ?? new IndexOptions());
    }

    private async Task<ReembedSummary> ReembedAsync(StoreHome home, DualEncoder encoder)
    {
        using var build = home.Place.BeginBuild(home.Name, encoder.Manifest, encoder.Manifest.Folder);
        var reembedding = Over(build, encoder);
        await reembedding.SwitchAsync(allowGaps: false, null, default);
        return reembedding.Summary;
    }

    private async Task<IndexSummary> IndexAsync(StoreHome home, DualEncoder encoder)
    {
        using var store = home.Place.OpenOrCreate(home.Name, encoder.Manifest, StoreAccess.Write, encoder.Manifest.Folder);
        return await IndexAsync(encoder, store);
    }

    private async Task<IndexSummary> IndexAsync(DualEncoder encoder, IStore store)
    {
        var limits = new PictureLimits();
        var pipeline = new IndexingPipeline(store, new Lazy<DualEncoder>(encoder), encoder.Manifest.Fit, new PictureReader(limits), limits, new IndexOptions());
        return await pipeline.RunAsync([Pictures], null, default);
    }

    private void AssertHolds(StoreHome home, DualEncoder encoder, int count)
    {
        using var store = home.Place.Open(home.Name, StoreAccess.Read, encoder.Manifest);
        var files = Directory.GetFiles(Pictures);
        Assert.Equal((count, count), (files.Length, (int)store.Info.Items));
        var stored = new float[store.Info.Dimension];
        foreach (var file in files)
        {
            var item = store.ItemsOf(store.FindAssetByPath(file)!.Id)[0];
            Assert.True(store.TryGetVector(item.Id, stored));
            Assert.All(TwoModels.Encode(encoder, file).Zip(stored), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }

        var report = store.Verify();
        Assert.True(report.Healthy, string.Join('\n', report.Problems));
        Assert.Equal(count, report.Indexed);
    }

    private sealed class Watch(Action<ReembedProgress> look) : IProgress<ReembedProgress>
    {
        public void Report(ReembedProgress value) => look(value);
    }
}
