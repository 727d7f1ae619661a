namespace VisualSearch.Encoders.Media.Video;

/// <summary>How one shot gives way to the next.</summary>
internal enum BoundaryKind
{
    /// <summary>From one frame to the next.</summary>
    Cut,

    /// <summary>Over several frames that mix both: a dissolve, or a fade to or from an empty picture.</summary>
    Gradual,
}

/// <summary>The border of two shots.</summary>
/// <param name="Seconds">When the second shot begins: its first frame, or the middle of the transition.</param>
/// <param name="Start">Where the first shot's own frames end; equals <paramref name="Seconds"/> for a cut.</param>
/// <param name="End">Where the second shot's own frames begin.</param>
/// <param name="Kind">How.</param>
/// <param name="Strength">How much the picture changes, in 0 to 255, to choose between two borders that are too close.</param>
internal readonly record struct ShotBoundary(double Seconds, double Start, double End, BoundaryKind Kind, float Strength);

/// <summary>Finds borders in a stream of frames, each some frames later than it happens.</summary>
internal interface IBoundaryDetector
{
    /// <summary>Every border before this time has been given out.</summary>
    double SettledSeconds { get; }

    /// <summary>Takes the next frame; the look belongs to the detector until <see cref="TryRecycle"/> gives it back.</summary>
    void Add(FrameLook look);

    /// <summary>Says that there are no more frames.</summary>
    void Complete();

    /// <summary>The next border in time, once it is certain.</summary>
    bool TryTake(out ShotBoundary boundary);

    /// <summary>A look that is no longer needed.</summary>
    bool TryRecycle([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out FrameLook? look);
}
