using System.Diagnostics;

namespace VisualSearch.Cli.Terminal;

/// <summary>
/// One line on standard error that is written over as work goes on. Where standard error is no terminal (a log, a pipe) it
/// writes a full line every ten seconds instead.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    private readonly bool _terminal = !Console.IsErrorRedirected;
    private readonly Lock _gate = new();
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private bool _written;

    public void Show(Func<string> line)
    {
        lock (_gate)
        {
            var pause = _terminal ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromSeconds(10);
            if (_since.Elapsed < pause) return;
            _since.Restart();
            if (_terminal) Console.Error.Write($"\r\e[2K{line()}");
            else Console.Error.WriteLine(line());
            _written = true;
        }
    }

    public void Dispose()
    {
        if (_written && _terminal) Console.Error.Write("\r\e[2K");
    }

    /// <summary>"▕████████      ▏" for a share of 0..1.</summary>
    public static string Bar(double share, int width = 24)
    {
        var filled = (int)Math.Round(Math.Clamp(share, 0, 1) * width);
        return $"▕{new string('█', filled)}{new string(' ', width - filled)}▏";
    }

    /// <summary>"3 s", "2 min 05 s", "1 h 20 min".</summary>
    public static string Duration(TimeSpan time) => time switch
    {
        { TotalHours: >= 1 } => $"{(int)time.TotalHours} h {time.Minutes:00} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds:00} s",
        { TotalSeconds: >= 10 } => $"{time.TotalSeconds:0} s",
        _ => $"{time.TotalSeconds:0.0} s",
    };
}
