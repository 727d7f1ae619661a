namespace VisualSearch.Encoders.Media.Video;

/// <summary>
/// Finds cuts, dissolves and fades in a stream of about 8 frames a second, each at most 5 s after it happened.
/// </summary>
/// <remarks>
/// <para>
/// A cut: what motion doesn't explain of a step stands out of the steps within a second around it (adaptive local threshold: Yusoff,
/// Christmas and Kittler 2000, "Video Shot Cut Detection Using Adaptive Thresholding"), colours agree, and none of the frames shortly after
/// looks like one shortly before: a flash returns to what was there. Matching blocks keeps fast pans from looking like cuts.
/// </para>
/// <para>
/// A gradual transition: see <see cref="GradualTransition"/>. As with twin comparison (Zhang, Kankanhalli and Smoliar 1993, "Automatic
/// partitioning of full-motion video"), it is the frames before and after that are compared and not neighbours.
/// </para>
/// <para>Then neighbours are weighed: a cut inside a dissolve is part of it, a fade out and a fade in with nothing between are one border.</para>
/// </remarks>
internal sealed class ShotDetector : IBoundaryDetector
{
    /// <summary>Least unexplained change of a cut. Cuts between dark scenes change 2.7 to 5.4, where the steps around them change 0.1 to 1.</summary>
    private const float LeastCut = 2.5f;

    /// <summary>How far a cut stands out of the mean around it.</summary>
    private const float StandOut = 2.4f;
    private const float StandOutAbove = 1.2f;

    /// <summary>Change of colours that a cut has; where brightness changes by <see cref="SureCut"/> it may have less.</summary>
    private const float LeastColorChange = 0.12f;
    private const float SureCut = 16;

    /// <summary>A picture is back when less than this part of the change is left.</summary>
    private const float Returned = 0.5f;

    /// <summary>A frame with less contrast shows nothing: the black between fades, a white flash.</summary>
    private const float BlankContrast = 5;

    /// <summary>How far around a step its surroundings reach, in seconds.</summary>
    private const double Surroundings = 1.05;

    /// <summary>Longest emptiness between two shots, in seconds, that is a border and no shot of its own.</summary>
    private const double LongestBlank = 2;

    private readonly FrameWindow frames = new();
    private readonly double minShot;
    private readonly List<ShotBoundary> pending = [];
    private readonly Queue<ShotBoundary> settled = new();
    private readonly Stack<FrameLook> forgotten = new();
    private int evaluated;
    private double lastBoundary = double.NegativeInfinity;
    private double contentStart = double.NaN;
    private bool complete;

    public ShotDetector(double minShotSeconds) => minShot = minShotSeconds;

    public double SettledSeconds => complete ? double.PositiveInfinity : frames.Last < 0 || evaluated == 0 ? 0 : OpenSince();

    public void Add(FrameLook look)
    {
        if (frames.Add(look) is { } old)
            forgotten.Push(old);
        if (double.IsNaN(contentStart) && look.Contrast >= BlankContrast)
            contentStart = look.Seconds;
        if (frames.Last >= GradualTransition.Reach)
            Evaluate(frames.Last - GradualTransition.Reach + 1);
    }

    public void Complete()
    {
        for (int number = evaluated + 1; number <= frames.Last; number++)
            Evaluate(number);
        DropFadeOut();
        complete = true;
        Settle(double.PositiveInfinity);
    }

    public bool TryTake(out ShotBoundary boundary) => settled.TryDequeue(out boundary);

