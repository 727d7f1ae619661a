using System.Text;
using VisualSearch.Samples.Drawing;

namespace VisualSearch.Samples.Scenes;

/// <summary>Says in English what a scene shows. A caption leaves things out, as people do, but says nothing untrue.</summary>
internal static class Caption
{
    private static readonly string[] Numbers = ["no", "one", "two", "three", "four", "five"];

    /// <summary>A short caption, with what is told chosen by the scene's own lot.</summary>
    internal static string Short(Scene scene)
    {
        var random = new SceneRandom(scene.Jitter ^ 0x5ca1ab1e);
        return Compose(
            scene,
            withSize: random.Chance(0.55),
            withSky: random.Chance(0.9),
            withPlace: random.Chance(0.5),
            withBackground: random.Chance(0.75),
            withStyle: random.Chance(0.45));
    }

    /// <summary>A sentence that tells all the scene knows.</summary>
    internal static string Full(Scene scene)
    {
        string all = Compose(scene, withSize: true, withSky: true, withPlace: true, withBackground: true, withStyle: true);
        return char.ToUpperInvariant(all[0]) + all[1..] + ".";
    }

    /// <summary>"two big red boats", "an apple".</summary>
    internal static string Phrase(ThingGroup group, bool withColor, bool withSize)
    {
        var words = new StringBuilder();
        if (withSize && !group.InSky && group.Size != ThingSize.Medium)
        {
            words.Append(group.Size == ThingSize.Big ? "big " : "small ");
        }

        if (withColor && group.Color != "rainbow")
        {
            words.Append(group.Color).Append(' ');
        }

        words.Append(group.Thing.Noun(group.Count));
        return group.Count == 1 ? Article(words.ToString()) : $"{Numbers[group.Count]} {words}";
    }

    /// <summary>The phrase with "a" or "an" before it.</summary>
    internal static string Article(string phrase) => ("aeiou".Contains(phrase[0], StringComparison.Ordinal) ? "an " : "a ") + phrase;

    internal static string Words(Relation relation) => relation switch
    {
        Relation.LeftOf => "to the left of",
        Relation.RightOf => "to the right of",
        Relation.Above => "above",
        Relation.Below => "below",
        _ => "and",
    };

    internal static string Background(Scene scene) =>
        scene.BackdropColor is { } color ? $"on a plain {color} background" : scene.Backdrop.Phrase;

    private static string Compose(Scene scene, bool withSize, bool withSky, bool withPlace, bool withBackground, bool withStyle)
    {
        ThingGroup[] subjects = [.. scene.Subjects];
        var text = new StringBuilder(Phrase(subjects[0], scene.HasColors, withSize));
        if (subjects.Length == 2)
        {
            text.Append(' ').Append(Words(scene.Relation)).Append(' ').Append(Phrase(subjects[1], scene.HasColors, withSize));
        }
        else if (subjects.Length == 3)
        {
            text.Append(", ").Append(Phrase(subjects[1], scene.HasColors, withSize));
            text.Append(" and ").Append(Phrase(subjects[2], scene.HasColors, withSize));
        }
        else if (withPlace && scene.Place != Place.Middle)
        {
            text.Append(scene.Place == Place.Left ? " on the left" : " on the right");
        }

        if (withSky && scene.Sky is { } sky)
        {
            text.Append(" under ").Append(Phrase(sky, scene.HasColors, withSize: false));
        }

        if (withSky && scene.Falling is { } falling)
        {
            text.Append(falling == "rain" ? " in the rain" : " in falling snow");
        }

        if (withBackground)
        {
            text.Append(' ').Append(Background(scene));
        }

        return withStyle ? text.Append(", ").Append(scene.Style.Phrase).ToString() : text.ToString();
    }
}
