using System.Diagnostics;
using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>A disk that is full in the middle of a write, for real.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public void A_limit_on_file_sizes_loses_nothing_acknowledged()
    {
        using Process process = Written.Start("meet-a-size-limit", _folder.File("index"));
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        Assert.Empty(DurableIndex.Verify(_folder.File("index")));
    }

    [MountFact]
    public void A_full_file_system_loses_nothing_acknowledged()
    {
        string disk = _folder.File("disk"), ballast = Path.Combine(disk, "ballast");
        Directory.CreateDirectory(disk);
        Assert.Equal(0, MountFactAttribute.Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk));
        try
        {
            new FullDisk(Path.Combine(disk, "index"), _ => Fill(ballast), () => File.Delete(ballast)).Tell();
        }
        finally
        {
            // A mapped snapshot keeps the file system busy until its memory is collected.
            GC.Collect();
            GC.WaitForPendingFinalizers();
            MountFactAttribute.Run("umount", disk);
        }
    }

    private static void Fill(string ballast)
    {
        using var stream = new FileStream(ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (byte[] page = new byte[4096]; ;)
                stream.Write(page);
        }
        catch (IOException)
        {
            // Full, as wanted.
        }
    }
}

/// <summary>A test that needs Linux; skipped elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "Needs Linux.";
}

/// <summary>A test that mounts a small file system; skipped, with the reason, where that is not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MountFactAttribute : LinuxFactAttribute
{
    private static readonly Lazy<bool> Possible = new(Try);

    public MountFactAttribute() => Skip ??= Environment.IsPrivilegedProcess && Possible.Value ? null : "Needs the right to mount a file system.";

    public static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static bool Try()
    {
        string folder = Directory.CreateTempSubdirectory("vsearch-mount-").FullName;
        bool mounted = Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder) == 0;
        if (mounted)
            Run("umount", folder);
        Directory.Delete(folder);
        return mounted;
    }
}
