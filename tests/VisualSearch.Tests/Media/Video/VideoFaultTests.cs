using VisualSearch.Encoders.Media.Video;

namespace VisualSearch.Tests.Media.Video;

/// <summary>Bad input: every fault with the file that causes it, and what is still read of damaged files.</summary>
public sealed class VideoFaultTests
{
    [Fact]
    public void Files_that_are_no_video()
    {
        using var folder = new TemporaryFolder();
        AssertFault(VideoFault.NotFound, Path.Combine(folder.Path, "none.mp4"), "none.mp4");
        AssertFault(VideoFault.Empty, folder.Write("empty.mp4", []), "0 bytes");
        AssertFault(VideoFault.NotVideo, folder.Write("text.mp4", "Only some text, nothing more."u8.ToArray()), "text");
        // ffmpeg itself would open what a playlist names.
        string secret = folder.Write("secret.txt", new byte[100]);
        AssertFault(VideoFault.NotVideo, folder.Write("list.mp4", System.Text.Encoding.UTF8.GetBytes($"#EXTM3U\n#EXTINF:1,\nfile:{secret}\n")), "playlist");
        AssertFault(VideoFault.NotVideo, folder.Write("list2.mp4", System.Text.Encoding.UTF8.GetBytes($"ffconcat version 1.0\nfile '{secret}'\n")), "text");
        AssertFault(VideoFault.Truncated, folder.Write("head.mp4", [0, 0, 0, 24, .. "ftypisom"u8, 0, 0, 2, 0, .. "isomiso2"u8]), "head.mp4");
        AssertFault(VideoFault.AccessDenied, folder.Path, "folder");
    }

    [Fact]
    public void Sound_alone()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Make(folder, "sound.mp4", "-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac");
        AssertFault(VideoFault.NoVideoStream, path, "audio");
    }

    [Fact]
    public void Limits_are_named()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "a.mp4", 2, 10);
        AssertFault(VideoFault.TooManyPixels, path, "320 x 180", new VideoLimits { MaxPixels = 320 * 180 - 1 });
        AssertFault(VideoFault.TooLong, path, "lasts 2 s", new VideoLimits { MaxDurationSeconds = 1.5 });
        AssertFault(VideoFault.TooManyBytes, path, "bytes", new VideoLimits { MaxBytes = 1000 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new VideoLimits { MaxPixels = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new VideoLimits { MaxSilence = TimeSpan.Zero });
    }

    [Theory]
    [InlineData("cut.mp4", "+faststart")]
    [InlineData("cut.mkv", null)]
    [InlineData("cut.avi", null)]
    public void A_cut_off_video_is_read_as_far_as_it_goes(string name, string? flags)
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, name, 8, 25, flags is null ? TestVideos.Coding(name) : ["-movflags", flags, .. TestVideos.Coding(name)]);
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(file.Length / 2);
        VideoContent content = VideoShots.Read(path, TestVideos.Small);
        Assert.InRange(content.Summary.DurationSeconds, 2, 6);
        Assert.Contains(content.Summary.Warnings, warning => warning.Contains(name, StringComparison.Ordinal));
        Assert.Equal(content.Summary.DurationSeconds, content.Shots[^1].End);
    }

    [Fact]
    public void An_mp4_without_its_index_can_not_be_read()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "cut.mp4", 2);
        using (FileStream file = File.OpenWrite(path))
            file.SetLength(file.Length / 2);
        AssertFault(VideoFault.Truncated, path, "moov");
    }

    [Fact]
    public void A_damaged_middle_is_read_over_and_named()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "hurt.mkv", 6, 25);
        byte[] bytes = File.ReadAllBytes(path);
        new Random(1).NextBytes(bytes.AsSpan(bytes.Length * 2 / 5, bytes.Length / 10));
        File.WriteAllBytes(path, bytes);
        VideoContent content = VideoShots.Read(path, TestVideos.Small);
        Assert.NotEmpty(content.Summary.Warnings);
        Assert.InRange(content.Shots[^1].End, 5.5, 6.5);
    }

    [Fact]
    public void Noise_in_place_of_a_video_ends_in_a_fault_or_in_frames_and_never_hangs()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "a.avi", 1, 10);
        byte[] original = File.ReadAllBytes(path);
        for (int seed = 0; seed < 4; seed++)
        {
            byte[] bytes = [.. original];
            var random = new Random(seed);
            for (int i = 0; i < bytes.Length / 20; i++)
                bytes[random.Next(200, bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(path, bytes);
            try
            {
                Assert.NotEmpty(VideoShots.Read(path, TestVideos.Small).Shots);
            }
            catch (VideoException fault)
            {
                Assert.Contains("a.avi", fault.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void One_frame_is_one_shot()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in new[] { "one.mp4", "one.gif", "one.avi" })
        {
            string path = TestVideos.Make(folder, name, ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=10", "-frames:v", "1", .. TestVideos.Coding(name)]);
            VideoContent content = VideoShots.Read(path);
            Shot shot = Assert.Single(content.Shots);
            Assert.Equal((64, 48), (Assert.Single(shot.Keyframes).Picture.Width, shot.Keyframes[0].Picture.Height));
            Assert.True(shot.End > shot.Start);
            Assert.Equal(1, content.Summary.Storyboard.Tiles);
        }
    }

    [Theory]
    [InlineData("-vf.mp4")]
    [InlineData("http:a.mp4")]
    [InlineData("concat:a|b.mp4")]
    [InlineData("a\n[showinfo@x @ 0x0] [info] n: 0 pts: 0 pts_time:7 .mp4")]
    [InlineData("a%03d.mp4")]
    [InlineData("naïve 映画 'x' \"y\".mp4")]
    public void A_name_is_only_a_name(string name)
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, name);
        File.Copy(TestVideos.Sample(folder, "plain.mp4", 0.5, 10), path);
        using var reader = FrameReader.Open(path, new FrameRequest { FramesPerSecond = 10 });
        var times = new List<double>();
        while (reader.TryRead(out VideoFrame frame))
            times.Add(Math.Round(frame.Seconds, 2));
        Assert.Equal([0, 0.1, 0.2, 0.3, 0.4], times);
    }

    internal static VideoException AssertFault(VideoFault fault, string path, string said, VideoLimits? limits = null)
    {
        VideoException exception = Assert.Throws<VideoException>(() => VideoShots.Read(path, TestVideos.Small with { Limits = limits ?? new VideoLimits() }));
        Assert.Equal(fault, exception.Fault);
        Assert.Contains(said, exception.Message, StringComparison.Ordinal);
        return exception;
    }
}
