using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Things;

namespace VisualSearch.Samples.Scenes;

/// <summary>How large the things of a group are drawn within the room they have.</summary>
internal enum ThingSize
{
    Small,
    Medium,
    Big,
}

/// <summary>How the first group of a scene stands to the second.</summary>
internal enum Relation
{
    None,
    LeftOf,
    RightOf,
    Above,
    Below,
}

/// <summary>Where the only group of a scene stands.</summary>
internal enum Place
{
    Middle,
    Left,
    Right,
}

/// <summary>The shape of a picture, in units of the drawing; the 4:3 one is 480 wide.</summary>
internal sealed record Frame(string Name, double Width, double Height)
{
    internal static readonly Frame Landscape = new("landscape", 480, 360), Portrait = new("portrait", 360, 480);
    internal static readonly Frame Square = new("square", 400, 400), Wide = new("wide", 640, 360);

    /// <summary>The pixels of this frame when a landscape picture is <paramref name="size"/> wide.</summary>
    internal (int Width, int Height) Pixels(int size) => (
        (int)Math.Round(Width * size / 480, MidpointRounding.AwayFromZero),
        (int)Math.Round(Height * size / 480, MidpointRounding.AwayFromZero));
}

/// <summary>One to five equal things.</summary>
internal sealed record ThingGroup(Thing Thing, string Color, int Count, ThingSize Size, bool InSky);

/// <summary>
/// What a picture shows: all that captions, metadata and judgements know. What they don't tell (exact places, small turns,
/// blades of grass) comes from <see cref="Jitter"/>, so the same scene can be drawn again differently.
/// </summary>
internal sealed record Scene(
    int Index,
    DrawingStyle Style,
    Backdrop Backdrop,
    string? BackdropColor,
    IReadOnlyList<ThingGroup> Groups,
    Relation Relation,
    Place Place,
    string? Falling,
    Frame Frame,
    int Year,
    string Extension,
    ulong Jitter)
{
    /// <summary>The groups that stand in the scene, most important first; what is in the sky is not among them.</summary>
    internal IEnumerable<ThingGroup> Subjects => Groups.Where(group => !group.InSky);

    internal ThingGroup? Sky => Groups.FirstOrDefault(group => group.InSky);

    /// <summary>A silhouette has no colours to tell.</summary>
    internal bool HasColors => Style != DrawingStyle.Silhouette;

    /// <summary>The weather in one word, if the scene has any: what falls, else what is in the sky.</summary>
    internal string? Weather => Falling ?? Sky?.Thing.Name;
}
