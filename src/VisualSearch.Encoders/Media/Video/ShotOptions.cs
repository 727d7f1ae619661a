namespace VisualSearch.Encoders.Media.Video;

/// <summary>How a video is cut into shots and what is kept of each.</summary>
public sealed record ShotOptions
{
    /// <summary>Shortest shot in seconds (default 0.6). What is shorter is a flash or an effect, and stays with the shot around it.</summary>
    public double MinShotSeconds
    {
        get;
        init => field = value is > 0 and <= 60
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MinShotSeconds), value, "MinShotSeconds must be above 0 and at most 60.");
    } = 0.6;

    /// <summary>
    /// After so many seconds (default 30) an unbroken shot is divided where its picture no longer looks like its start, so that a moment
    /// in a long take can be found. A still picture is divided after ten times as long only.
    /// </summary>
    public double MaxShotSeconds
    {
        get;
        init => field = value is >= 1 and <= 36000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxShotSeconds), value, "MaxShotSeconds must be between 1 and 36000.");
    } = 30;

    /// <summary>Most keyframes of a shot (default 6).</summary>
    public int MaxKeyframes
    {
        get;
        init => field = value is >= 1 and <= 16
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxKeyframes), value, "MaxKeyframes must be between 1 and 16.");
    } = 6;

    /// <summary>
    /// How far a further keyframe has to look from those chosen, as the root mean square difference of 16 × 9 cells in 0 to 255 (default 6).
    /// Two frames of one static camera differ by 1 to 4, two unrelated pictures by 40 to 90.
    /// </summary>
    public float KeyframeDistance
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(KeyframeDistance), value, "KeyframeDistance must not be negative.");
    } = 6;

    /// <summary>Neighbouring shots whose mean looks differ by less than this (default 4) are one shot.</summary>
    public float MergeDistance
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(MergeDistance), value, "MergeDistance must not be negative.");
    } = 4;
}
