using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>Where ffmpeg and ffprobe are. The default finds both on the PATH.</summary>
public sealed record FfmpegTools
{
    /// <summary>How to install them, for messages.</summary>
    internal const string InstallHint =
        "Install ffmpeg: apt-get install ffmpeg (Debian, Ubuntu), dnf install ffmpeg (Fedora), brew install ffmpeg (macOS), winget install ffmpeg (Windows).";

    private readonly Lazy<string> version;

    /// <summary>Both programs on the PATH.</summary>
    public static FfmpegTools Default { get; } = new();

    /// <summary>Creates a description of the programs; nothing is started yet.</summary>
    public FfmpegTools() => version = new Lazy<string>(AskVersion);

    /// <summary>Name or path of the ffmpeg program.</summary>
    public string Ffmpeg { get; init; } = "ffmpeg";

    /// <summary>Name or path of the ffprobe program.</summary>
    public string Ffprobe { get; init; } = "ffprobe";

    /// <summary>The version of ffmpeg, such as <c>5.1.9-0+deb12u1</c>; asked once.</summary>
    /// <exception cref="FfmpegMissingException">ffmpeg isn't installed.</exception>
    public string Version => version.Value;

    /// <summary>
    /// The option that passes timestamps through: <c>-fps_mode</c> came with 5.1 and its predecessor is deprecated since.
    /// Builds from the development branch have no number and are newer.
    /// </summary>
    internal string FrameTimesOption
    {
        get
        {
            string[] parts = Version.Split('.', '-', '+');
            return int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int major)
                && (major < 5 || (major == 5 && parts.Length > 1 && parts[1] == "0")) ? "-vsync" : "-fps_mode";
        }
    }

    internal static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new FfmpegMissingException($"\"{start.FileName}\", which reads videos, doesn't start: {exception.Message}. {InstallHint}", exception);
        }
    }

    private string AskVersion()
    {
        using Process process = Start(new ProcessStartInfo(Ffmpeg, ["-hide_banner", "-version"]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true });
        process.StandardInput.Close();
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        string[] words = (process.StandardOutput.ReadLine() ?? "").Split(' ');
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        return words is [_, "version", string number, ..] ? number.TrimStart('n') : "unknown";
    }
}
