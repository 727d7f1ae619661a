using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Subtitles;
using VisualSearch.Encoders.Media.Transcription;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Indexer;
using VisualSearch.Indexer.Reembed;
using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Media.Video;
using VisualSearch.Tests.Models;
using VisualSearch.Tests.Stores;

namespace VisualSearch.Tests.Indexer;

/// <summary>Videos beside pictures: what is seen and said in them is found, at its time; what changes is read again; what is broken is named.</summary>
[Collection("indexing")]
public sealed class VideoIndexingTests(IndexingFixture indexing) : IDisposable
{
    private const string Subtitles = "1\n00:00:00,500 --> 00:00:01,900\nThe lighthouse keeper was called Marta.\n\n2\n00:00:04,200 --> 00:00:05,800\nEvery winter the harbour froze over.\n";

    private readonly TemporaryFolder _folder = new();

    private string Media => _folder["media"];

    private string Data => _folder["data"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_take_is_a_shot_that_its_picture_finds_at_its_time()
    {
        DrawnFilm.Make(_folder, "media/film.mp4", 700);
        DrawnPictures.DrawMany(Media, 5);
        var summary = await indexing.IndexAsync(Data, Media);
        Assert.Equal((6, 6, 0), (summary.Found, summary.Added, summary.Failures.Count));

        using var store = Open();
        var film = store.FindAssetByPath(Path.Combine(Media, "film.mp4"))!;
        Item[] shots = [.. store.ItemsOf(film.Id).Where(static item => item.Kind == ItemKind.Shot)];
        Assert.Equal(DrawnFilm.Takes, shots.Length);
        Assert.All(shots.Select(static (shot, i) => (shot, i)), pair => Assert.Equal(pair.i * DrawnFilm.TakeSeconds, pair.shot.Start!.Value, 0.25));
        Assert.Equal(("mp4", 192, 192, 8.0), (film.Format, film.Width, film.Height, film.Fields["duration"].Number));
        Assert.NotEmpty(store.FindVideo(film.Id)!.Storyboard.ToArray());

        var pipeline = new SearchPipeline(store, indexing.Encoder);
        for (var take = 0; take < DrawnFilm.Takes; take++)
        {
            var picture = new PictureReader().Read(PictureSource.FromFile(DrawnFilm.Still(_folder, 700, take)), indexing.Encoder.Manifest.Fit);
            var best = pipeline.Search(new SearchQuery { PictureVector = indexing.Encoder.EncodePicture(picture) }).Results[0];
            Assert.Equal((film.Id, shots[take].Id), (best.Asset.Id, best.Item.Id));
            Assert.InRange(best.Moment!.Value, shots[take].Start!.Value, shots[take].End!.Value);
        }
    }

    [Fact]
    public async Task What_is_said_is_found_at_its_time_from_a_file_beside_and_from_a_track_within()
    {
        DrawnFilm.Make(_folder, "media/beside.mp4", 710);
        _folder.Write("media/beside.srt", Subtitles);
        var bare = DrawnFilm.Make(_folder, "bare.mp4", 720);
        TestVideos.Run("-i", bare, "-i", _folder["media", "beside.srt"], "-c:v", "copy", "-c:s", "srt", _folder["media", "within.mkv"]);
        await indexing.IndexAsync(Data, Media);

        using var store = Open();
        foreach (var name in new[] { "beside.mp4", "within.mkv" })
        {
            var film = store.FindAssetByPath(Path.Combine(Media, name))!;
            Assert.Equal(["The lighthouse keeper was called Marta.", "Every winter the harbour froze over."], store.FindVideo(film.Id)!.Transcript.Select(static line => line.Text));
            var said = store.Load([.. store.SearchText("harbour winter", 10).Select(static found => found.ItemId)]).First(record => record.Asset.Id == film.Id);
            Assert.Equal(ItemKind.Passage, said.Item.Kind);
            Assert.Contains("froze", said.Item.Text, StringComparison.Ordinal);
            Assert.True(said.Item.Start <= 4.3 && said.Item.End >= 5.7, $"{name}: {said.Item.Start} to {said.Item.End}");
        }

        Assert.Equal(ItemKind.Passage, store.FindItem(store.SearchPassages(indexing.Encoder.EncodeText("the harbour froze"), 1)[0].ItemId)!.Kind);
        Assert.True(store.Verify().Healthy, string.Join('\n', store.Verify().Problems));
    }

    [Fact]
    public async Task A_gif_that_moves_is_a_video_and_one_that_does_not_a_picture()
    {
        Directory.CreateDirectory(Media);
        TestVideos.Run("-f", "lavfi", "-i", "testsrc2=s=96x96:r=5:d=2", Path.Combine(Media, "moving.gif"));
        TestVideos.Run("-f", "lavfi", "-i", "testsrc2=s=96x96:r=5:d=2", "-frames:v", "1", Path.Combine(Media, "still.gif"));
        Assert.Equal(2, (await indexing.IndexAsync(Data, Media)).Added);
        using var store = Open();
        Assert.Equal((ItemKind.Shot, ItemKind.Picture), (KindOf("moving.gif"), KindOf("still.gif")));

        ItemKind KindOf(string name) => store.ItemsOf(store.FindAssetByPath(Path.Combine(Media, name))!.Id)[0].Kind;
    }

    [Fact]
    public async Task Changed_subtitles_are_read_again_and_the_shots_stay_what_they_are()
    {
        DrawnFilm.Make(_folder, "media/film.mp4", 730);
        await indexing.IndexAsync(Data, Media);
        Assert.Equal((0, 1), await UpdatedAsync());
        long[] before = Shots();

        _folder.Write("media/film.srt", Subtitles);
        Assert.Equal((1, 0), await UpdatedAsync());
        Assert.Equal((0, 1), await UpdatedAsync());
        Assert.Equal(before, Shots());
        using (var store = Open()) Assert.NotEmpty(store.SearchText("Marta", 1));

        File.Delete(Path.Combine(Media, "film.srt"));
        Assert.Equal((1, 0), await UpdatedAsync());
        using (var store = Open()) Assert.Empty(store.SearchText("Marta", 1));

        async Task<(int, int)> UpdatedAsync()
        {
            var summary = await indexing.IndexAsync(Data, Media);
            return (summary.Updated, summary.Unchanged);
        }

        long[] Shots()
        {
            using var store = Open();
            return [.. store.ItemsOf(store.FindAssetByPath(Path.Combine(Media, "film.mp4"))!.Id).Where(static item => item.Kind == ItemKind.Shot).Select(static item => item.Id)];
        }
    }

    [Fact]
    public async Task What_the_file_says_of_itself_stays_when_only_the_text_beside_it_changes()
    {
        var bare = DrawnFilm.Make(_folder, "bare.mp4", 735);
        Directory.CreateDirectory(Media);
        TestVideos.Run("-i", bare, "-c", "copy", "-metadata", "title=The harbour in winter", Path.Combine(Media, "film.mp4"));
        await indexing.IndexAsync(Data, Media);
        // "duration" is also the name of a field of our own.
        _folder.Write("media/film.mp4.json", """{"tags":["ice"],"duration":"eight seconds"}""");
        _folder.Write("media/film.srt", Subtitles);
        Assert.Equal(1, (await indexing.IndexAsync(Data, Media)).Updated);
        using var store = Open();
        var film = store.FindAssetByPath(Path.Combine(Media, "film.mp4"))!;
        Assert.Equal(("The harbour in winter", "mp4", 192, "eight seconds"), (film.Title, film.Format, film.Width, film.Fields["duration"].Text));
        Assert.Equal(["ice"], film.Tags);
        Assert.NotEmpty(store.SearchText("Marta", 1));
    }

    [Fact]
    public async Task Broken_videos_are_named_and_the_rest_is_indexed()
    {
        var whole = DrawnFilm.Make(_folder, "media/whole.mp4", 740);
        _folder.Write("media/text.mp4", "This is no video.");
        File.WriteAllBytes(Path.Combine(Media, "empty.webm"), []);
        File.WriteAllBytes(Path.Combine(Media, "beginning.mp4"), File.ReadAllBytes(whole)[..2000]);
        _folder.Write("media/whole.srt", "1\nno time at all\nwords\n");
        var summary = await indexing.IndexAsync(Data, Media);

        Assert.Equal((4, 1), (summary.Found, summary.Added));
        Assert.Equal(["beginning.mp4", "empty.webm", "text.mp4"], Of(IndexFailureSubject.Video));
        Assert.Equal(["whole.mp4"], Of(IndexFailureSubject.PartOfVideo));

        string[] Of(IndexFailureSubject subject) => [.. summary.Failures.Where(one => one.Subject == subject).Select(static one => Path.GetFileName(one.Path)).Distinct().Order(StringComparer.Ordinal)];
    }

    [Fact]
    public async Task Without_ffmpeg_the_pictures_are_indexed_and_each_video_is_named()
    {
        DrawnFilm.Make(_folder, "media/film.mp4", 745);
        DrawnPictures.DrawMany(Media, 2);
        var missing = new FfmpegTools { Ffmpeg = _folder["no-ffmpeg"], Ffprobe = _folder["no-ffprobe"] };
        var summary = await indexing.IndexAsync(Data, Media, new IndexOptions { Videos = new VideoReadOptions { Tools = missing } });
        Assert.Equal(2, summary.Added);
        var failure = Assert.Single(summary.Failures);
        Assert.Equal(("film.mp4", IndexFailureSubject.Video), (Path.GetFileName(failure.Path), failure.Subject));
        Assert.Contains("ffmpeg", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_video_without_text_is_given_that_of_the_transcriber_and_one_without_sound_none()
    {
        DrawnFilm.Make(_folder, "media/silent.mp4", 750);
        TestVideos.Run("-i", Path.Combine(Media, "silent.mp4"), "-f", "lavfi", "-i", "sine=d=8", "-c:v", "copy", "-c:a", "aac", "-shortest", Path.Combine(Media, "loud.mp4"));
        await indexing.IndexAsync(Data, Media, new IndexOptions { Transcriber = new Hearing() });
        using var store = Open();
        Assert.Equal("loud.mp4", Assert.Single(store.Load([.. store.SearchText("heard", 5).Select(static found => found.ItemId)])).Asset.RelativePath);
    }

    [Fact]
    public async Task Another_model_embeds_the_same_keyframes_and_passages()
    {
        using var models = new TwoModels();
        DrawnFilm.Make(_folder, "media/film.mp4", 760);
        _folder.Write("media/film.srt", Subtitles);
        var collections = new CollectionDirectory(Data);
        var limits = new PictureLimits();
        using (var store = collections.OpenOrCreate("films", models.First.Manifest, StoreAccess.Write))
        {
            var pipeline = new IndexingPipeline(store, new Lazy<VisualSearch.Encoders.Models.DualEncoder>(models.First), models.First.Manifest.Fit, new PictureReader(limits), limits, new IndexOptions());
            await pipeline.RunAsync([Media], null, CancellationToken.None);
        }

        using (var build = collections.BeginBuild("films", models.Second.Manifest, models.SecondFolder))
        {
            await new Reembedding(build, models.Second, new PictureReader(limits), limits, new IndexOptions()).SwitchAsync(allowGaps: false, null, CancellationToken.None);
        }

        using var again = collections.Open("films", StoreAccess.Read, models.Second.Manifest);
        var film = Assert.Single(again.FileStates().Values);
        var shots = again.ShotsOf(film.Id);
        Assert.Equal(DrawnFilm.Takes, shots.Count);
        for (var take = 0; take < shots.Count; take++)
        {
            var expected = StoreSamples.Unit(TwoModels.Encode(models.Second, DrawnFilm.Still(_folder, 760, take)));
            Assert.All(shots[take].Keyframes, frame => Assert.True(UnitVector.Dot(expected, frame.Vector.Span) > 0.98f));
        }

        Assert.NotEmpty(again.SearchPassages(models.Second.EncodeText("harbour"), 5));
        Assert.True(again.Verify().Healthy, string.Join('\n', again.Verify().Problems));
    }

    private EmbeddedStore Open() => new CollectionDirectory(Data).Open("test", StoreAccess.Read, indexing.Encoder.Manifest);

    private sealed class Hearing : ITranscriber
    {
        public Task<SubtitleTrack> TranscribeAsync(string path, CancellationToken cancellation = default) =>
            Task.FromResult(new SubtitleTrack(SubtitleFormat.SubRip, [new SubtitleCue(1, 3, "This was heard.")], []));
    }
}
