using System.Diagnostics;
using VisualSearch.Samples;

namespace VisualSearch.Bench.Video;

/// <summary>The videos that the video benchmark works on, made once and kept under artifacts/bench.</summary>
internal static class BenchFilms
{
    private const int Videos = 12;

    // Neither the demo's seed nor the one that shots were tuned on.
    private const int Seed = 4077;

    /// <summary>A sample set with videos and judged moments.</summary>
    public static SampleSet Samples() => SampleGenerator.Make(new SampleOptions
    {
        Count = 1,
        Size = 64,
        Videos = Videos,
        Seed = Seed,
        Out = Path.Combine(BenchFiles.Root, $"video-samples-{Seed}"),
    });

    /// <summary>The set's videos as 1280×720 H.264 with x264's own distance of key frames (250 frames at most).</summary>
    /// <param name="set">The sample set.</param>
    /// <param name="grain">Strength of film grain: 0 leaves drawings, which cost next to nothing to decode; 10 about what a camera gives (4 to 8 Mbit/s).</param>
    public static string[] At720p(SampleSet set, int grain)
    {
        var folder = Directory.CreateDirectory(Path.Combine(BenchFiles.Root, $"films-720p-grain-{grain}")).FullName;
        var noise = grain == 0 ? "" : $",noise=alls={grain}:allf=t+u";
        var films = Directory.GetFiles(set.VideosFolder).Where(static file => Path.GetExtension(file) is ".mp4" or ".mkv" or ".webm").Order(StringComparer.Ordinal).ToArray();
        return [.. films.Select(film =>
        {
            var made = Path.Combine(folder, Path.GetFileNameWithoutExtension(film) + ".mp4");
            if (File.Exists(made)) return made;
            var part = Path.Combine(folder, ".part-" + Path.GetFileName(made));
            Console.Error.WriteLine($"making {Path.GetRelativePath(BenchFiles.Root, made)} …");
            Ffmpeg.Run(["-y", "-i", film, "-an", "-sn", "-vf", $"scale=1280:720:flags=bicubic{noise}", "-c:v", "libx264", "-preset", "veryfast", "-crf", "24", "-pix_fmt", "yuv420p", part]);
            File.Move(part, made);
            return made;
        })];
    }
}

/// <summary>ffmpeg and ffprobe as their users start them.</summary>
internal static class Ffmpeg
{
    /// <summary>Runs ffmpeg to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static void Run(IReadOnlyList<string> arguments) => Output("ffmpeg", ["-hide_banner", "-nostdin", "-v", "error", .. arguments]);

    /// <summary>Length of a video in seconds.</summary>
    public static double Seconds(string film) => double.Parse(
        Output("ffprobe", ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", film]), System.Globalization.CultureInfo.InvariantCulture);

    private static string Output(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {program} {string.Join(' ', arguments)}");
    }
}
