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
                path += Math.Abs(step);
            }

            if (share is <= 0.08f or >= 0.92f)
                continue;
            mixed++;
            residual += Unexplained(a.Coarse, frame.Coarse, change, share) / square;
            float straight = (1 - share) * a.Contrast * a.Contrast + share * b.Contrast * b.Contrast;
            dip += straight - frame.Contrast * frame.Contrast;
            expected += share * (1 - share) * lumaSquare;
        }

        return mixed >= 1 && path < 1.25f && residual / mixed < MostResidual && dip > LeastDip * expected;
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
