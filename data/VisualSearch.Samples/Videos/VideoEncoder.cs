using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace VisualSearch.Samples.Videos;

/// <summary>Encodes a planned video: its frames go through a pipe into one ffmpeg process.</summary>
internal static class VideoEncoder
{
    /// <summary>Writes the video; its name ends in .mp4, .mkv or .webm.</summary>
    /// <param name="plan">What to draw.</param>
    /// <param name="path">File to write.</param>
    /// <param name="subtitles">A SubRip file to put into the video as a track, or null.</param>
    /// <param name="cancellation">Ends drawing and ffmpeg.</param>
    /// <exception cref="IOException">ffmpeg is missing or failed; the message has its last words.</exception>
    internal static void Encode(VideoPlan plan, string path, string? subtitles, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("ffmpeg") { RedirectStandardInput = true, RedirectStandardError = true };
        foreach (string argument in Arguments(plan, path, subtitles)) start.ArgumentList.Add(argument);
        using Process process = Start(start);
        var errors = new StringBuilder();
        process.ErrorDataReceived += (_, line) =>
        {
            if (errors.Length < 4000) errors.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        try
        {
            var frames = new VideoFrames(plan);
            var frame = new byte[frames.Length];
            using (Stream pipe = process.StandardInput.BaseStream)
            {
                for (int i = 0; i < plan.Frames; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    frames.Draw(i, frame);
                    pipe.Write(frame);
                }
            }

            process.WaitForExit();
            if (process.ExitCode != 0) throw new IOException($"exit code {process.ExitCode}");
        }
        catch (IOException exception)
        {
            // A pipe breaks when ffmpeg ends early: what it said is the reason.
            if (!process.WaitForExit(2000)) process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw new IOException($"{path} can't be encoded: ffmpeg failed ({exception.Message}) and said: {errors.ToString().Trim()}", exception);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new IOException("Sample videos need ffmpeg, which can't be started; install it (Debian: apt-get install ffmpeg) or make the samples with --videos 0.", exception);
        }
    }

    private static List<string> Arguments(VideoPlan plan, string path, string? subtitles)
    {
        List<string> arguments =
        [
            "-y", "-nostdin", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", $"{plan.Width}x{plan.Height}", "-r", $"{plan.FramesPerSecond}", "-i", "pipe:0",
        ];
        if (subtitles is not null) arguments.AddRange(["-i", subtitles, "-map", "0:v", "-map", "1:s", "-c:s", plan.Extension == "mp4" ? "mov_text" : "srt", "-metadata:s:s:0", "language=eng"]);

        // One thread each: as many videos as processors are made at once.
        arguments.AddRange(plan.Extension == "webm"
            ? ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "350k"]
            : ["-c:v", "libx264", "-preset", "veryfast", "-crf", "28"]);
        arguments.AddRange(["-pix_fmt", "yuv420p", "-g", "50", "-threads", "1", "-metadata", $"title={plan.Title}", "-fflags", "+bitexact", "-flags:v", "+bitexact"]);
        if (plan.Extension == "mp4") arguments.AddRange(["-movflags", "+faststart"]);
        arguments.Add(path);
        return arguments;
    }
}
