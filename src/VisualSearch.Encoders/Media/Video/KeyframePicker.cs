using System.Numerics.Tensors;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>Chooses the frames that stand for a shot: sharp ones near its middle and near its mean look, and further ones that look different.</summary>
/// <remarks>
/// At most 24 frames of a shot are held, however long it is: when there are more, of each two neighbours the sharper one stays. So a shot
/// of a minute is chosen from one frame in 2.5 s, each the sharpest of its time.
/// </remarks>
internal sealed class KeyframePicker
{
    private const int MaxCandidates = 24;

    private readonly ShotOptions options;
    private readonly List<Candidate> candidates = new(MaxCandidates + 1);
    private readonly Stack<Candidate> spare = new();
    private readonly float[] lookSum = new float[FrameLook.CoarseCells * 3];
    private readonly float[] mean = new float[FrameLook.CoarseCells * 3];
    private int frames;
    private int stride = 1;
    private int inSlot;

    public KeyframePicker(ShotOptions options) => this.options = options;

    /// <summary>How many frames the shot has so far.</summary>
    public int Frames => frames;

    /// <summary>The mean look of the shot so far; valid until the next call.</summary>
    public ReadOnlySpan<float> Mean
    {
        get
        {
            TensorPrimitives.Multiply(lookSum, 1f / Math.Max(1, frames), mean);
            return mean;
        }
    }

    /// <summary>Takes the next frame of the shot; its pixels are copied when it may become a keyframe.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="coarse">Its coarse picture.</param>
    /// <param name="sharpness">Its sharpness.</param>
    public void Add(VideoFrame frame, ReadOnlySpan<float> coarse, float sharpness)
    {
        TensorPrimitives.Add(lookSum, coarse, lookSum);
        frames++;
        bool opensSlot = inSlot == 0;
        inSlot = (inSlot + 1) % stride;
        if (!opensSlot && candidates[^1].Sharpness >= sharpness)
            return;
        if (opensSlot)
            candidates.Add(spare.TryPop(out Candidate? old) ? old : new Candidate());
        candidates[^1].Set(frame, coarse, sharpness);
        if (candidates.Count > MaxCandidates)
            Thin();
    }

    /// <summary>Chooses the keyframes and starts anew.</summary>
    /// <param name="start">Where the shot starts, in seconds.</param>
    /// <param name="end">Where it ends.</param>
    /// <returns>The frames in the order of time, with their coarse pictures' distances kept for merging.</returns>
    public List<PickedFrame> Pick(double start, double end)
    {
        var picked = new List<PickedFrame>(options.MaxKeyframes);
        Span<float> nearest = stackalloc float[candidates.Count];
        nearest.Fill(float.PositiveInfinity);
        float best = MathF.Log(1 + candidates.Max(candidate => candidate.Sharpness));
        ReadOnlySpan<float> look = Mean;
        int choice = 0;
        float highest = float.NegativeInfinity;
        for (int i = 0; i < candidates.Count; i++)
        {
            float score = Score(candidates[i], look, best, start, end);
            if (score > highest)
                (choice, highest) = (i, score);
        }

        while (choice >= 0)
        {
            picked.Add(candidates[choice].ToPicked());
            if (picked.Count == options.MaxKeyframes)
                break;
            int next = -1;
            float farthest = options.KeyframeDistance;
            for (int i = 0; i < candidates.Count; i++)
            {
                nearest[i] = Math.Min(nearest[i], Distance(candidates[i].Coarse, candidates[choice].Coarse));
                // Half as sharp in the logarithm is visibly blurred: motion or a change of focus.
                if (nearest[i] >= farthest && MathF.Log(1 + candidates[i].Sharpness) >= best / 2)
                    (next, farthest) = (i, nearest[i]);
            }

            choice = next;
        }

        picked.Sort((a, b) => a.Keyframe.Seconds.CompareTo(b.Keyframe.Seconds));
        Clear();
        return picked;
    }

    /// <summary>Root mean square difference of two coarse pictures, 0 to 255.</summary>
    public static float Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => TensorPrimitives.Distance(a, b) / MathF.Sqrt(a.Length);

    /// <summary>Sharpness against the sharpest, less what the frame lies off the middle of the time and of the looks.</summary>
    private static float Score(Candidate candidate, ReadOnlySpan<float> look, float best, double start, double end)
    {
        float sharpness = best > 0 ? MathF.Log(1 + candidate.Sharpness) / best : 1;
        double half = Math.Max(1e-3, (end - start) / 2);
        float offMiddle = (float)Math.Min(1, Math.Abs(candidate.Seconds - start - half) / half);
        float offLook = Math.Min(1, Distance(candidate.Coarse, look) / 40);
        return sharpness - 0.3f * offMiddle * offMiddle - 0.4f * offLook;
    }

    private void Thin()
    {
        int kept = 0;
        for (int i = 0; i < candidates.Count; i += 2)
        {
            bool second = i + 1 < candidates.Count && candidates[i + 1].Sharpness > candidates[i].Sharpness;
            (Candidate stays, Candidate? goes) = second ? (candidates[i + 1], candidates[i]) : (candidates[i], i + 1 < candidates.Count ? candidates[i + 1] : null);
            candidates[kept++] = stays;
            if (goes is not null)
                spare.Push(goes);
        }

        candidates.RemoveRange(kept, candidates.Count - kept);
        // The last one of an odd count fills half of a slot of the new width.
        inSlot = stride % (stride * 2);
        stride *= 2;
    }

    private void Clear()
    {
        foreach (Candidate candidate in candidates)
            spare.Push(candidate);
        candidates.Clear();
        Array.Clear(lookSum);
        (frames, stride, inSlot) = (0, 1, 0);
    }

    private sealed class Candidate
    {
        private byte[] pixels = [];
        private int width;
        private int height;

        public double Seconds { get; private set; }

        public float Sharpness { get; private set; }

        public float[] Coarse { get; } = new float[FrameLook.CoarseCells * 3];

        public void Set(VideoFrame frame, ReadOnlySpan<float> coarse, float sharpness)
        {
            if (pixels.Length != frame.Pixels.Length)
                pixels = GC.AllocateUninitializedArray<byte>(frame.Pixels.Length);
            frame.Pixels.CopyTo(pixels);
            coarse.CopyTo(Coarse);
            (width, height, Seconds, Sharpness) = (frame.Width, frame.Height, frame.Seconds, sharpness);
        }

        public PickedFrame ToPicked() => new(new Keyframe(Seconds, new RgbPicture(width, height, pixels.AsSpan().ToArray())), [.. Coarse], Sharpness);
    }
}

/// <summary>A chosen frame with what it is compared by.</summary>
/// <param name="Keyframe">The frame.</param>
/// <param name="Coarse">Its coarse picture.</param>
/// <param name="Sharpness">Its sharpness.</param>
internal sealed record PickedFrame(Keyframe Keyframe, float[] Coarse, float Sharpness);
