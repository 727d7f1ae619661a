using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Things;

namespace VisualSearch.Samples.Scenes;

/// <summary>
/// Draws scenes by lot. A scene depends on the seed and its own number only, so a larger set with the same seed begins with the
/// smaller one. Changing anything here changes every set: raise <see cref="SampleGenerator.Version"/>.
/// </summary>
internal static class SceneComposer
{
    private static readonly double[] StyleWeights = [0.2, 0.17, 0.12, 0.15, 0.12, 0.07, 0.08, 0.09];
    private static readonly string[] Extensions = ["jpg", "webp", "png"];
    private static readonly string[] DaySky = ["sun", "sun", "sun", "cloud", "cloud", "rainbow", "rain cloud", "lightning"];
    private static readonly string[] NightSky = ["moon", "moon", "star", "star", "lightning", "cloud"];
    private static readonly string[] SilhouetteSky = ["sun", "moon", "star"];

    private static readonly Dictionary<string, Thing[]> Suiting = Backdrop.All.ToDictionary(
        backdrop => backdrop.Name,
        backdrop => backdrop.Suits
            .SelectMany(name => ThingCatalog.Subjects.Where(thing => thing.Name == name || thing.Group == name))
            .ToArray());

    internal static Scene Compose(long seed, int index)
    {
        SceneRandom random = SceneRandom.For(seed, index, 1);
        DrawingStyle style = DrawingStyle.All[random.Weighted(StyleWeights)];
        Backdrop backdrop = random.Pick(Backdrop.All);
        bool told = style != DrawingStyle.Silhouette && style != DrawingStyle.Chalk;
        string? backdropColor = backdrop.Name == "plain" && told ? random.Pick(Backdrop.PlainColors) : null;
        int groupCount = 1 + random.Weighted(0.55, 0.39, 0.06);
        string? falling = FallingFor(random, backdrop);
        ThingGroup? sky = groupCount == 3 ? null : SkyFor(random, style, backdrop, backdropColor, falling);
        Relation relation = RelationFor(random, groupCount, sky is not null);
        var groups = new List<ThingGroup>(4);
        while (groups.Count < groupCount)
        {
            ThingGroup? group = SubjectFor(random, groups, groupCount, style, backdrop, backdropColor);
            if (group is not null)
            {
                groups.Add(group);
            }
        }

        Place place = groupCount == 1 && groups[0].Count <= 2 ? (Place)random.Weighted(0.5, 0.25, 0.25) : Place.Middle;
        if (sky is not null)
        {
            groups.Add(sky);
        }

        Frame frame = FrameFor(random, groupCount, relation);
        int year = 2005 + random.Below(21);
        string extension = Extensions[random.Weighted(0.7, 0.2, 0.1)];
        ulong jitter = SceneRandom.Seed(seed, index, 2);
        return new Scene(index, style, backdrop, backdropColor, groups, relation, place, falling, frame, year, extension, jitter);
    }

    private static ThingGroup? SubjectFor(
        SceneRandom random, List<ThingGroup> others, int groupCount, DrawingStyle style, Backdrop backdrop, string? backdropColor)
    {
        Thing thing = random.Pick(others.Count == 0 && random.Chance(0.5) ? Suiting[backdrop.Name] : ThingCatalog.Subjects);
        string color = style == DrawingStyle.Silhouette ? "black" : random.Pick(thing.Colors);
        int count = 1 + (groupCount, others.Count) switch
        {
            (1, _) => random.Weighted(0.62, 0.15, 0.12, 0.06, 0.05),
            (2, 0) => random.Weighted(0.66, 0.22, 0.12),
            (2, _) => random.Weighted(0.86, 0.14),
            _ => 0,
        };
        ThingSize size = groupCount > 2 || count > 2 ? ThingSize.Medium : (ThingSize)random.Weighted(count == 1 ? 0.22 : 0, 0.38, 0.4);
        bool seen = style == DrawingStyle.Silhouette || CanBeSeen(color, style, backdrop, backdropColor);
        return seen && others.TrueForAll(other => other.Thing != thing)
            ? new ThingGroup(thing, color, count, size, InSky: false) : null;
    }

    internal static bool CanBeSeen(string color, DrawingStyle style, Backdrop backdrop, string? backdropColor) => style.Name switch
    {
        "chalk" => color is not ("black" or "brown"),
        "pencil" => color != "white" && color != backdropColor,
        _ => color != backdropColor && !backdrop.Hides.Contains(color) && !(color == "white" && backdropColor == "gray"),
    };

    private static string? FallingFor(SceneRandom random, Backdrop backdrop) => !backdrop.HasSky
        ? null
        : random.Weighted(0.88, 0.07, 0.05) switch { 0 => null, 1 => "rain", _ => "snow" };

    private static ThingGroup? SkyFor(SceneRandom random, DrawingStyle style, Backdrop backdrop, string? backdropColor, string? falling)
    {
        if (!backdrop.HasSky || falling == "snow" || !random.Chance(falling is null ? 0.36 : 0.5))
        {
            return null;
        }

        string kind = falling == "rain" ? "rain cloud"
            : style == DrawingStyle.Silhouette ? random.Pick(backdrop.IsNight ? ["moon", "star"] : SilhouetteSky)
            : random.Pick(backdrop.IsNight ? NightSky : DaySky);
        if (falling == "rain" && style == DrawingStyle.Silhouette)
        {
            return null;
        }

        Thing thing = ThingCatalog.Of(kind);
        string color = style == DrawingStyle.Silhouette ? "white" : random.Pick(thing.Colors);
        if (style == DrawingStyle.Chalk && color == "black")
        {
            color = "gray";
        }

        if (color == backdropColor)
        {
            return null;
        }

        int count = kind == "star" ? 1 + random.Below(3) : kind == "cloud" ? 1 + random.Below(2) : 1;
        return new ThingGroup(thing, color, count, ThingSize.Medium, InSky: true);
    }

    private static Relation RelationFor(SceneRandom random, int groupCount, bool hasSky) => groupCount != 2
        ? Relation.None
        : (Relation)(1 + (hasSky ? random.Weighted(0.5, 0.5) : random.Weighted(0.25, 0.25, 0.25, 0.25)));

    private static Frame FrameFor(SceneRandom random, int groupCount, Relation relation)
    {
        Frame[] frames = [Frame.Landscape, Frame.Portrait, Frame.Square, Frame.Wide];
        return frames[relation switch
        {
            Relation.Above or Relation.Below => random.Weighted(0.2, 0.45, 0.35, 0),
            _ when groupCount > 1 => random.Weighted(0.55, 0, 0.15, 0.3),
            _ => random.Weighted(0.4, 0.2, 0.25, 0.15),
        }];
    }
}
