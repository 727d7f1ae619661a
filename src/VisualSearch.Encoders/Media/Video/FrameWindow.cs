namespace VisualSearch.Encoders.Media.Video;

/// <summary>The last frames of a stream under their numbers; older ones are forgotten.</summary>
internal sealed class FrameWindow
{
    /// <summary>How many frames are kept: 12 s at 8 frames a second, more than the longest transition with what surrounds it.</summary>
    public const int Capacity = 96;

    private readonly FrameLook?[] looks = new FrameLook?[Capacity];
    private readonly float[] residuals = new float[Capacity];
    private readonly float[] colors = new float[Capacity];

    /// <summary>Number of the oldest frame that is kept.</summary>
    public int First => Math.Max(0, Last - Capacity + 1);

    /// <summary>Number of the newest frame; -1 before the first.</summary>
    public int Last { get; private set; } = -1;

    public FrameLook this[int number] => looks[number % Capacity]!;

    /// <summary>What motion doesn't explain of the change from the frame before, 0 to 255.</summary>
    public float Residual(int number) => residuals[number % Capacity];

    /// <summary>How much of the colours changed from the frame before, 0 to 1.</summary>
    public float ColorChange(int number) => colors[number % Capacity];

    /// <summary>Appends a frame.</summary>
    /// <returns>The frame that is forgotten for it, or null.</returns>
    public FrameLook? Add(FrameLook look)
    {
        Last++;
        int slot = Last % Capacity;
        FrameLook? forgotten = looks[slot];
        looks[slot] = look;
        (residuals[slot], colors[slot]) = (0, 0);
        if (Last > 0)
        {
            FrameLook before = looks[(Last - 1) % Capacity]!;
            colors[slot] = FrameLook.ColorDistance(before, look);
            // Where the coarse pictures hardly differ there is no motion to search, which is most of most videos.
            float coarse = FrameLook.CoarseDistance(before, look);
            residuals[slot] = coarse < 1.5f ? coarse : MotionSearch.Residual(before, look);
        }

        return forgotten;
    }
}
