namespace VisualSearch.Encoders.Media.Video;

/// <summary>Reads a video once, from its start to its end, and gives its shots one after another while it is decoded.</summary>
/// <remarks>
/// <code>
///   FrameReader ─► FrameLook ─► ShotDetector ─borders─► ShotAssembler ─► Shot
///     (ffmpeg)        │ └─frames of the last 5 s──────────────► KeyframePicker
///                     └─► StoryboardBuilder
/// </code>
/// Memory doesn't grow with the length: the frames of about 5 s and the candidates of two shots are held, about 30 MB at the default size.
/// ffmpeg and a reading thread run beside the caller, so that a caller who embeds a shot between two calls keeps the decoder busy.
/// </remarks>
public sealed class VideoShots : IDisposable
{
    /// <summary>The poster is looked for in the first five minutes: later scenes may tell the end.</summary>
    private const double PosterSeconds = 300;

    private readonly VideoReadOptions options;
    private readonly FrameReader reader;
    private readonly IBoundaryDetector detector;
    private readonly ShotAssembler assembler;
    private readonly StoryboardBuilder storyboard;
    private readonly Queue<HeldFrame> held = new();
    private readonly Stack<HeldFrame> spareFrames = new();
    private readonly Stack<FrameLook> spareLooks = new();
    private Keyframe? poster;
    private float posterScore = float.NegativeInfinity;
    private double lastSeconds;
    private double duration;
    private long framesRead;
    private bool ended;

    private VideoShots(VideoFile file, VideoInfo info, VideoReadOptions options, CancellationToken cancellation)
    {
        (Info, this.options) = (info, options);
        detector = options.Fast ? new KeyFrameShots(options.Shots.MinShotSeconds) : new ShotDetector(options.Shots.MinShotSeconds);
        assembler = new ShotAssembler(options.Shots);
        (int width, int height) = options.Frames.SizeFor(info);
        storyboard = new StoryboardBuilder(width, height, info.DurationSeconds);
        reader = FrameReader.Open(file, info, options.Frames, options.Limits, options.Tools, cancellation);
    }

    /// <summary>What the video's headers tell.</summary>
    public VideoInfo Info { get; }

    /// <summary>Looks at a video's headers and starts to decode it.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <param name="cancellation">Ends ffmpeg; the reading call then throws.</param>
    /// <exception cref="VideoException">The file is no video that can be read, or is beyond the limits.</exception>
    /// <exception cref="FfmpegMissingException">ffmpeg isn't installed.</exception>
    public static VideoShots Open(string path, VideoReadOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new VideoReadOptions();
        var file = VideoFile.Open(path, options.Limits);
        VideoInfo info = VideoProbe.Probe(file, options.Limits, options.Tools, cancellation);
        return new VideoShots(file, info, options, cancellation);
    }

    /// <summary>Reads all of a video at once. The pictures of all keyframes are in memory then, about 0.4 MB each.</summary>
    /// <inheritdoc cref="Open"/>
    public static VideoContent Read(string path, VideoReadOptions? options = null, CancellationToken cancellation = default)
    {
        using VideoShots video = Open(path, options, cancellation);
        Shot[] shots = [.. video.Shots()];
        return new VideoContent(video.Info, shots, video.Finish());
    }

    /// <summary>The shots in the order of time, each as soon as its end is certain (at most 5 s of video later). May be enumerated once.</summary>
    /// <exception cref="VideoException">Nothing could be read, or ffmpeg crashed, hung, or took too long.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<Shot> Shots()
    {
        while (TryRead(out Shot? shot))
            yield return shot;
    }

    /// <summary>Reads on until the next shot is complete.</summary>
    /// <param name="shot">The shot.</param>
    /// <returns>False when the video has ended.</returns>
    /// <exception cref="VideoException">Nothing could be read, or ffmpeg crashed, hung, or took too long.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Shot? shot)
    {
        while (!assembler.TryTake(out shot))
        {
            if (ended)
                return false;
            if (reader.TryRead(out VideoFrame frame))
                Take(frame);
            else
                End();
        }

        NominatePoster(shot);
        return true;
    }

