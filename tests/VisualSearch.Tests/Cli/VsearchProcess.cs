using System.Diagnostics;

namespace VisualSearch.Tests.Cli;

/// <summary>The command line as a user's shell starts it: a process of its own.</summary>
internal static class VsearchProcess
{
    /// <summary>What a run printed and ended with.</summary>
    public sealed record Result(int ExitCode, string Output, string Error);

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "vsearch.dll");

    public static Result Run(params string[] arguments)
    {
        using var process = Start(new ProcessStartInfo("dotnet", [Program, .. arguments]));
        return Finish(process);
    }

    public static Process Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.RedirectStandardInput = true;
        return Process.Start(start)!;
    }

    public static Result Finish(Process process)
    {
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"vsearch did not end within two minutes. It printed:\n{output}");
        }

        return new Result(process.ExitCode, output, error.Result);
    }
}