    public bool TryRecycle([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FrameLook? look) => forgotten.TryPop(out look);

    private void Evaluate(int number)
    {
        evaluated = number;
        if (number <= frames.First)
            return;
        if (GradualTransition.TryFind(frames, number, out ShotBoundary gradual))
            Keep(gradual);
        else if (IsCut(number))
            Keep(new ShotBoundary(frames[number].Seconds, frames[number].Seconds, frames[number].Seconds, BoundaryKind.Cut, frames.Residual(number)));
        // A border waits for what may join it: the longest emptiness, and half a window of the transition after it.
        Settle(frames[number].Seconds - LongestBlank - 0.5);
    }

    private bool IsCut(int number)
    {
        float change = frames.Residual(number);
        if (change < LeastCut || (frames.ColorChange(number) < LeastColorChange && change < SureCut))
            return false;
        return change > StandOut * MeanAround(number) + StandOutAbove && !Returns(number, change);
    }

    /// <summary>Mean of the steps around one, without the largest, which may be the next cut.</summary>
    private float MeanAround(int number)
    {
        float sum = 0;
        float largest = 0;
        int count = 0;
        double from = frames[number].Seconds - Surroundings;
        double to = frames[number].Seconds + Surroundings;
        for (int i = number - 1; i > frames.First && frames[i].Seconds >= from; i--)
            Count(i);
        for (int i = number + 1; i <= frames.Last && frames[i].Seconds <= to; i++)
            Count(i);
        return count > 1 ? (sum - largest) / (count - 1) : 0;

        void Count(int i)
        {
            float step = frames.Residual(i);
            sum += step;
            largest = Math.Max(largest, step);
            count++;
        }
    }

    /// <summary>Whether the picture before the step comes back within a short shot's time, or the picture after it was there before.</summary>
    private bool Returns(int number, float change)
    {
        FrameLook before = frames[number - 1];
        FrameLook after = frames[number];
        for (int i = number + 1; i <= frames.Last && frames[i].Seconds - after.Seconds <= minShot; i++)
        {
            if (IsBack(before, frames[i], change))
                return true;
        }

        for (int i = number - 2; i >= frames.First && before.Seconds - frames[i].Seconds <= minShot; i--)
        {
            if (IsBack(frames[i], after, change))
                return true;
        }

        return false;
    }

    private static bool IsBack(FrameLook before, FrameLook after, float change) => MotionSearch.Residual(before, after) < Returned * change;

    /// <summary>Adds a border, weighed against those that are near.</summary>
    private void Keep(ShotBoundary boundary)
    {
        boundary = CentreOnBlank(boundary);
        // A fade in at the very start begins the first shot and ends none.
        if (!(contentStart < boundary.Start) && boundary.Start < LongestBlank)
            return;
        if (pending.Count > 0)
        {
            ShotBoundary last = pending[^1];
            if (IsBlankBetween(last, boundary))
            {
                pending[^1] = CentreOnBlank(new ShotBoundary(
                    (last.Seconds + boundary.Seconds) / 2, last.Start, boundary.End, BoundaryKind.Gradual, Math.Max(last.Strength, boundary.Strength)));
                return;
            }

            bool touch = boundary.Start <= last.End + 0.15 && boundary.End >= last.Start - 0.15;
            if (touch || boundary.Seconds - last.Seconds < minShot)
            {
                if (IsBetter(boundary, last))
                    pending[^1] = boundary;
                return;
            }
        }

        if (boundary.Seconds - lastBoundary >= minShot)
            pending.Add(boundary);
    }

    /// <summary>A fade through an empty picture has its border in the middle of the emptiness, also where only one of its halves was seen.</summary>
    private ShotBoundary CentreOnBlank(ShotBoundary boundary)
    {
        if (boundary.Kind == BoundaryKind.Cut)
            return boundary;
        int emptiest = -1;
        for (int i = frames.First; i <= frames.Last; i++)
        {
            if (frames[i].Seconds >= boundary.Start && frames[i].Seconds <= boundary.End
                && (emptiest < 0 || frames[i].Contrast < frames[emptiest].Contrast))
            {
                emptiest = i;
            }
        }

        if (emptiest < 0 || frames[emptiest].Contrast >= BlankContrast)
            return boundary;
        float most = frames[emptiest].Contrast + 2;
        int first = emptiest;
        int last = emptiest;
        while (first > frames.First && frames[first - 1].Contrast < most)
            first--;
        while (last < frames.Last && frames[last + 1].Contrast < most)
            last++;
        (double from, double to) = (frames[first].Seconds, frames[last].Seconds);
        return to - from > LongestBlank || first == 0 || last == frames.Last
            ? boundary
            : boundary with { Seconds = (from + to) / 2, Start = Math.Min(boundary.Start, from), End = Math.Max(boundary.End, to) };
    }

    private static bool IsBetter(ShotBoundary boundary, ShotBoundary other) =>
        boundary.Kind == other.Kind ? boundary.Strength > other.Strength : boundary.Kind == BoundaryKind.Gradual && boundary.End > boundary.Start;

    private bool IsBlankBetween(ShotBoundary a, ShotBoundary b)
    {
        if (b.Seconds - a.Seconds > LongestBlank + (a.End - a.Start) / 2 + (b.End - b.Start) / 2)
            return false;
        bool blank = false;
        for (int i = frames.Last; i >= frames.First && frames[i].Seconds >= a.Seconds; i--)
        {
            if (frames[i].Seconds < b.Seconds && frames[i].Contrast < BlankContrast)
                blank = true;
            else if (frames[i].Seconds >= a.End && frames[i].Seconds <= b.Start)
                return false;
        }

        return blank;
    }

    /// <summary>A fade out at the very end begins no shot.</summary>
    private void DropFadeOut()
    {
        if (pending.Count == 0 || frames.Last < 0)
            return;
        ShotBoundary last = pending[^1];
        if (frames[frames.Last].Seconds - last.End > LongestBlank)
            return;
        for (int i = frames.Last; i >= frames.First && frames[i].Seconds >= last.End; i--)
        {
            if (frames[i].Contrast >= BlankContrast)
                return;
        }

        pending.RemoveAt(pending.Count - 1);
    }

    private void Settle(double until)
    {
        while (pending.Count > 0 && pending[0].End < until)
        {
            lastBoundary = pending[0].Seconds;
            settled.Enqueue(pending[0]);
            pending.RemoveAt(0);
        }
    }

    /// <summary>Borders may still appear or move from here on.</summary>
    private double OpenSince()
    {
        double since = frames[Math.Max(frames.First, evaluated - GradualTransition.Reach)].Seconds - LongestBlank - 0.5;
        return pending.Count > 0 ? Math.Min(since, pending[0].Start) : since;
    }
}
