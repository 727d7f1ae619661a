using VisualSearch.Encoders.Media.Video;

namespace VisualSearch.Tests.Media.Video;

/// <summary>What headers tell, for files that ffmpeg made with known properties.</summary>
public sealed class VideoProbeTests
{
    [Theory]
    [InlineData("mp4", "h264")]
    [InlineData("mov", "h264")]
    [InlineData("mkv", "h264")]
    [InlineData("webm", "vp8")]
    [InlineData("avi", "mpeg4")]
    [InlineData("gif", "gif")]
    public void Every_container_is_told_by_its_content(string container, string codec)
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, $"a.{container}", seconds: 1, rate: 10);
        // The name says something else.
        string renamed = Path.Combine(folder.Path, "a.jpg");
        File.Move(path, renamed);
        VideoInfo info = VideoProbe.Probe(renamed);
        Assert.Equal((container, codec, 320, 180, 0), (info.Container, info.Codec, info.Width, info.Height, info.Rotation));
        Assert.InRange(info.DurationSeconds ?? 0, 0.95, 1.15);
        Assert.InRange(info.FrameRate, 9.5, 10.5);
        Assert.Equal(new FileInfo(renamed).Length, info.Bytes);
        Assert.False(info.HasAudio);
    }

    [Fact]
    public void A_gif_is_a_video_if_it_moves()
    {
        using var folder = new TemporaryFolder();
        string moving = TestVideos.Sample(folder, "moving.gif", seconds: 0.5, rate: 10);
        string still = TestVideos.Sample(folder, "still.gif", seconds: 0.5, rate: 10, ["-frames:v", "1"]);
        Assert.Equal((true, false), (VideoProbe.IsVideo(moving), VideoProbe.IsVideo(still)));
        byte[] bytes = File.ReadAllBytes(moving);
        for (int length = 0; length < bytes.Length; length += 97)
        {
            // Cut off anywhere it is read as far as it goes.
            string cut = Path.Combine(folder.Path, "cut.gif");
            File.WriteAllBytes(cut, bytes[..length]);
            Assert.True(!VideoProbe.IsVideo(cut) || length > bytes.Length / 10, $"{length} of {bytes.Length} bytes");
        }

        Assert.False(VideoProbe.IsVideo(Path.Combine(folder.Path, "missing.gif")));
        Assert.True(VideoProbe.IsVideo(Path.Combine(folder.Path, "missing.mp4")));
    }

    [Fact]
    public void Turned_videos_are_described_and_read_as_they_are_shown()
    {
        using var folder = new TemporaryFolder();
        // The left half is red, the right half blue; turned by 90 degrees against the clock for display, red is below.
        string flat = TestVideos.Make(folder, "flat.mp4", [
            "-f", "lavfi", "-i", "color=red:s=320x180:d=0.5:r=10,drawbox=x=160:w=160:h=180:t=fill:color=blue", .. TestVideos.Coding(".mp4")]);
        string turned = TestVideos.Make(folder, "turned.mp4", "-i", flat, "-c", "copy", "-metadata:s:v:0", "rotate=90");
        VideoInfo info = VideoProbe.Probe(turned);
        Assert.Equal((180, 320), (info.Width, info.Height));
        Assert.True(info.Rotation is 90 or 270);
        var picture = MomentReader.ReadFrame(turned, 0.2);
        Assert.Equal((180, 320), (picture.Width, picture.Height));
        bool redAbove = picture.Pixels[(20 * 180 + 90) * 3] > 150;
        bool redBelow = picture.Pixels[(300 * 180 + 90) * 3] > 150;
        // Red was at the left: clockwise it comes to the top, against the clock to the bottom.
        Assert.Equal(info.Rotation == 90 ? (true, false) : (false, true), (redAbove, redBelow));

        string player = TestVideos.Make(folder, "player.mp4", ["-i", turned, .. TestVideos.Coding(".mp4")]);
        var shown = MomentReader.ReadFrame(player, 0.2);
        Assert.Equal((180, 320), (shown.Width, shown.Height));
        Assert.Equal(shown.Pixels[(20 * 180 + 90) * 3] > 150, redAbove);
    }

    [Fact]
    public void Pixels_that_are_not_square_are_made_so()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "wide.mp4", 0.4, 10, ["-vf", "setsar=2/1", .. TestVideos.Coding(".mp4")]);
        VideoInfo info = VideoProbe.Probe(path);
        Assert.Equal((640, 180), (info.Width, info.Height));
    }

    [Theory]
    [InlineData("mkv", "subrip")]
    [InlineData("mp4", "mov_text")]
    public void Tags_chapters_sound_and_subtitles(string container, string subtitles)
    {
        using var folder = new TemporaryFolder();
        string text = folder.Write("a.srt", "1\n00:00:00,200 --> 00:00:01,000\nA red boat.\n\n2\n00:00:01,000 --> 00:00:01,800\nIt sinks.\n"u8.ToArray());
        string tags = folder.Write("tags.txt", ";FFMETADATA1\ntitle=Two; boats\ndescription=About boats\\\non water\ncomment=Mine\ndate=2021-05-06\n\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Calm\n\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Storm\n"u8.ToArray());
        string path = TestVideos.Make(folder, $"a.{container}", [
            "-f", "lavfi", "-i", "testsrc2=s=64x64:r=10:d=2", "-f", "lavfi", "-i", "sine=d=2", "-i", text, "-i", tags,
            "-map", "0", "-map", "1", "-map", "2", "-map_metadata", "3", "-map_chapters", "3", "-metadata:s:s:0", "language=eng",
            "-c:s", subtitles, "-c:a", "aac", .. TestVideos.Coding(".mp4")]);
        VideoInfo info = VideoProbe.Probe(path);
        Assert.Equal("Two; boats", info.Title);
        Assert.Equal("About boats\non water", info.Description);
        Assert.Equal("Mine", info.Comment);
        Assert.StartsWith("2021", info.Date, StringComparison.Ordinal);
        Assert.True(info.HasAudio);
        Assert.Equal([("Calm", 0.0, 1.0), ("Storm", 1.0, 2.0)], info.Chapters.Select(c => (c.Title, Math.Round(c.Start, 2), Math.Round(c.End, 2))));
        // MP4 keeps its chapters' titles in a second track of text.
        SubtitleStream track = info.Subtitles.First(stream => stream.Language == "eng");
        Assert.Equal((subtitles, true), (track.Codec, track.IsText));
        string extracted = SubtitleExtractor.Extract(path, track);
        Assert.StartsWith("WEBVTT", extracted, StringComparison.Ordinal);
        // Matroska knows no negative times, so what AAC needs before its first sample moves everything by 23 ms.
        Assert.Matches(@"00:01\.0(00|23) --> 00:01\.8(00|23)\nIt sinks\.", extracted);
    }

    [Fact]
    public void Cover_art_is_no_video()
    {
        using var folder = new TemporaryFolder();
        string art = TestVideos.Make(folder, "art.png", "-f", "lavfi", "-i", "testsrc2=s=64x64", "-frames:v", "1");
        string path = TestVideos.Make(folder, "song.mp4", "-f", "lavfi", "-i", "sine=d=1", "-i", art, "-map", "0", "-map", "1", "-c:a", "aac", "-c:v", "png", "-disposition:v:0", "attached_pic");
        VideoException fault = Assert.Throws<VideoException>(() => VideoProbe.Probe(path));
        Assert.Equal(VideoFault.NoVideoStream, fault.Fault);
        Assert.Contains("cover art", fault.Message, StringComparison.Ordinal);
    }
}
