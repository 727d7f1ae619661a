using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using VisualSearch.Ann;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch doctor</c>: what is installed and works, with the mend for each fault.</summary>
internal static class DoctorCommand
{
    /// <summary>One thing that was looked at.</summary>
    private sealed record Check(string Name, bool Ok, string Detail, string? Fix = null);

    public static Command Create()
    {
        var command = new Command("doctor", "Check what VisualSearch needs on this machine, and say how to mend what is missing.") { SharedOptions.Model, SharedOptions.Json };
        command.SetAction(parsed =>
        {
            var checks = All(parsed.GetValue(SharedOptions.Data)!, parsed).ToArray();
            if (parsed.GetValue(SharedOptions.Json)) Output.Json(checks);
            else Print(checks);
            return checks.All(static check => check.Ok) ? ExitCode.Success : ExitCode.Failed;
        });
        return command;
    }

    private static IEnumerable<Check> All(string data, ParseResult parsed)
    {
        yield return new Check("runtime", true, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores");
        yield return new Check("kernels", true, KernelSet.Description);
        yield return Pictures();
        yield return Tool("ffmpeg", "video");
        yield return Tool("ffprobe", "video");
        yield return Database();
        yield return Model(parsed);
        yield return Folder(data);
        foreach (var check in Collections(data)) yield return check;
    }

    private static Check Pictures()
    {
        var status = Vips.Status;
        return status.Installed
            ? new Check("libvips", true, $"{status.Version}, reads {string.Join(", ", status.Formats)}")
            : new Check("libvips", false, "not found: pictures can't be read", status.Fix);
    }

    private static Check Tool(string name, string purpose)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, "-version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var line = process.StandardOutput.ReadLine() ?? "";
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return new Check(name, true, string.Join(' ', line.Split(' ').Take(3)));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return new Check(name, false, $"not found: needed for {purpose}", "apt-get install ffmpeg (Debian, Ubuntu), brew install ffmpeg (macOS), winget install ffmpeg (Windows)");
        }
    }

    private static Check Database() => new("sqlite", true, $"{SqliteLibrary.Version} ({SqliteLibrary.Origin})");

    private static Check Model(ParseResult parsed)
    {
        try
        {
            using var encoder = DualEncoder.Open(ModelChoice.Folder(parsed));
            var vector = encoder.EncodeText("a photo of a cat");
            return new Check("model", true, $"{encoder.Manifest.Name} {encoder.Manifest.Version}, {vector.Length} dimensions, digests match, runs on ONNX Runtime {DualEncoder.RuntimeVersion}");
        }
        catch (ModelException error)
        {
            return new Check("model", false, error.Message, "Restore models/default from the repository, or name another folder with --model.");
        }
    }

    private static Check Folder(string data)
    {
        try
        {
            Directory.CreateDirectory(data);
            var probe = Path.Combine(data, $".probe-{Guid.NewGuid():n}");
            File.WriteAllText(probe, "");
            File.Delete(probe);
            var free = new DriveInfo(Path.GetFullPath(data)).AvailableFreeSpace / (double)(1L << 30);
            return new Check("data folder", true, $"{data}, {free:N1} GiB free");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Check("data folder", false, $"{data} can't be written: {error.Message}", "Give another folder with --data DIR or in VSEARCH_DATA.");
        }
    }

    private static IEnumerable<Check> Collections(string data)
    {
        foreach (var info in new CollectionDirectory(data).List())
        {
            yield return info.Fault is { } fault
                ? new Check($"collection {info.Name}", false, fault, $"vsearch collections verify {info.Name}")
                : new Check($"collection {info.Name}", true, $"{info.Assets:N0} pictures, model {info.ModelName}");
        }
    }

    private static void Print(IReadOnlyList<Check> checks)
    {
        var width = checks.Max(static check => check.Name.Length);
        foreach (var check in checks)
        {
            Console.Out.WriteLine($"{(check.Ok ? "ok   " : "FAULT")} {check.Name.PadRight(width)}  {check.Detail}");
            if (check.Fix is { } fix) Console.Out.WriteLine($"      {"".PadRight(width)}  → {fix}");
        }
    }
}
