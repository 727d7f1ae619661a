using System.Diagnostics;
using VisualSearch.Encoders.Media.Video;

namespace VisualSearch.Tests.Media.Video;

/// <summary>What happens when ffmpeg hangs, crashes, is missing, or is no longer wanted. A script plays its part.</summary>
public sealed class VideoProcessTests
{
    private const string Hangs = "sleep 600 & echo $! > \"$0.new\"; mv \"$0.new\" \"$0.pid\"; wait";

    [LinuxFact]
    public void A_hung_ffmpeg_is_ended_with_its_children_and_named()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "a.mp4", 1, 10);
        FfmpegTools tools = Script(folder, Hangs);
        var options = TestVideos.Small with { Tools = tools, Limits = new VideoLimits { MaxSilence = TimeSpan.FromSeconds(5) } };
        VideoException fault = Assert.Throws<VideoException>(() => VideoShots.Read(path, options));
        Assert.Equal(VideoFault.Hung, fault.Fault);
        Assert.Contains("a.mp4", fault.Message, StringComparison.Ordinal);
        AssertGone(int.Parse(File.ReadAllText(tools.Ffmpeg + ".pid")));
    }

    [LinuxFact]
    public void A_crash_is_named_with_what_ffmpeg_said_last()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "a.mp4", 1, 10);
        var options = TestVideos.Small with { Tools = Script(folder, "echo '[h264 @ 0x1] [error] the last words' >&2; kill -SEGV $$") };
        VideoException fault = Assert.Throws<VideoException>(() => VideoShots.Read(path, options));
        Assert.Equal(VideoFault.Crashed, fault.Fault);
        Assert.Contains("signal 11", fault.Message, StringComparison.Ordinal);
        Assert.Contains("the last words", fault.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Cancelling_ends_ffmpeg()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "a.mp4", 1, 10);
        FfmpegTools tools = Script(folder, Hangs);
        using var cancellation = new CancellationTokenSource();
        using VideoShots video = VideoShots.Open(path, TestVideos.Small with { Tools = tools }, cancellation.Token);
        Task reading = Task.Run(() => video.TryRead(out _));
        while (!File.Exists(tools.Ffmpeg + ".pid") && !reading.IsCompleted)
            Thread.Sleep(20);
        cancellation.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => reading.GetAwaiter().GetResult());
        AssertGone(int.Parse(File.ReadAllText(tools.Ffmpeg + ".pid")));
    }

    [Fact]
    public void A_reader_that_is_given_up_leaves_no_process()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "a.mp4", 20, 25);
        int id;
        using (var reader = FrameReader.Open(path, new FrameRequest { FramesPerSecond = 25 }))
        {
            id = reader.ProcessId;
            Assert.True(reader.TryRead(out _));
        }

        AssertGone(id);
    }

    [LinuxFact]
    public void When_this_process_is_killed_ffmpeg_ends_by_itself()
    {
        using var folder = new TemporaryFolder();
        // Enough frames to fill every buffer, so that ffmpeg is writing when its reader is killed.
        string path = TestVideos.Sample(folder, "a.mp4", 30, 25);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "VisualSearch.Tests.dll"), "read-a-video-until-killed", path]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        int id = int.Parse(process.StandardOutput.ReadLine()!);
        Assert.True(IsRunning(id));
        process.Kill();
        process.WaitForExit();
        AssertGone(id);
    }

    [Fact]
    public void A_missing_ffmpeg_says_how_to_install_it()
    {
        using var folder = new TemporaryFolder();
        string path = TestVideos.Sample(folder, "a.mp4", 0.5, 10);
        string none = Path.Combine(folder.Path, "no-such-program");
        var probe = Assert.Throws<FfmpegMissingException>(() => VideoProbe.Probe(path, tools: new FfmpegTools { Ffprobe = none }));
        Assert.Contains("apt-get install ffmpeg", probe.Message, StringComparison.Ordinal);
        Assert.Throws<FfmpegMissingException>(() => VideoShots.Read(path, TestVideos.Small with { Tools = new FfmpegTools { Ffmpeg = none } }));
    }

    /// <summary>The part of the process that is killed: reads one frame, says ffmpeg's id, and stops reading.</summary>
    public static int ReadUntilKilled(string path)
    {
        using var reader = FrameReader.Open(path, new FrameRequest { FramesPerSecond = 25 }, new VideoLimits { ReadAheadBytes = 1 });
        reader.TryRead(out _);
        Console.WriteLine(reader.ProcessId);
        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    private static FfmpegTools Script(TemporaryFolder folder, string body)
    {
        string path = folder.Write("ffmpeg.sh", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\nif [ \"$2\" = -version ]; then echo 'ffmpeg version 5.1 of a test'; exit; fi\n{body}\n"));
#pragma warning disable CA1416 // Only used by tests that are kept to Linux.
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
#pragma warning restore CA1416
        return new FfmpegTools { Ffmpeg = path };
    }

    private static void AssertGone(int id)
    {
        // A process that was told to end needs a moment; the wait is only long when it doesn't.
        for (int i = 0; i < 200 && IsRunning(id); i++)
            Thread.Sleep(50);
        Assert.False(IsRunning(id), $"Process {id} still runs.");
    }

    private static bool IsRunning(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            string state = $"/proc/{id}/stat";
            // A zombie has ended; its parent only hasn't asked yet.
            return !process.HasExited && !(File.Exists(state) && File.ReadAllText(state).Contains(") Z ", StringComparison.Ordinal));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or IOException)
        {
            return false;
        }
    }
}
