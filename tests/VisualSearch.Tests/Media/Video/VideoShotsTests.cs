using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;

namespace VisualSearch.Tests.Media.Video;

/// <summary>A whole video: coded by ffmpeg, read through the pipe, cut into shots.</summary>
public sealed class VideoShotsTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private static readonly VideoReadOptions Options = TestVideos.Small;

    [Fact]
    public void Shots_of_coded_videos_are_found_and_cover_all_of_it()
    {
        using var folder = new TemporaryFolder();
        var cuts = new BorderScore();
        var fades = new BorderScore();
        for (int seed = 200; seed < 204; seed++)
        {
            var video = ScriptedVideo.Random(seed, scenes: 9);
            string path = TestVideos.Write(folder, $"{seed}.mp4", video);
            VideoContent content = VideoShots.Read(path, Options);
            double[] borders = [.. content.Shots.Skip(1).Select(shot => shot.Start)];
            double[] hard = [.. video.Borders.Where(border => border.How == Entrance.Cut).Select(border => border.Seconds)];
            double[] soft = [.. video.Borders.Where(border => border.How != Entrance.Cut).Select(border => border.Seconds)];
            cuts.Count(hard, soft, borders);
            fades.Count(soft, hard, borders);
            AssertCovers(content, video.Seconds);
        }

        output.WriteLine($"cuts: {cuts}\nfades: {fades}");
        Assert.True(cuts.F1 >= 0.95, $"cuts: {cuts}");
        Assert.True(fades.F1 >= 0.85, $"fades: {fades}");
    }

    [Fact]
    public void Key_frames_alone_give_shots_too()
    {
        using var folder = new TemporaryFolder();
        var video = new ScriptedVideo(160, 90).Add(new DrawnScene(1), 5).Add(new DrawnScene(2), 5).Add(new DrawnScene(3), 5);
        string path = TestVideos.Write(folder, "a.mp4", video);
        VideoContent content = VideoShots.Read(path, Options with { Fast = true });
        Assert.True(content.Summary.FramesRead < 12);
        AssertCovers(content, 15);
    }

    [Fact]
    public void Poster_storyboard_and_keyframes_show_the_video()
    {
        using var folder = new TemporaryFolder();
        var video = new ScriptedVideo(160, 90).Add(new DrawnScene(1, light: 0), 2).Add(new DrawnScene(7), 4).Add(new DrawnScene(8), 4);
        VideoContent content = VideoShots.Read(TestVideos.Write(folder, "a.mp4", video), Options);
        Assert.Equal(3, content.Shots.Count);
        Storyboard board = content.Summary.Storyboard;
        Assert.Equal((160, 90, 10, 20, 0.5), (board.TileWidth, board.TileHeight, board.Columns, board.Tiles, board.SecondsPerTile));
        var sheet = new PictureReader().ReadInfo(PictureSource.FromMemory(board.Webp, "sheet"));
        Assert.Equal(("webp", 1600, 180), (sheet.Format, sheet.Width, sheet.Height));
        Assert.True(content.Summary.Poster.Seconds > 2, "The black beginning is no poster.");
        Assert.Equal(PerceptualHash.Compute(content.Summary.Poster.Picture), content.Summary.PosterHash);
        foreach (Keyframe frame in content.Shots.Skip(1).SelectMany(shot => shot.Keyframes))
        {
            byte[] drawn = new byte[160 * 90 * 3];
            video.Draw(drawn, frame.Seconds);
            Assert.InRange(drawn.Zip(frame.Picture.Pixels, (a, b) => Math.Abs(a - b)).Average(), 0, 8);
        }
    }

    [Fact]
    public void A_long_take_is_divided_where_it_has_changed_and_a_still_one_is_not()
    {
        using var folder = new TemporaryFolder();
        var options = Options with { Shots = new ShotOptions { MaxShotSeconds = 3 } };
        string pan = TestVideos.Write(folder, "pan.mp4", new ScriptedVideo(160, 90).Add(new DrawnScene(5, speed: 0.15), 10), 10);
        Shot[] moving = [.. VideoShots.Read(pan, options).Shots];
        Assert.InRange(moving.Length, 3, 4);
        string still = TestVideos.Make(folder, "still.mp4", ["-f", "lavfi", "-i", "smptebars=s=160x90:r=10:d=10", .. TestVideos.Coding(".mp4")]);
        Assert.Single(Assert.Single(VideoShots.Read(still, options).Shots).Keyframes);
    }

    private static void AssertCovers(VideoContent content, double seconds)
    {
        Assert.Equal(0, content.Shots[0].Start);
        Assert.Equal(seconds, content.Shots[^1].End, 1);
        Assert.Equal(content.Summary.DurationSeconds, content.Shots[^1].End);
        for (int i = 0; i < content.Shots.Count; i++)
        {
            Shot shot = content.Shots[i];
            Assert.Equal(i, shot.Index);
            if (i > 0)
                Assert.Equal(content.Shots[i - 1].End, shot.Start);
            Assert.InRange(shot.Keyframes.Count, 1, new ShotOptions().MaxKeyframes);
            Assert.All(shot.Keyframes, frame => Assert.InRange(frame.Seconds, shot.Start - 0.13, shot.End));
            Assert.Equal(shot.Keyframes.Select(frame => frame.Seconds).Order(), shot.Keyframes.Select(frame => frame.Seconds));
        }

        Assert.Empty(content.Summary.Warnings);
    }
}
