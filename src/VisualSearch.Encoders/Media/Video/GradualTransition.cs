using System.Numerics.Tensors;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>
/// Tells dissolves and fades from motion: while one picture gives way to another, each frame is a mixture of the two,
/// <c>f = A + α (B − A)</c> with α rising from 0 to 1, and it is flatter than both (the parabola of variance: Alattar 1993, "Detecting and
/// compressing dissolve regions in video sequences"). A moving picture changes as much, but is no such mixture and keeps its variance.
/// </summary>
internal static class GradualTransition
{
    /// <summary>Half lengths of the windows that are tried, in frames: transitions of 0.4 to 3 s at 8 frames a second.</summary>
    private static readonly int[] HalfWindows = [2, 3, 4, 6, 8, 10, 12];

    /// <summary>Frames that have to be there on each side.</summary>
    public const int Reach = 12;

    /// <summary>Longest window in seconds, for videos with few frames.</summary>
    private const double LongestWindow = 4.5;

    /// <summary>Least change of the whole picture, in 0 to 255; unrelated pictures differ by 40 to 90, dark ones by 10.</summary>
    private const float LeastChange = 8;

    /// <summary>Pictures that correlate more than this are one scene in another light.</summary>
    private const float MostCorrelation = 0.6f;

    /// <summary>Part of the change that the mixture may leave unexplained.</summary>
    private const float MostResidual = 0.12f;

    /// <summary>Part of the expected loss of variance that has to be seen.</summary>
    private const float LeastDip = 0.45f;

    /// <summary>
    /// Where colours change by less, only motion has to explain nothing for it to be a transition. Of drawn scenes with moving cameras and
    /// things (480 borders) true transitions changed 0.23 to 1 of the colours, pans that look like one 0.01 to 0.18.
    /// </summary>
    private const float LeastColorChange = 0.2f;

    /// <summary>The colours that scenes in one room still differ by.</summary>
    private const float AnyColorChange = 0.05f;

    /// <summary>Part of the change that is left after blocks were moved; below the first it is motion, above the second certainly not.</summary>
    private const float LeastUnmoved = 0.4f;
    private const float SureUnmoved = 0.75f;

    /// <summary>The way from the first picture to the last over those between, against the straight one.</summary>
    private const float MostPath = 1.6f;

    /// <summary>How many frames before and after are looked at for what happens anyway.</summary>
    private const int Around = 5;

    /// <summary>How far the steps of a transition stand out of those around it.</summary>
    private const float StandOut = 1.25f;

    /// <summary>A single step of more than this part is a cut.</summary>
    private const float LargestStep = 0.6f;

    /// <summary>Whether the middle of a transition lies between the frame before <paramref name="centre"/> and it.</summary>
    public static bool TryFind(FrameWindow frames, int centre, out ShotBoundary boundary)
    {
        boundary = default;
        Span<float> alpha = stackalloc float[2 * Reach + 1];
        Span<float> change = stackalloc float[FrameLook.CoarseCells * 3];
        bool found = false;
        foreach (int half in HalfWindows)
        {
            int first = centre - half;
            int last = centre + half - 1;
            if (first < frames.First || last > frames.Last || frames[last].Seconds - frames[first].Seconds > LongestWindow)
                break;
            // A wider window that also fits shows more of the transition.
            if (Fits(frames, first, last, alpha, change, out float strength) && alpha[half - 1] < 0.5f && alpha[half] >= 0.5f)
            {
                boundary = Describe(frames, first, alpha[..(last - first + 1)], strength);
                found = true;
            }
        }

        return found;
    }

