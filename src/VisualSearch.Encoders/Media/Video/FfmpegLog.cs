using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Text;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>
/// Reads what ffmpeg writes to its standard error, line by line and without a string a line: the time of each frame, and its complaints.
/// </summary>
/// <remarks>
/// Frames leave ffmpeg without times, so the last filter of the chain (<c>showinfo</c>) says one line a frame, in the frames' order and
/// before the frame itself. The filter's name is drawn at random: a file name or a title with a line break in it can't fake such a line.
/// </remarks>
internal sealed class FfmpegLog : IDisposable
{
    private const int MaxLine = 2048;
    private const int KeptLines = 6;

    private readonly byte[] line = new byte[MaxLine];
    private readonly byte[] stampPrefix;
    private readonly ConcurrentQueue<double> stamps = new();
    private readonly SemaphoreSlim stampCount = new(0);
    private readonly Queue<string> last = new();
    private readonly Lock gate = new();
    private string? first;
    private int length;
    private int errors;
    private volatile bool ended;

    /// <param name="stampFilter">Name of the filter instance whose lines are frame times, or null when none are expected.</param>
    public FfmpegLog(string? stampFilter) => stampPrefix = stampFilter is null ? [] : Encoding.ASCII.GetBytes($"[{stampFilter} @ ");

    /// <summary>How many errors were written.</summary>
    public int Errors => Volatile.Read(ref errors);

    /// <summary>The first error, or null.</summary>
    public string? FirstError
    {
        get
        {
            lock (gate)
                return first;
        }
    }

    /// <summary>The last lines that are errors, joined for a message; empty when there were none.</summary>
    public string LastErrors
    {
        get
        {
            lock (gate)
                return string.Join("; ", last);
        }
    }

    /// <summary>Waits for the next frame's time, in seconds from the container's start; NaN when the frame has none.</summary>
    /// <returns>False when ffmpeg ended before it named one.</returns>
    public bool TryTakeStamp(out double seconds)
    {
        // A line is written before its frame, so it is at most on its way; the wait only ends early when the process has ended.
        while (!stampCount.Wait(100))
        {
            if (ended && stamps.IsEmpty)
            {
                seconds = 0;
                return false;
            }
        }

        return stamps.TryDequeue(out seconds);
    }

    /// <summary>Takes the next bytes of standard error.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            ReadOnlySpan<byte> part = end < 0 ? bytes : bytes[..end];
            part = part[..Math.Min(part.Length, MaxLine - length)];
            part.CopyTo(line.AsSpan(length));
            length += part.Length;
            if (end < 0)
                return;
            TakeLine(line.AsSpan(0, length));
            length = 0;
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Says that nothing more will come.</summary>
    public void End()
    {
        if (length > 0)
            TakeLine(line.AsSpan(0, length));
        length = 0;
        ended = true;
    }

    public void Dispose() => stampCount.Dispose();

    private void TakeLine(ReadOnlySpan<byte> text)
    {
        if (stampPrefix.Length > 0 && text.StartsWith(stampPrefix))
        {
            int at = text.IndexOf(" pts_time:"u8);
            if (at >= 0 && text.IndexOf(" n:"u8) is int n && n >= 0 && n < at)
            {
                stamps.Enqueue(Utf8Parser.TryParse(text[(at + 10)..], out double seconds, out _) ? seconds : double.NaN);
                stampCount.Release();
                return;
            }
        }

        ReadOnlySpan<byte> head = text[..Math.Min(text.Length, 120)];
        int level = head.IndexOf("[error] "u8);
        if (level < 0)
            level = head.IndexOf("[fatal] "u8);
        if (level < 0)
            return;
        string message = Encoding.UTF8.GetString(text[(level + 8)..]).Trim();
        lock (gate)
        {
            errors++;
            first ??= message;
            if (last.Count == KeptLines)
                last.Dequeue();
            last.Enqueue(message);
        }
    }
}
