using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace VisualSearch.Encoders.Media.Transcription;

/// <summary>What a finished process left.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Errors);

/// <summary>Runs one program without a shell, within a time limit, and ends it with all its children if it must.</summary>
internal static class ChildProcess
{
    // The last words of a program say why it failed; progress bars before them can be megabytes.
    private const int MostErrors = 4000;

    // A program that is done but left a child with its pipes open would keep us reading for as long as that child lives.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(5);

    internal static async Task<ProcessResult> RunAsync(
        string program, IReadOnlyList<string> arguments, TimeSpan limit, int mostOutput, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Start(start);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        ends.CancelAfter(limit);
        try
        {
            process.StandardInput.Close();
            var output = new StringBuilder();
            var errors = new StringBuilder();
            using var drained = CancellationTokenSource.CreateLinkedTokenSource(ends.Token);
            Task reading = Task.WhenAll(
                ReadAsync(process.StandardOutput, output, keepEnd: false, mostOutput, drained.Token),
                ReadAsync(process.StandardError, errors, keepEnd: true, MostErrors, drained.Token));
            await process.WaitForExitAsync(ends.Token).ConfigureAwait(false);
            drained.CancelAfter(DrainLimit);
            await DrainAsync(reading, ends.Token).ConfigureAwait(false);
            return new ProcessResult(process.ExitCode, output.ToString(), errors.ToString().Trim());
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TranscriptionException($"\"{program}\" was ended: it took longer than the time limit of {limit.TotalSeconds:0.#} s. Raise the limit, or use a faster model.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
                // Its folder is deleted next, and a dying process may still write there.
                await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
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
            throw new TranscriptionException($"\"{start.FileName}\" can't be started: {exception.Message}. Install it, or give its full path.", exception);
        }
    }

    private static async Task DrainAsync(Task reading, CancellationToken ends)
    {
        try
        {
            await reading.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ends.IsCancellationRequested)
        {
            // The drain limit: the program itself is done, and what it wrote until now is all that is waited for.
        }
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder into, bool keepEnd, int most, CancellationToken cancellation)
    {
        var buffer = new char[8192];
        int read;
        while ((read = await reader.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            // What is too much is read and dropped: a full pipe would stop the program.
            into.Append(buffer, 0, keepEnd ? read : Math.Min(read, most - into.Length));
            if (keepEnd && into.Length > most) into.Remove(0, into.Length - most);
        }
    }
}
