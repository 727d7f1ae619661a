namespace VisualSearch.Encoders.Media.Video;

/// <summary>Which frames of a video are read, and how large.</summary>
public sealed record FrameRequest
{
    /// <summary>Tiles of a storyboard have a long side of 160 pixels, so a wide frame of 144 rows still holds one.</summary>
    private const int LeastShortSide = 144;

    /// <summary>
    /// Frames a second at most (default 8, which places a cut within 0.125 s). Of the frames whose time falls into one interval of 1/rate
    /// the first is read, with its own time; nothing is repeated where a video has fewer.
    /// </summary>
    public double FramesPerSecond
    {
        get;
        init => field = value is > 0 and <= 1000
            ? value
            : throw new ArgumentOutOfRangeException(nameof(FramesPerSecond), value, "FramesPerSecond must be above 0 and at most 1000.");
    } = 8;

    /// <summary>Shorter side of a frame in pixels (default 256, the largest input of the encoders in the registry); smaller videos keep their size.</summary>
    public int ShortSide
    {
        get;
        init => field = value is >= 8 and <= 4096
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ShortSide), value, "ShortSide must be between 8 and 4096 pixels.");
    } = 256;

    /// <summary>Longer side of a frame in pixels at most (default 512); decides for panoramas, whose frames would else be long.</summary>
    public int LongSide
    {
        get;
        init => field = value is >= 8 and <= 8192
            ? value
            : throw new ArgumentOutOfRangeException(nameof(LongSide), value, "LongSide must be between 8 and 8192 pixels.");
    } = 512;

    /// <summary>Whether key frames alone are decoded: many times faster, and moments are as exact as key frames are dense (1 to 10 s apart).</summary>
    public bool KeyFramesOnly { get; init; }

    /// <summary>
    /// The same frames, no larger than an encoder needs them: at 64 pixels, the default encoder's, a frame of 256 rows costs three times as
    /// much on its way out of ffmpeg as one of 144, and tells shots no better.
    /// </summary>
    /// <param name="input">Side of the encoder's input in pixels.</param>
    public FrameRequest ForInput(int input)
    {
        int side = Math.Min(ShortSide, Math.Max(LeastShortSide, input));
        return this with { ShortSide = side, LongSide = Math.Min(LongSide, 2 * side) };
    }

    /// <summary>The size of frames of a video, upright.</summary>
    internal (int Width, int Height) SizeFor(VideoInfo info)
    {
        double shorter = Math.Min(info.Width, info.Height);
        double longer = Math.Max(info.Width, info.Height);
        double scale = Math.Min(1, Math.Min(ShortSide / shorter, LongSide / longer));
        return (Math.Max(1, (int)Math.Round(info.Width * scale)), Math.Max(1, (int)Math.Round(info.Height * scale)));
    }
}
