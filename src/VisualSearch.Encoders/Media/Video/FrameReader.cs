using System.Runtime.ExceptionServices;
using System.Security.Cryptography;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>One frame of a video, upright. Its pixels are only valid until the next frame is asked for.</summary>
/// <param name="Seconds">When it appears, in seconds from the container's start.</param>
/// <param name="Width">Pixels in a row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixels">Red, green, blue of each pixel, row by row.</param>
public readonly record struct VideoFrame(double Seconds, int Width, int Height, ReadOnlyMemory<byte> Pixels)
{
    /// <summary>Copies the frame.</summary>
    public RgbPicture ToPicture() => new(Width, Height, Pixels.ToArray());
}

/// <summary>Streams the frames of one video out of one ffmpeg process, through a pipe; no file is written.</summary>
/// <remarks>
/// <code>
///   ffmpeg: decode → select 1 a 1/rate → scale → turn → showinfo ──frame──► stdout ─► reader thread ─► ring of buffers ─► TryRead
///                                                           └──time───► stderr ─► message thread ─┘
/// </code>
/// Times are the frames' own, so variable frame rates need no resampling, a slide show isn't multiplied, and the first frame may be late.
/// ffmpeg subtracts the container's start time. The reader runs ahead of the caller by <see cref="VideoLimits.ReadAheadBytes"/>, so that
/// decoding goes on while the caller works; nothing is allocated for a frame.
/// </remarks>
public sealed class FrameReader : IDisposable
{
    private readonly FfmpegProcess process;
    private readonly VideoFile file;
    private readonly FrameRequest request;
    private readonly VideoInfo info;
    private readonly VideoLimits limits;
    private readonly Thread thread;
    private readonly byte[][] ring;
    private readonly double[] times;
    private readonly SemaphoreSlim free;
    private readonly SemaphoreSlim filled = new(0);
    private readonly List<string> warnings = [];
    private readonly int width;
    private readonly int height;
    private int next;
    private bool holdsFrame;
    private bool finished;
    private volatile bool disposed;
    private ExceptionDispatchInfo? failure;
    private long framesRead;
    private double lastTime = -1;

    private FrameReader(VideoFile file, VideoInfo info, FrameRequest request, VideoLimits limits, FfmpegTools tools, CancellationToken cancellation)
    {
        (this.file, this.info, this.request, this.limits) = (file, info, request, limits);
        (width, height) = request.SizeFor(info);
        int bytes = checked(width * height * 3);
        ring = new byte[Math.Clamp(limits.ReadAheadBytes / bytes, 2, 32)][];
        for (int i = 0; i < ring.Length; i++)
            ring[i] = GC.AllocateUninitializedArray<byte>(bytes);
        times = new double[ring.Length];
        free = new SemaphoreSlim(ring.Length);
        string stampFilter = $"showinfo@{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";
        List<string> arguments = FfmpegArguments.Frames(file, info, request, limits, stampFilter, tools.FrameTimesOption);
        process = new FfmpegProcess(
            tools.Ffmpeg, arguments, file.Name, new FfmpegLog(stampFilter), limits, Patience(info, limits), cancellation);
        thread = new Thread(ReadFrames) { IsBackground = true, Name = "video frames" };
        thread.Start();
    }

    /// <summary>What had to be left out or may be wrong, in sentences; complete once <see cref="TryRead"/> has said that there is no more.</summary>
    public IReadOnlyList<string> Warnings => finished ? warnings : [];

    /// <summary>Width of the frames in pixels.</summary>
    public int Width => width;

    /// <summary>Height of the frames in pixels.</summary>
    public int Height => height;

    /// <summary>The id of the ffmpeg process, for tests that look whether it is gone.</summary>
    internal int ProcessId => process.Id;

    /// <summary>Starts to read a video from its start.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="request">Which frames and how large; null for the defaults.</param>
    /// <param name="limits">Bounds; null for the defaults.</param>
    /// <param name="tools">Where ffmpeg is; null for the PATH.</param>
    /// <param name="cancellation">Ends ffmpeg; <see cref="TryRead"/> then throws.</param>
    /// <exception cref="VideoException">The file is no video that can be read, or is beyond the limits.</exception>
    /// <exception cref="FfmpegMissingException">ffmpeg isn't installed.</exception>
    public static FrameReader Open(
        string path, FrameRequest? request = null, VideoLimits? limits = null, FfmpegTools? tools = null, CancellationToken cancellation = default)
    {
        limits ??= new VideoLimits();
        tools ??= FfmpegTools.Default;
        var file = VideoFile.Open(path, limits);
        VideoInfo info = VideoProbe.Probe(file, limits, tools, cancellation);
        return Open(file, info, request ?? new FrameRequest(), limits, tools, cancellation);
    }

