namespace VisualSearch.Encoders.Media.Video;

/// <summary>Puts frames and borders together to shots, divides long ones and joins near-identical neighbours.</summary>
internal sealed class ShotAssembler
{
    /// <summary>A still picture is divided after so many times the longest shot.</summary>
    private const int StillFactor = 10;

    private readonly ShotOptions options;
    private readonly KeyframePicker picker;
    private readonly float[] firstLook = new float[FrameLook.CoarseCells * 3];
    private readonly Queue<Shot> ready = new();
    private OpenShot? previous;
    private double start;
    private double cleanStart;
    private int index;

    public ShotAssembler(ShotOptions options) => (this.options, picker) = (options, new KeyframePicker(options));

    /// <summary>Whether the current shot has no frame yet.</summary>
    public bool IsEmpty => picker.Frames == 0;

    /// <summary>Takes the next frame of the current shot.</summary>
    public void Add(VideoFrame frame, ReadOnlySpan<float> coarse, float sharpness)
    {
        if (picker.Frames > 0 && frame.Seconds - start >= options.MaxShotSeconds
            && (frame.Seconds - start >= StillFactor * options.MaxShotSeconds || KeyframePicker.Distance(coarse, firstLook) >= options.KeyframeDistance))
        {
            Close(frame.Seconds, frame.Seconds, frame.Seconds, joins: false);
        }

        // Frames of a transition show two shots at once and stand for none.
        if (frame.Seconds < cleanStart)
            return;
        if (picker.Frames == 0)
            coarse.CopyTo(firstLook);
        picker.Add(frame, coarse, sharpness);
    }

    /// <summary>Ends the current shot at a border.</summary>
    public void Close(ShotBoundary boundary) => Close(boundary.Seconds, boundary.Seconds, boundary.End, joins: true);

    /// <summary>Ends the last shot.</summary>
    public void Complete(double end)
    {
        Close(Math.Max(end, start), end, end, joins: true);
        if (previous is not null)
            ready.Enqueue(previous.ToShot(index++));
        previous = null;
    }

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Shot? shot) => ready.TryDequeue(out shot);

    private void Close(double end, double nextStart, double nextCleanStart, bool joins)
    {
        if (picker.Frames > 0)
        {
            float[] mean = picker.Mean.ToArray();
            var shot = new OpenShot(start, end, mean, picker.Pick(start, end), joins);
            if (previous is { Joins: true } && KeyframePicker.Distance(previous.Mean, mean) < options.MergeDistance
                && shot.End - previous.Start <= options.MaxShotSeconds)
            {
                previous = previous.Join(shot, options);
            }
            else
            {
                if (previous is not null)
                    ready.Enqueue(previous.ToShot(index++));
                previous = shot;
            }

            start = nextStart;
        }

        cleanStart = nextCleanStart;
    }

    /// <summary>A shot that may still be joined by the next one, if the border after it was seen and not only set because the shot was long.</summary>
    private sealed record OpenShot(double Start, double End, float[] Mean, List<PickedFrame> Frames, bool Joins)
    {
        public OpenShot Join(OpenShot next, ShotOptions options)
        {
            List<PickedFrame> frames = [.. Frames];
            foreach (PickedFrame frame in next.Frames)
            {
                if (frames.Count < options.MaxKeyframes
                    && frames.TrueForAll(kept => KeyframePicker.Distance(kept.Coarse, frame.Coarse) >= options.KeyframeDistance))
                {
                    frames.Add(frame);
                }
            }

            return new OpenShot(Start, next.End, Mean, frames, next.Joins);
        }

        public Shot ToShot(int index) => new(index, Start, End, [.. Frames.Select(frame => frame.Keyframe)]);
    }
}
