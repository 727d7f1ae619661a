using System.Diagnostics;
using VisualSearch.Tests.Cli;

namespace VisualSearch.Tests.Indexer;

/// <summary>Runs the command line as a user whom file permissions bind: root, which many machines test as, is not.</summary>
internal static class Unprivileged
{
    private const string Nobody = "65534";

    /// <summary>Why it can't be done here, or null.</summary>
    public static string? Obstacle { get; } = !OperatingSystem.IsLinux() ? "Needs Linux permissions."
        : Environment.IsPrivilegedProcess && !File.Exists("/usr/bin/setpriv") ? "Runs as root without setpriv (package util-linux)."
        : null;

    public static void GiveTo(string folder)
    {
        if (Environment.IsPrivilegedProcess) Process.Start("chown", ["-R", $"{Nobody}:{Nobody}", folder]).WaitForExit();
    }

    public static VsearchProcess.Result Vsearch(params string[] arguments)
    {
        var start = Environment.IsPrivilegedProcess
            ? new ProcessStartInfo("setpriv", ["--reuid", Nobody, "--regid", Nobody, "--clear-groups", "dotnet", VsearchProcess.Program, .. arguments])
            : new ProcessStartInfo("dotnet", [VsearchProcess.Program, .. arguments]);
        using var process = VsearchProcess.Start(start);
        return VsearchProcess.Finish(process);
    }
}

/// <summary>A test that needs a user without root's powers; skipped, with the reason, where there is no way to be one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnprivilegedFactAttribute : FactAttribute
{
    public UnprivilegedFactAttribute() => Skip = Unprivileged.Obstacle;
}
