using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Scenes;
using VisualSearch.Samples.Things;
using VisualSearch.Samples.Videos.Stories;

namespace VisualSearch.Samples.Videos;

/// <summary>Lines up the shots of one video: what stands where, what moves, how the camera goes and how one shot becomes the next.</summary>
internal sealed class ShotBuilder(
    SceneRandom random, DrawingStyle style, int width, int height, int fps, HashSet<(string Thing, string Color)> shown, bool isHard)
{
    private static readonly Backdrop[] Backdrops = [.. Backdrop.All.Where(backdrop => backdrop.Name != "plain")];
    private static readonly string[] Fliers = ["bird", "butterfly", "bee", "owl", "airplane", "helicopter", "balloon", "rocket", "kite"];
    private static readonly string[] Swimmers = ["fish", "octopus", "turtle", "boat"];
    private static readonly string[] AnyGroup = ["animal", "vehicle", "building", "plant", "food", "furniture", "object"];

    private readonly List<Shot> _shots = [];
    private readonly List<string> _backdrops = [];
    private readonly Frame _frame = width * 3 == height * 4 ? Frame.Landscape : Frame.Wide;
    private (ThingGroup Subject, Backdrop Backdrop)? _next;

    internal double Seconds => _shots.Count == 0 ? 0 : (double)_shots[^1].EndFrame / fps;

    /// <summary>Chooses what the next shot shows, in one of the groups.</summary>
    internal ThingGroup DrawSubject(IReadOnlyList<string> groups)
    {
        Backdrop backdrop = random.Pick([.. Backdrops.Where(choice => !_backdrops.TakeLast(3).Contains(choice.Name))]);
        for (int draw = 0; ; draw++)
        {
            string group = random.Pick(groups);
            Thing thing = random.Pick([.. ThingCatalog.Subjects.Where(thing => thing.Group == group)]);
            string color = random.Pick(thing.Colors);
            // What suits the place is wanted first, then what nobody has seen yet, then anything that stands out.
            bool suits = draw > 60 || backdrop.Suits.Contains(thing.Name) || backdrop.Suits.Contains(thing.Group);
            bool fresh = draw > 300 || !shown.Contains((thing.Name, color));
            if (suits && fresh && SceneComposer.CanBeSeen(color, style, backdrop, null))
            {
                shown.Add((thing.Name, color));
                var subject = new ThingGroup(thing, color, 1, random.Chance(0.5) ? ThingSize.Big : ThingSize.Medium, InSky: false);
                _next = (subject, backdrop);
                return subject;
            }
        }
    }

    /// <summary>Adds a shot of the subject drawn before, or of a new one.</summary>
    internal void Add(double seconds, IReadOnlyList<string> lines, Fact? fact, bool isNamed)
    {
        if (_next is null) DrawSubject(AnyGroup);
        (ThingGroup subject, Backdrop backdrop) = _next!.Value;
        _next = null;
        _backdrops.Add(backdrop.Name);
        int first = _shots.Count == 0 ? 0 : _shots[^1].EndFrame, frames = (int)Math.Round(seconds * fps);
        bool comes = subject.Thing.Group is "animal" or "vehicle" && random.Chance(0.45);
        Scene scene = SceneOf(subject, backdrop, comes);
        var movers = new List<Mover>(2);
        if (comes) movers.Add(Comer(subject));
        if (random.Chance(0.34) && Visitor(subject, backdrop) is { } visitor) movers.Add(visitor);
        (View from, View to) = Camera(scene, subject);
        TransitionKind into = isHard ? (TransitionKind)random.Weighted(0.8, 0.1, 0.1) : (TransitionKind)random.Weighted(0.56, 0.22, 0.22);
        int transition = _shots.Count == 0 || into == TransitionKind.Cut ? 0 : 2 * random.Next(into == TransitionKind.Fade ? 8 : 6, into == TransitionKind.Fade ? 13 : 11);
        _shots.Add(new Shot(first, frames, scene, subject, from, to, movers, _shots.Count == 0 ? TransitionKind.Cut : into, transition)
        {
            Fact = fact,
            IsNamed = isNamed,
            Lines = [.. Spoken(lines, (double)first / fps)],
            Flashes = isHard && random.Chance(0.5) ? Flashes(first, frames) : [],
        });
    }

    internal IReadOnlyList<Shot> Finish() => _shots;

    private static IEnumerable<SpokenLine> Spoken(IReadOnlyList<string> lines, double start)
    {
        double at = start + 0.2;
        foreach (string line in lines)
        {
            double end = at + Math.Max(1.4, line.Length / 15.0);
            yield return new SpokenLine(Math.Round(at, 3), Math.Round(end, 3), line);
            at = end + 0.45;
        }
    }

    private Scene SceneOf(ThingGroup subject, Backdrop backdrop, bool comes)
    {
        var groups = new List<ThingGroup>(2);
        if (!comes) groups.Add(subject);
        string? falling = backdrop.HasSky && random.Chance(0.1) ? (backdrop.Name == "snow" ? "snow" : "rain") : null;
        if (backdrop.HasSky && falling is null && random.Chance(0.3))
        {
            Thing sky = ThingCatalog.Of(backdrop.IsNight ? "moon" : random.Pick(["sun", "sun", "cloud", "rainbow"]));
            groups.Add(new ThingGroup(sky, sky.Colors[0], 1, ThingSize.Medium, InSky: true));
        }

        Place place = (Place)random.Weighted(0.6, 0.2, 0.2);
        return new Scene(_shots.Count, style, backdrop, null, groups, Relation.None, place, falling, _frame, 0, "jpg", random.NextBits());
    }

    /// <summary>The subject comes in from a side and stays.</summary>
    private Mover Comer(ThingGroup subject)
    {
        double tall = random.Between(0.42, 0.56), wide = Wide(subject.Thing, tall);
        bool fromLeft = random.Chance(0.5), flies = Fliers.Contains(subject.Thing.Name);
        double y = flies ? random.Between(0.35, 0.5) : 0.9 - (tall / 2), side = fromLeft ? -wide / 2 : 1 + (wide / 2);
        string motion = $"{(flies ? "flying" : Swimmers.Contains(subject.Thing.Name) ? "gliding" : "moving")} in from the {(fromLeft ? "left" : "right")}";
        return new Mover(
            subject, wide, side, flies ? y - 0.12 : y, random.Between(0.42, 0.58), y, 0.02, random.Between(0.3, 0.42), !fromLeft && subject.Thing.CanMirror, motion);
    }

    /// <summary>Something small that crosses the picture, and that nobody speaks of.</summary>
    private Mover? Visitor(ThingGroup subject, Backdrop backdrop)
    {
        Thing thing = random.Pick([.. ThingCatalog.Subjects.Where(thing => thing.Group is "animal" or "vehicle" || thing.Name is "kite" or "ball")]);
        string color = random.Pick(thing.Colors);
        if (thing == subject.Thing || shown.Contains((thing.Name, color)) || !SceneComposer.CanBeSeen(color, style, backdrop, null)) return null;
        shown.Add((thing.Name, color));
        bool fromLeft = random.Chance(0.5), flies = Fliers.Contains(thing.Name);
        double tall = random.Between(0.24, 0.3), wide = Wide(thing, tall), y = flies ? random.Between(0.2, 0.34) : 0.95 - (tall / 2);
        double start = fromLeft ? -wide / 2 : 1 + (wide / 2);
        string motion = $"{(flies ? "flying past" : "passing by")} from {(fromLeft ? "left to right" : "right to left")}";
        return new Mover(
            new ThingGroup(thing, color, 1, ThingSize.Small, InSky: false), wide, start, y, 1 - start, y, random.Between(0.02, 0.12), random.Between(0.88, 1), !fromLeft && thing.CanMirror, motion);
    }

    private double Wide(Thing thing, double tall) => tall * height / thing.Height * thing.Width / width;

    private (View From, View To) Camera(Scene scene, ThingGroup subject)
    {
        var whole = new View(0.5, 0.5, 1);
        // A quick pan shows the middle of the scene before and after: what is there stays in the picture.
        if (isHard && random.Chance(0.4)) return random.Chance(0.5) ? (new View(0.31, 0.5, 0.62), new View(0.69, 0.5, 0.62)) : (new View(0.69, 0.5, 0.62), new View(0.31, 0.5, 0.62));
        Placement[] placed = [.. Layout.Arrange(scene).Where(placement => placement.Group == subject)];
        double x = placed.Length == 0 ? 0.5 : (placed[0].X + (placed[0].Width / 2)) / _frame.Width, y = placed.Length == 0 ? 0.55 : (placed[0].Y + (placed[0].Height / 2)) / _frame.Height;
        double near = random.Between(0.7, 0.8);
        var close = new View(Math.Clamp(x, near / 2, 1 - (near / 2)), Math.Clamp(y, near / 2, 1 - (near / 2)), near);
        var left = new View(0.43, close.Y > 0.5 ? 0.57 : 0.43, 0.86);
        var right = left with { X = 0.57 };
        return random.Weighted(0.3, 0.2, 0.2, 0.2, 0.1) switch
        {
            0 => (whole, close),
            1 => (close, whole),
            2 => (left, right),
            3 => (right, left),
            _ => (new View(0.5, 0.5, 0.96), new View(0.5, 0.5, 0.96)),
        };
    }

    /// <summary>Two flashes of two frames each, away from the ends of the shot.</summary>
    private static int[] Flashes(int first, int frames) => [first + (frames * 3 / 10), first + (frames * 3 / 10) + 1, first + (frames * 6 / 10), first + (frames * 6 / 10) + 1];
}
