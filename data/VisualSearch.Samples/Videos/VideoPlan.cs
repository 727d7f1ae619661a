using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Scenes;
using VisualSearch.Samples.Videos.Stories;

namespace VisualSearch.Samples.Videos;

/// <summary>How one shot becomes the next.</summary>
internal enum TransitionKind
{
    /// <summary>From one frame to the next.</summary>
    Cut,

    /// <summary>Through black.</summary>
    Fade,

    /// <summary>One blends into the other.</summary>
    Dissolve,
}

/// <summary>How subtitles come with a video.</summary>
internal enum SubtitleKind
{
    SubRip,
    WebVtt,
    SubStation,

    /// <summary>A track inside the video file.</summary>
    Embedded,

    /// <summary>Nobody speaks.</summary>
    None,
}

/// <summary>A part of the scene that the camera shows: its middle and its width, as shares of the scene.</summary>
internal readonly record struct View(double X, double Y, double Width)
{
    internal static View Between(View from, View to, double share) => new(
        from.X + ((to.X - from.X) * share), from.Y + ((to.Y - from.Y) * share), from.Width + ((to.Width - from.Width) * share));
}

/// <summary>A thing that moves on its own: where its middle is from <see cref="Enters"/> to <see cref="Arrives"/>, in shares of the scene and of the shot.</summary>
internal sealed record Mover(
    ThingGroup Group, double Width, double FromX, double FromY, double ToX, double ToY, double Enters, double Arrives, bool Mirrored, string Motion);

/// <summary>What the narrator says in a shot, in seconds from the start of the video.</summary>
internal sealed record SpokenLine(double Start, double End, string Text);

/// <summary>
/// A shot: a scene, how the camera goes over it, what moves in it, and what is said. Frames are counted; the shot begins in the middle
/// of the transition into it.
/// </summary>
internal sealed record Shot(
    int FirstFrame, int Frames, Scene Scene, ThingGroup Subject, View From, View To, IReadOnlyList<Mover> Movers, TransitionKind Into, int TransitionFrames)
{
    /// <summary>What is told about the subject, or null where nobody speaks of it.</summary>
    internal Fact? Fact { get; init; }

    /// <summary>What is said, in order of time.</summary>
    internal IReadOnlyList<SpokenLine> Lines { get; init; } = [];

    /// <summary>Whether the narration names the subject, or says "this one" and leaves it to the eye.</summary>
    internal bool IsNamed { get; init; }

    /// <summary>Frames, from the start of the video, that a flash of light makes nearly white.</summary>
    internal IReadOnlyList<int> Flashes { get; init; } = [];

    internal int EndFrame => FirstFrame + Frames;
}

/// <summary>One video before it is drawn.</summary>
internal sealed record VideoPlan(
    int Index, string Place, string Host, string Title, IReadOnlyList<string> Tags, string Description, int Year,
    int Width, int Height, int FramesPerSecond, string Extension, SubtitleKind Subtitles, DrawingStyle Style, bool IsHard, IReadOnlyList<Shot> Shots)
{
    internal int Frames => Shots[^1].EndFrame;

    internal double Seconds => Time(Frames);

    internal string FileName => $"{Index:D3}.{Extension}";

    /// <summary>Relative to the sample folder: how judgements call the video.</summary>
    internal string RelativePath => "videos/" + FileName;

    /// <summary>Seconds at which a frame begins, with three decimals.</summary>
    internal double Time(int frame) => Math.Round((double)frame / FramesPerSecond, 3);

    internal IEnumerable<SpokenLine> Lines => Shots.SelectMany(shot => shot.Lines);
}
