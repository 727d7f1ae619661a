using System.Diagnostics;
using VisualSearch.Encoders.Media.Video;

namespace VisualSearch.Tests.Media.Video;

/// <summary>Makes videos with ffmpeg.</summary>
internal static class TestVideos
{
    /// <summary>What tests read with: the defaults at a small size.</summary>
    public static VideoReadOptions Small { get; } = new() { Frames = new FrameRequest { ShortSide = 90, LongSide = 180 } };

    /// <summary>Runs ffmpeg with arguments separated by spaces, quotes around those that hold some.</summary>
    public static string Make(TemporaryFolder folder, string name, params string[] arguments)
    {
        string path = Path.Combine(folder.Path, name);
        Run([.. arguments, "file:" + path]);
        return path;
    }

    /// <summary>A few seconds of ffmpeg's test picture.</summary>
    public static string Sample(TemporaryFolder folder, string name, double seconds = 2, int rate = 25, string[]? options = null) =>
        Make(folder, name, ["-f", "lavfi", "-i", $"testsrc2=s=320x180:r={rate}:d={seconds}", .. options ?? Coding(name)]);

    /// <summary>The coding that suits a container.</summary>
    public static string[] Coding(string name) => Path.GetExtension(name) switch
    {
        ".webm" => ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "500k"],
        ".avi" => ["-c:v", "mpeg4", "-q:v", "5"],
        ".gif" => [],
        _ => ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"],
    };

    /// <summary>Codes a drawn video.</summary>
    public static string Write(TemporaryFolder folder, string name, ScriptedVideo video, int rate = 25)
    {
        string path = Path.Combine(folder.Path, name);
        string[] arguments = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", $"{video.Width}x{video.Height}", "-r", $"{rate}", "-i", "-", .. Coding(name), "file:" + path];
        using Process process = Start(arguments);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        byte[] frame = new byte[video.Width * video.Height * 3];
        using (Stream input = process.StandardInput.BaseStream)
        {
            for (int i = 0; i < video.Seconds * rate; i++)
            {
                video.Draw(frame, i / (double)rate);
                input.Write(frame);
            }
        }

        Finish(process, errors);
        return path;
    }

    public static void Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        process.StandardInput.Close();
        Finish(process, process.StandardError.ReadToEndAsync());
    }

    private static Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", .. arguments]) { RedirectStandardInput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }

    private static void Finish(Process process, Task<string> errors)
    {
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
    }
}
