using System.Diagnostics;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>
/// One run of ffmpeg or ffprobe whose standard output is read as a stream: it is watched while it is waited for, and it never
/// outlives this object.
/// </summary>
/// <remarks>
/// When this whole process is killed, nobody can end ffmpeg for it. Its pipe then has no reader, so its next frame fails with
/// "broken pipe" and it ends by itself: measured within one frame. A process that is both hung and orphaned stays; that needs two failures.
/// </remarks>
internal sealed class FfmpegProcess : IDisposable
{
    private const int WatchMilliseconds = 200;

    private readonly string video;
    private readonly VideoLimits limits;
    private readonly Process process;
    private readonly Stream output;
    private readonly Thread errorReader;
    private readonly Timer watch;
    private readonly CancellationToken cancellation;
    private readonly CancellationTokenRegistration registration;
    private readonly TimeSpan patience;
    private readonly Lock gate = new();
    private VideoException? verdict;
    private long waitingSince;
    private long waited;
    private bool disposed;

    /// <summary>Starts the program; <paramref name="patience"/> is the longest time to wait for it in all, and messages call the file <paramref name="video"/>.</summary>
    /// <exception cref="FfmpegMissingException">The program isn't installed.</exception>
    public FfmpegProcess(
        string program, IEnumerable<string> arguments, string video, FfmpegLog log, VideoLimits limits, TimeSpan patience, CancellationToken cancellation)
    {
        (this.video, this.limits, this.patience, this.cancellation, Log) = (video, limits, patience, cancellation, log);
        cancellation.ThrowIfCancellationRequested();
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        process = FfmpegTools.Start(start);
        process.StandardInput.Close();
        output = process.StandardOutput.BaseStream;
        Stream errors = process.StandardError.BaseStream;
        errorReader = new Thread(() => Drain(errors, log)) { IsBackground = true, Name = "ffmpeg messages" };
        errorReader.Start();
        watch = new Timer(_ => Watch(), null, WatchMilliseconds, WatchMilliseconds);
        registration = cancellation.UnsafeRegister(static self => ((FfmpegProcess)self!).Kill(), this);
    }

    /// <summary>What it writes to standard error.</summary>
    public FfmpegLog Log { get; }

    /// <summary>The process' id, for tests that look whether it is gone.</summary>
    public int Id => process.Id;

    /// <summary>Fills the buffer as far as output comes.</summary>
    /// <returns>The bytes read; fewer than asked only at the end.</returns>
    public int Read(Span<byte> buffer)
    {
        int read = 0;
        while (read < buffer.Length)
        {
            Volatile.Write(ref waitingSince, Stopwatch.GetTimestamp());
            int more = output.Read(buffer[read..]);
            Interlocked.Add(ref waited, Stopwatch.GetTimestamp() - Interlocked.Exchange(ref waitingSince, 0));
            if (more == 0)
                break;
            read += more;
        }

        return read;
    }

    /// <summary>Waits for the end after the output has ended, and tells how it ended.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">It was ended because the caller asked so.</exception>
    /// <exception cref="VideoException">It hung, took too long, or crashed.</exception>
    public int Finish()
    {
        Volatile.Write(ref waitingSince, Stopwatch.GetTimestamp());
        process.WaitForExit();
        errorReader.Join();
        Volatile.Write(ref waitingSince, 0);
        cancellation.ThrowIfCancellationRequested();
        lock (gate)
        {
            if (verdict is not null)
                throw verdict;
        }

        int code = process.ExitCode;
        // The runtime reports a signal as 128 + its number; 255 is ffmpeg's own answer to an interrupt. Windows' crash codes are negative.
        if (code is < 0 or (> 128 and < 255))
        {
            string signal = code == 137 ? "it was killed from outside, perhaps because memory ran out" : code < 0 ? $"code 0x{code:X8}" : $"signal {code - 128}";
            throw new VideoException(
                VideoFault.Crashed, $"{Path.GetFileName(process.StartInfo.FileName)} crashed on \"{video}\" ({signal}){Complaints()}; update ffmpeg or convert the video.");
        }

        return code;
    }

    /// <summary>What it complained about last, for the end of a sentence.</summary>
    public string Complaints() => Log.LastErrors is { Length: > 0 } text ? $": {text}" : "";

    /// <summary>Ends it with all its children, at once.</summary>
    public void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself in this moment, which is what was wanted.
        }
    }

    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        registration.Dispose();
        watch.Dispose();
        if (!process.HasExited)
            Kill();
        process.WaitForExit();
        errorReader.Join();
        process.Dispose();
        Log.Dispose();
    }

    private void Watch()
    {
        long since = Volatile.Read(ref waitingSince);
        if (since == 0)
            return;
        TimeSpan silent = Stopwatch.GetElapsedTime(since);
        TimeSpan total = silent + Stopwatch.GetElapsedTime(0, Volatile.Read(ref waited));
        lock (gate)
        {
            if (verdict is not null)
                return;
            if (silent > limits.MaxSilence)
            {
                verdict = new VideoException(
                    VideoFault.Hung,
                    $"ffmpeg gave nothing for {limits.MaxSilence.TotalSeconds:0.#} s on \"{video}\" and was ended{Complaints()}; "
                    + $"convert the video or raise {nameof(VideoLimits.MaxSilence)}.");
            }
            else if (total > patience)
            {
                verdict = new VideoException(
                    VideoFault.TimedOut,
                    $"\"{video}\" took longer than {patience.TotalSeconds:0} s to decode; convert it or raise {nameof(VideoLimits.MaxWaitPerSecond)}.");
            }
            else
            {
                return;
            }
        }

        Kill();
    }

    private static void Drain(Stream errors, FfmpegLog log)
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (errors.Read(buffer) is int read and > 0)
            log.Feed(buffer[..read]);
        log.End();
    }
}