    /// <summary>What is known of the whole video.</summary>
    /// <exception cref="InvalidOperationException">Not all shots have been read yet.</exception>
    public VideoSummary Finish()
    {
        if (!ended || poster is null)
            throw new InvalidOperationException("The video has not been read to its end; read all shots first.");
        return new VideoSummary
        {
            DurationSeconds = duration,
            Storyboard = storyboard.Build(),
            Poster = poster,
            PosterHash = PerceptualHash.Compute(poster.Picture),
            PosterColor = AverageColor.Compute(poster.Picture),
            FramesRead = framesRead,
            Warnings = reader.Warnings,
        };
    }

    /// <summary>Ends ffmpeg, if it still runs.</summary>
    public void Dispose() => reader.Dispose();

    private void Take(VideoFrame frame)
    {
        framesRead++;
        lastSeconds = frame.Seconds;
        storyboard.Add(frame);
        FrameLook look = spareLooks.TryPop(out FrameLook? old) ? old : new FrameLook();
        look.Take(frame);
        HeldFrame copy = spareFrames.TryPop(out HeldFrame? spare) ? spare : new HeldFrame();
        copy.Set(frame, look);
        held.Enqueue(copy);
        detector.Add(look);
        while (detector.TryRecycle(out FrameLook? free))
            spareLooks.Push(free);
        Assemble();
    }

    private void Assemble()
    {
        while (detector.TryTake(out ShotBoundary border))
        {
            HandOver(border.Start);
            while (held.TryPeek(out HeldFrame? mixed) && mixed.Frame.Seconds < border.Seconds)
            {
                if (assembler.IsEmpty)
                    assembler.Add(mixed.Frame, mixed.Coarse, mixed.Sharpness);
                spareFrames.Push(held.Dequeue());
            }

            assembler.Close(border);
        }

        HandOver(detector.SettledSeconds);
    }

    private void HandOver(double until)
    {
        while (held.TryPeek(out HeldFrame? frame) && frame.Frame.Seconds < until)
        {
            held.Dequeue();
            assembler.Add(frame.Frame, frame.Coarse, frame.Sharpness);
            spareFrames.Push(frame);
        }
    }

    private void End()
    {
        ended = true;
        duration = Duration();
        detector.Complete();
        Assemble();
        assembler.Complete(duration);
    }

    /// <summary>The stated length, unless reading ended long before it or after it.</summary>
    private double Duration()
    {
        double frame = 1 / Math.Clamp(Info.FrameRate, 1, 240);
        double seen = lastSeconds + frame;
        double stated = Info.StreamSeconds ?? Info.DurationSeconds ?? seen;
        bool isCutOff = reader.Warnings.Count > 0 && stated - seen > 2;
        return isCutOff || stated <= lastSeconds ? seen : stated;
    }

    /// <summary>Rich and sharp keyframes are the best posters; of two alike the earlier one stays.</summary>
    private void NominatePoster(Shot shot)
    {
        foreach (Keyframe frame in shot.Keyframes)
        {
            if (poster is not null && frame.Seconds > PosterSeconds)
                return;
            var look = new FrameLook();
            look.Take(new VideoFrame(frame.Seconds, frame.Picture.Width, frame.Picture.Height, frame.Picture.Pixels));
            float score = Math.Min(look.Contrast, 60) / 60 + 0.5f * Math.Min(1, MathF.Log(1 + look.Sharpness) / 8) - 0.1f * (float)(frame.Seconds / PosterSeconds);
            if (score > posterScore + 0.05f)
                (poster, posterScore) = (frame, score);
        }
    }

    /// <summary>A frame that waits until it is certain to which shot it belongs.</summary>
    private sealed class HeldFrame
    {
        private byte[] pixels = [];

        public VideoFrame Frame { get; private set; }

        public float[] Coarse { get; } = new float[FrameLook.CoarseCells * 3];

        public float Sharpness { get; private set; }

        public void Set(VideoFrame frame, FrameLook look)
        {
            if (pixels.Length != frame.Pixels.Length)
                pixels = GC.AllocateUninitializedArray<byte>(frame.Pixels.Length);
            frame.Pixels.CopyTo(pixels);
            Frame = frame with { Pixels = pixels };
            look.Coarse.CopyTo(Coarse, 0);
            Sharpness = look.Sharpness;
        }
    }
}
