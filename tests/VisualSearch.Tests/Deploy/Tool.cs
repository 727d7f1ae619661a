using System.Diagnostics;

namespace VisualSearch.Tests.Deploy;

/// <summary>A program of others that checks a file of theirs.</summary>
internal static class Tool
{
    /// <summary>Where a program is, or null.</summary>
    public static string? Find(string program) => $"{Environment.GetEnvironmentVariable("PATH")}{Path.PathSeparator}/usr/sbin{Path.PathSeparator}/usr/local/sbin".Split(Path.PathSeparator)
        .Where(static folder => folder.Length > 0)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs it to its end, a minute at most, and gives its exit code and what it printed.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, string? folder = null, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? DeployFiles.Folder };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output + await error);
    }
}

/// <summary>A test that needs a program: skipped, saying so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ToolFactAttribute : FactAttribute
{
    /// <summary>Marks a test that needs <paramref name="program"/>, which Debian has in <paramref name="package"/>.</summary>
    public ToolFactAttribute(string program, string package)
    {
        if (Tool.Find(program) is null) Skip = $"Needs {program}, of Debian's package '{package}'.";
    }
}