    private static bool Fits(FrameWindow frames, int first, int last, Span<float> alpha, Span<float> change, out float strength)
    {
        FrameLook a = frames[first];
        FrameLook b = frames[last];
        strength = FrameLook.CoarseDistance(a, b);
        if (strength < LeastChange || FrameLook.Correlation(a, b) > MostCorrelation)
            return false;
        TensorPrimitives.Subtract(b.Coarse, a.Coarse, change);
        float square = TensorPrimitives.SumOfSquares<float>(change);
        float offset = TensorPrimitives.Dot<float>(a.Coarse, change);
        float lumaSquare = LumaVariance(change);
        float residual = 0;
        float dip = 0;
        float expected = 0;
        float path = 0;
        int mixed = 0;
        for (int i = 0; i <= last - first; i++)
        {
            FrameLook frame = frames[first + i];
            float share = (TensorPrimitives.Dot<float>(frame.Coarse, change) - offset) / square;
            alpha[i] = share;
            if (i > 0)
            {
                float step = share - alpha[i - 1];
                if (step > LargestStep || step < -0.1f)
                    return false;
                path += FrameLook.CoarseDistance(frames[first + i - 1], frame);
            }

            if (share is <= 0.08f or >= 0.92f)
                continue;
            mixed++;
            residual += Unexplained(a.Coarse, frame.Coarse, change, share) / square;
            float straight = (1 - share) * a.Contrast * a.Contrast + share * b.Contrast * b.Contrast;
            dip += straight - frame.Contrast * frame.Contrast;
            expected += share * (1 - share) * lumaSquare;
        }

        return mixed >= 1 && path < MostPath * strength && residual / mixed < MostResidual && dip > LeastDip * expected && IsNewPicture(a, b) && StandsOut(frames, first, last);
    }

    /// <summary>Whether more happens in the window than around it: a very fast pan changes everything all the time.</summary>
    private static bool StandsOut(FrameWindow frames, int first, int last)
    {
        float inside = 0;
        for (int i = first + 1; i <= last; i++)
            inside += frames.Residual(i);
        float outside = 0;
        int count = 0;
        for (int i = Math.Max(frames.First + 1, first - Around + 1); i <= Math.Min(frames.Last, last + Around); i++)
        {
            if (i > first && i <= last)
                continue;
            outside += frames.Residual(i);
            count++;
        }

        return count == 0 || inside / (last - first) > StandOut * outside / count;
    }

    /// <summary>Whether another picture came, rather than the camera having moved to another part of it.</summary>
    private static bool IsNewPicture(FrameLook a, FrameLook b)
    {
        float color = FrameLook.ColorDistance(a, b);
        if (color < AnyColorChange)
            return false;
        long direct = 0;
        for (int i = 0; i < a.Luma.Length; i++)
            direct += Math.Abs(a.Luma[i] - b.Luma[i]);
        float unmoved = MotionSearch.Residual(a, b) * a.Luma.Length / Math.Max(1, direct);
        return unmoved >= (color >= LeastColorChange ? LeastUnmoved : SureUnmoved);
    }

    private static ShotBoundary Describe(FrameWindow frames, int first, ReadOnlySpan<float> alpha, float strength)
    {
        int middle = 1;
        while (alpha[middle] < 0.5f)
            middle++;
        float part = (0.5f - alpha[middle - 1]) / Math.Max(1e-6f, alpha[middle] - alpha[middle - 1]);
        double before = frames[first + middle - 1].Seconds;
        double seconds = before + part * (frames[first + middle].Seconds - before);
        int start = middle - 1;
        while (start > 0 && alpha[start] > 0.08f)
            start--;
        int end = middle;
        while (end < alpha.Length - 1 && alpha[end] < 0.92f)
            end++;
        return new ShotBoundary(seconds, frames[first + start].Seconds, frames[first + end].Seconds, BoundaryKind.Gradual, strength);
    }

    private static float Unexplained(ReadOnlySpan<float> from, ReadOnlySpan<float> frame, ReadOnlySpan<float> change, float share)
    {
        float sum = 0;
        for (int i = 0; i < frame.Length; i++)
        {
            float error = frame[i] - from[i] - share * change[i];
            sum += error * error;
        }

        return sum;
    }

    private static float LumaVariance(ReadOnlySpan<float> change)
    {
        ReadOnlySpan<float> luma = change[..FrameLook.CoarseCells];
        float mean = TensorPrimitives.Sum(luma) / FrameLook.CoarseCells;
        return TensorPrimitives.SumOfSquares(luma) / FrameLook.CoarseCells - mean * mean;
    }
}
