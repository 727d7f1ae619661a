using System.Globalization;
using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples.Queries;

/// <summary>A text query before it is judged.</summary>
internal sealed record Wish(string Text, Intent Intent);

/// <summary>
/// The shapes of text queries. Each makes a wish that a given scene fulfils, or none where the scene lacks what the shape tells.
/// </summary>
/// <param name="Name">What the shape tells.</param>
/// <param name="Share">How many of sixty text queries have it.</param>
/// <param name="FewestPerfect">Pictures of grade 3 that such a query must have in its set.</param>
/// <param name="FewestRelevant">Pictures of grade 2 or 3 that it must have.</param>
/// <param name="WishFor">Makes the wish.</param>
internal sealed record TextShape(string Name, int Share, int FewestPerfect, int FewestRelevant, Func<Scene, Wish?> WishFor)
{
    internal static IReadOnlyList<TextShape> All { get; } =
    [
        new("kind", 8, 3, 3, scene => new Wish(
            Caption.Phrase(One(scene), withColor: false, withSize: false), new Intent([new Ask(Kind(scene))]))),
        new("color", 10, 3, 3, scene => Told(scene, new Wish(
            Caption.Phrase(One(scene), withColor: true, withSize: false), new Intent([new Ask(Kind(scene), First(scene).Color)])))),
        new("count", 8, 2, 3, scene => First(scene).Count == 1 ? null : Told(scene, new Wish(
            Caption.Phrase(First(scene), withColor: true, withSize: false),
            new Intent([new Ask(Kind(scene), First(scene).Color, First(scene).Count)])))),
        new("relation", 10, 1, 1, Related),
        new("background", 8, 3, 3, scene => scene.Backdrop.Name == "plain" ? null : new Wish(
            $"{Caption.Phrase(One(scene), withColor: false, withSize: false)} {scene.Backdrop.Phrase}",
            new Intent([new Ask(Kind(scene))]) { Background = scene.Backdrop.Name })),
        new("style", 6, 3, 3, scene => new Wish(
            string.Format(CultureInfo.InvariantCulture, scene.Style.Request, Caption.Phrase(One(scene), withColor: false, withSize: false)),
            new Intent([new Ask(Kind(scene))]) { Style = scene.Style.Name })),
        new("weather", 4, 3, 3, Weathered),
        new("composed", 6, 1, 3, Composed),
    ];

    private static ThingGroup First(Scene scene) => scene.Groups[0];

    private static ThingGroup One(Scene scene) => scene.Groups[0] with { Count = 1 };

    private static string Kind(Scene scene) => scene.Groups[0].Thing.Name;

    /// <summary>Only where the scene has colours to tell.</summary>
    private static Wish? Told(Scene scene, Wish wish) => scene.HasColors ? wish : null;

    /// <summary>"a boat to the left of a red bus".</summary>
    private static Wish? Related(Scene scene)
    {
        ThingGroup[] subjects = [.. scene.Subjects];
        if (subjects.Length != 2 || !scene.HasColors)
        {
            return null;
        }

        return new Wish(
            $"{Caption.Phrase(subjects[0] with { Count = 1 }, withColor: true, withSize: false)} {Caption.Words(scene.Relation)} "
                + Caption.Phrase(subjects[1] with { Count = 1 }, withColor: true, withSize: false),
            new Intent([new Ask(subjects[0].Thing.Name, subjects[0].Color), new Ask(subjects[1].Thing.Name, subjects[1].Color)])
            {
                Relation = scene.Relation,
            });
    }

    /// <summary>"rain in the city", "a rainbow in the mountains".</summary>
    private static Wish? Weathered(Scene scene)
    {
        if (scene.Backdrop == Backdrop.Of("plain"))
        {
            return null;
        }

        if (scene.Falling is { } falling)
        {
            string words = falling == "rain" ? "rain" : "falling snow";
            return new Wish($"{words} {scene.Backdrop.Phrase}", new Intent([]) { Falling = falling, Background = scene.Backdrop.Name });
        }

        return scene.Sky is not { } sky ? null : new Wish(
            $"{Caption.Phrase(sky with { Count = 1 }, withColor: false, withSize: false)} {scene.Backdrop.Phrase}",
            new Intent([new Ask(sky.Thing.Name)]) { Background = scene.Backdrop.Name });
    }

    /// <summary>"two red boats under a yellow sun"; of other skies no colour, or hardly a picture would come near.</summary>
    private static Wish? Composed(Scene scene)
    {
        if (scene.Sky is not { } sky || !scene.HasColors)
        {
            return null;
        }

        int? count = First(scene).Count == 1 ? null : First(scene).Count;
        bool sunny = sky.Thing.Name == "sun";
        return new Wish(
            $"{Caption.Phrase(First(scene), withColor: true, withSize: false)} under "
                + Caption.Phrase(sky with { Count = 1 }, withColor: sunny, withSize: false),
            new Intent([new Ask(Kind(scene), First(scene).Color, count), new Ask(sky.Thing.Name, sunny ? sky.Color : null)]));
    }
}
