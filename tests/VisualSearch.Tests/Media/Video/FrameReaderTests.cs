using VisualSearch.Encoders.Media.Video;

namespace VisualSearch.Tests.Media.Video;

/// <summary>Which frames come out, with which times and pixels.</summary>
public sealed class FrameReaderTests
{
    [Fact]
    public void Frames_carry_their_own_times_and_pixels()
    {
        using var folder = new TemporaryFolder();
        // Each frame is grey with a level of 8 × its number.
        string path = TestVideos.Make(folder, "steps.mp4", [
            "-f", "lavfi", "-i", "nullsrc=s=64x64:r=10:d=2.5,format=gray,geq=lum='8*N'", .. TestVideos.Coding(".mp4")]);
        List<(double Seconds, byte Level)> frames = Read(path, new FrameRequest { FramesPerSecond = 4 });
        Assert.Equal([0, 0.3, 0.5, 0.8, 1, 1.3, 1.5, 1.8, 2, 2.3], frames.Select(frame => Math.Round(frame.Seconds, 3)));
        Assert.All(frames, frame => Assert.InRange(frame.Level, frame.Seconds * 80 - 6, frame.Seconds * 80 + 6));
    }

    [Fact]
    public void A_variable_frame_rate_keeps_its_times()
    {
        using var folder = new TemporaryFolder();
        // Frame n appears at n² / 20 seconds: 0, 0.05, 0.2, 0.45, 0.8, …
        string path = TestVideos.Make(folder, "slowing.mkv", [
            "-f", "lavfi", "-i", "nullsrc=s=64x64:r=20:d=0.5,format=gray,geq=lum='20*N',settb=1/1000,setpts=50*N*N", "-vsync", "passthrough", .. TestVideos.Coding(".mkv")]);
        List<(double Seconds, byte Level)> frames = Read(path, new FrameRequest { FramesPerSecond = 25 });
        Assert.Equal(10, frames.Count);
        for (int i = 0; i < frames.Count; i++)
        {
            Assert.Equal(i * i * 0.05, frames[i].Seconds, 2);
            Assert.InRange(frames[i].Level, 20 * i - 8, 20 * i + 8);
        }
    }

    [Fact]
    public void Key_frames_alone_are_read_when_asked()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "keys.mp4", 4, 10, ["-g", "10", "-keyint_min", "10", "-sc_threshold", "0", .. TestVideos.Coding(".mp4")]);
        List<(double Seconds, byte Level)> frames = Read(path, new FrameRequest { KeyFramesOnly = true });
        Assert.Equal([0, 1, 2, 3], frames.Select(frame => Math.Round(frame.Seconds, 2)));
    }

    [Fact]
    public void A_late_start_is_taken_off_all_times()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "late.mkv", 1, 10, ["-output_ts_offset", "100", .. TestVideos.Coding(".mkv")]);
        List<(double Seconds, byte Level)> frames = Read(path, new FrameRequest { FramesPerSecond = 10 });
        Assert.Equal(0, frames[0].Seconds, 2);
        Assert.Equal(0.9, frames[^1].Seconds, 2);
    }

    [Theory]
    [InlineData(1920, 1080, 455, 256)]
    [InlineData(1080, 1920, 256, 455)]
    [InlineData(4000, 500, 512, 64)]
    [InlineData(100, 60, 100, 60)]
    public void Frames_are_scaled_down_and_never_up(int width, int height, int expectedWidth, int expectedHeight)
    {
        var info = new VideoInfo { Container = "mp4", Codec = "h264", Width = width, Height = height, Rotation = 0 };
        Assert.Equal((expectedWidth, expectedHeight), new FrameRequest().SizeFor(info));
    }

    [Fact]
    public void One_picture_is_read_at_a_time_and_past_the_end()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Make(folder, "steps.mp4", [
            "-f", "lavfi", "-i", "nullsrc=s=64x64:r=10:d=2.5,format=gray,geq=lum='8*N'", .. TestVideos.Coding(".mp4")]);
        Assert.InRange(MomentReader.ReadFrame(path, 1.2).Pixels[0], 90, 102);
        Assert.InRange(MomentReader.ReadFrame(path, 99).Pixels[0], 175, 200);
        Assert.Throws<ArgumentOutOfRangeException>(() => MomentReader.ReadFrame(path, double.NaN));
    }

    private static List<(double Seconds, byte Level)> Read(string path, FrameRequest request)
    {
        using var reader = FrameReader.Open(path, request);
        var frames = new List<(double, byte)>();
        while (reader.TryRead(out VideoFrame frame))
            frames.Add((frame.Seconds, frame.Pixels.Span[(frame.Height / 2 * frame.Width + frame.Width / 2) * 3]));
        Assert.Empty(reader.Warnings);
        return frames;
    }
}
