using System.Diagnostics;
using System.Text.Json;
using VisualSearch.Encoders.Media.Subtitles;
using VisualSearch.Indexer.Metadata;
using VisualSearch.Samples;
using VisualSearch.Samples.Videos;

namespace VisualSearch.Tests.Samples;

/// <summary>Videos as files: made by ffmpeg, and read back with it.</summary>
public sealed class VideoFileTests : IDisposable
{
    private const int Width = 64, Height = 36;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private SampleSet Make(int videos) => SampleGenerator.Make(new SampleOptions { Count = 3, Seed = 1, Size = 48, Videos = videos, Out = _folder["set"] });

    [Fact]
    public void AFinishedSetGainsVideosAndIsThenLeftAlone()
    {
        Make(videos: 0);
        Dictionary<string, DateTime> pictures = Times("pictures");
        string state = File.ReadAllText(_folder["set", "samples.json"]);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder["set", "videos"]).FullName, "videos.json"), """{"count":1,"seed":1,"version":1,"complete":false}""");
        File.WriteAllText(_folder["set", "videos", ".partial-000.mp4"], "half");
        SampleSet set = Make(videos: 1);
        Assert.Equal((0, 1), (set.Drawn, set.Videos));
        Assert.Equal(pictures, Times("pictures"));
        Assert.Equal(state, File.ReadAllText(_folder["set", "samples.json"]));
        Assert.Equal(["000.mp4", "000.srt", "metadata.jsonl", "shots.jsonl", "videos.json"], Directory.GetFiles(set.VideosFolder).Select(Path.GetFileName).Order());
        Assert.True(File.Exists(_folder["set", "moments.jsonl"]) && File.Exists(_folder["set", "questions.jsonl"]));

        Dictionary<string, DateTime> videos = Times("videos");
        Make(videos: 1);
        Make(videos: 0);
        Assert.Equal(videos, Times("videos"));

        PictureMetadata sidecar = new SidecarReader(failure => Assert.Fail(failure.Reason)).Read(Path.Combine(set.VideosFolder, "000.mp4"));
        Assert.NotNull(sidecar.Title);
        Assert.NotEmpty(sidecar.Tags);
        Assert.NotEmpty(SubtitleFile.Read(File.ReadAllBytes(Path.Combine(set.VideosFolder, "000.srt")), "000.srt").Cues);
        JsonElement shots = JsonDocument.Parse(File.ReadAllLines(Path.Combine(set.VideosFolder, "shots.jsonl"))[0]).RootElement;
        Assert.Equal(shots.GetProperty("frames").GetInt32(), Decode(Path.Combine(set.VideosFolder, "000.mp4")).Count);
    }

    [Fact]
    public void OtherFilesAreNotTakenForVideos()
    {
        Make(videos: 0);
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(_folder["set", "videos"]).FullName, "holiday.mp4"), "mine");
        Assert.Throws<IOException>(() => Make(videos: 1));
        Assert.Equal("mine", File.ReadAllText(_folder["set", "videos", "holiday.mp4"]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SampleOptions { Out = "x", Videos = -1 });
    }

    /// <summary>One video with talk, one silent with flashes and quick pans: what the lines call a boundary is where the decoded frames change.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    public void BoundariesAreWhereFramesChange(int index)
    {
        VideoPlan plan = VideoComposer.Compose(1, 12).Videos[index];
        string path = _folder[plan.FileName];
        VideoEncoder.Encode(plan, path, null, CancellationToken.None);
        List<byte[]> frames = Decode(path);
        Assert.Equal(plan.Frames, frames.Count);
        JsonElement described = JsonDocument.Parse(VideoLines.Shots(plan)).RootElement;
        foreach (JsonElement boundary in described.GetProperty("boundaries").EnumerateArray())
        {
            int At(string name) => (int)Math.Round(boundary.GetProperty(name).GetDouble() * plan.FramesPerSecond);
            int middle = At("time"), start = At("start"), end = At("end");
            string what = $"{boundary}";
            switch (boundary.GetProperty("kind").GetString())
            {
                case "cut":
                    double quiet = Math.Max(Difference(frames[middle - 2], frames[middle - 1]), Difference(frames[middle], frames[middle + 1]));
                    Assert.True(Difference(frames[middle - 1], frames[middle]) > 5 + (2 * quiet), what);
                    break;
                case "fade":
                    Assert.True(frames[middle].Average(pixel => pixel) < 30 && frames[start - 2].Average(pixel => pixel) > 30 && frames[end + 2].Average(pixel => pixel) > 30, what);
                    break;
                default:
                    double whole = Difference(frames[start - 1], frames[end]);
                    Assert.True(whole > 8, what);
                    Assert.All(Enumerable.Range(start, end - start), i => Assert.True(Difference(frames[i - 1], frames[i]) < 0.5 * whole, what));
                    break;
            }
        }

        Assert.All(described.GetProperty("flashes").EnumerateArray(), flash => Assert.True(frames[(int)Math.Round(flash.GetDouble() * plan.FramesPerSecond)].Average(pixel => pixel) > 190));
    }

    [Fact]
    public void TheSameFrameIsDrawnTheSame()
    {
        VideoPlan plan = VideoComposer.Compose(1, 1).Videos[0];
        int middle = plan.Shots[2].FirstFrame;
        var one = new VideoFrames(plan);
        var two = new VideoFrames(plan);
        byte[] first = new byte[one.Length], second = new byte[one.Length];
        one.Draw(0, first);
        foreach (int frame in new[] { middle - 4, middle, middle + 4, plan.Frames - 1 })
        {
            one.Draw(frame, first);
            two.Draw(frame, second);
            Assert.Equal(first, second);
        }
    }

    [Fact]
    public void ATrackIsPutIntoTheVideo()
    {
        VideoPlan plan = VideoComposer.Compose(1, 5).Videos[4];
        Assert.Equal(SubtitleKind.Embedded, plan.Subtitles);
        string path = _folder[plan.FileName], text = _folder.Write("track.srt", SubtitleWriter.SubRip(plan));
        VideoEncoder.Encode(plan, path, text, CancellationToken.None);
        byte[] track = Run("-i", path, "-map", "0:s:0", "-f", "srt", "-");
        Assert.Equal(plan.Lines.Select(line => line.Text), SubtitleFile.Read(track, "a.srt").Cues.Select(cue => cue.Text.Replace('\n', ' ')));
    }

    private Dictionary<string, DateTime> Times(string part) => Directory.GetFiles(_folder["set", part]).ToDictionary(path => path, File.GetLastWriteTimeUtc);

    private static double Difference(byte[] one, byte[] other) => one.Zip(other, (a, b) => Math.Abs(a - b)).Average();

    private static List<byte[]> Decode(string path)
    {
        byte[] all = Run("-i", path, "-vf", $"scale={Width}:{Height}", "-pix_fmt", "gray", "-f", "rawvideo", "-");
        return [.. all.Chunk(Width * Height)];
    }

    private static byte[] Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("ffmpeg", ["-v", "error", "-nostdin", .. arguments]) { RedirectStandardOutput = true })!;
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.ToArray();
    }
}
