namespace VisualSearch.Encoders.Media.Video;

/// <summary>
/// Finds borders where only key frames are read, seconds apart: two that differ in brightness, after motion, and in colours belong to
/// different shots. There are no neighbours to compare with, so thresholds are fixed and a fade looks like a cut.
/// </summary>
internal sealed class KeyFrameShots : IBoundaryDetector
{
    private const float LeastChange = 9;
    private const float LeastColorChange = 0.2f;

    /// <summary>From here on brightness alone decides.</summary>
    private const float SureChange = 20;

    private readonly Queue<ShotBoundary> found = new();
    private readonly Stack<FrameLook> forgotten = new();
    private readonly double minShot;
    private FrameLook? last;
    private double lastBoundary = double.NegativeInfinity;

    public KeyFrameShots(double minShotSeconds) => minShot = minShotSeconds;

    public double SettledSeconds { get; private set; }

    public void Add(FrameLook look)
    {
        SettledSeconds = look.Seconds;
        if (last is not null)
        {
            float change = MotionSearch.Residual(last, look);
            bool differs = change >= SureChange || (change >= LeastChange && FrameLook.ColorDistance(last, look) >= LeastColorChange);
            if (differs && look.Seconds - lastBoundary >= minShot)
            {
                found.Enqueue(new ShotBoundary(look.Seconds, look.Seconds, look.Seconds, BoundaryKind.Cut, change));
                lastBoundary = look.Seconds;
            }

            forgotten.Push(last);
        }

        last = look;
    }

    public void Complete() => SettledSeconds = double.PositiveInfinity;

    public bool TryTake(out ShotBoundary boundary) => found.TryDequeue(out boundary);

    public bool TryRecycle([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FrameLook? look) => forgotten.TryPop(out look);
}