    internal static FrameReader Open(
        VideoFile file, VideoInfo info, FrameRequest request, VideoLimits limits, FfmpegTools tools, CancellationToken cancellation) =>
        new(file, info, request, limits, tools, cancellation);

    /// <summary>Waits for the next frame. The frame given before becomes invalid.</summary>
    /// <param name="frame">The frame; its times rise strictly.</param>
    /// <returns>False when the video has ended, or can't be read any further (see <see cref="Warnings"/>).</returns>
    /// <exception cref="VideoException">Nothing at all could be read, or ffmpeg crashed, hung, or took too long.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public bool TryRead(out VideoFrame frame)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (holdsFrame)
        {
            holdsFrame = false;
            next = (next + 1) % ring.Length;
            free.Release();
        }

        frame = default;
        if (finished)
            return false;
        filled.Wait();
        if (double.IsNaN(times[next]))
        {
            failure?.Throw();
            finished = true;
            return false;
        }

        holdsFrame = true;
        frame = new VideoFrame(times[next], width, height, ring[next]);
        return true;
    }

    /// <summary>Ends ffmpeg, if it still runs, and waits until it has gone.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        process.Kill();
        free.Release();
        thread.Join();
        process.Dispose();
        free.Dispose();
        filled.Dispose();
    }

    /// <summary>How long ffmpeg may be waited for in all.</summary>
    internal static TimeSpan Patience(VideoInfo info, VideoLimits limits)
    {
        double seconds = Math.Min(info.DurationSeconds ?? limits.MaxDurationSeconds, limits.MaxDurationSeconds) * limits.MaxWaitPerSecond;
        return limits.MaxSilence + TimeSpan.FromSeconds(Math.Min(seconds, 1e9));
    }

    private void ReadFrames()
    {
        int slot = 0;
        try
        {
            while (true)
            {
                free.Wait();
                if (disposed)
                    return;
                if (!ReadFrame(ring[slot], out times[slot]))
                    break;
                filled.Release();
                slot = (slot + 1) % ring.Length;
            }

            Conclude(process.Finish());
        }
        catch (Exception exception)
        {
            // Carried over to the caller's thread, where TryRead throws it.
            failure = ExceptionDispatchInfo.Capture(exception);
        }

        times[slot] = double.NaN;
        filled.Release();
    }

    /// <summary>Reads on to the next frame whose time is after the last one's.</summary>
    private bool ReadFrame(byte[] buffer, out double seconds)
    {
        seconds = double.NaN;
        while (process.Read(buffer) == buffer.Length && process.Log.TryTakeStamp(out seconds))
        {
            if (double.IsNaN(seconds))
                seconds = lastTime + 1 / Math.Clamp(info.FrameRate, 1, 240);
            // A frame before zero is one that an edit list hides; a damaged stream may jump back.
            if (seconds <= lastTime || seconds < 0)
                continue;
            lastTime = seconds;
            framesRead++;
            return true;
        }

        return false;
    }

    private void Conclude(int exitCode)
    {
        if (framesRead == 0)
        {
            throw new VideoException(
                VideoFault.Truncated,
                $"\"{file.Name}\" is cut off or damaged: no frame could be decoded{process.Complaints()}; copy it again from where it came.");
        }

        if (process.Log.Errors > 0 || exitCode != 0)
        {
            string first = process.Log.FirstError is { } text ? $"; the first: {text}" : $"; exit code {exitCode}";
            warnings.Add($"\"{file.Name}\" is damaged: ffmpeg reported {process.Log.Errors} errors{first}.");
        }

        double interval = 1 / Math.Clamp(info.FrameRate, 0.1, 240);
        double end = lastTime + interval;
        // Key frames lie up to 250 frames apart by the encoders' defaults, so in that mode the last one says little about the end.
        if (info.StreamSeconds is { } stated && stated - end > Math.Max(2, (request.KeyFramesOnly ? 300 : 3) * interval))
            warnings.Add($"\"{file.Name}\" is cut off: it was read up to {end:0.#} s of the {stated:0.#} s that it states.");
        if (end >= limits.MaxDurationSeconds - 1)
            warnings.Add($"\"{file.Name}\" was read up to {limits.MaxDurationSeconds:0} s only, the longest that is allowed.");
    }
}
