using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Scenes;
using VisualSearch.Samples.Videos.Stories;

namespace VisualSearch.Samples.Videos;

/// <summary>
/// Plans the videos of a set by lot. Each plays in an invented place, where a host shows a few things and tells what no picture shows;
/// others pass by and nobody speaks of them. Facts and pairs of thing and colour are dealt from decks over the whole set, so that
/// a wish means one moment; a larger set begins with the smaller one.
/// </summary>
internal sealed class VideoComposer
{
    // Spoken text passes at 15 letters a second, as subtitles are meant to be read; a shot stays a moment longer.
    private const double LettersPerSecond = 15, Breath = 0.9, LongestSeconds = 58, ShortestShot = 3.2;

    private static readonly (int Width, int Height)[] Sizes = [(480, 270), (480, 360), (640, 360), (480, 270), (320, 240), (480, 270)];

    private static readonly DrawingStyle[] Styles = [DrawingStyle.Flat, DrawingStyle.Outlined, DrawingStyle.Shaded, DrawingStyle.Papercut, DrawingStyle.Flat, DrawingStyle.Pastel];

    private static readonly string[] Openings =
    [
        "Welcome to {0}. My name is {1}, and I have lived here all my life.", "This is {0}, and I am {1}. Come along for a walk.",
        "Hello from {0}! I am {1}, and today I show you around.", "Few people know {0}. I am {1}, and I think that should change.",
    ];

    private static readonly string[] Titles = ["A walk through {0}", "What you never knew about {0}", "{0} in an afternoon", "Stories from {0}", "{1} shows {0}", "The secrets of {0}"];

    private readonly long _seed;
    private readonly NameDeck _names;
    private readonly FactDeck _facts;
    private readonly HashSet<(string Thing, string Color)> _shown = [];

    private VideoComposer(long seed)
    {
        _seed = seed;
        _names = new NameDeck(SceneRandom.For(seed, 0, 21));
        _facts = new FactDeck(SceneRandom.For(seed, 0, 22));
    }

    internal static VideoSet Compose(long seed, int count)
    {
        var composer = new VideoComposer(seed);
        VideoPlan[] videos = [.. Enumerable.Range(0, count).Select(composer.ComposeOne)];
        return new VideoSet(seed, videos, composer._names);
    }

    private VideoPlan ComposeOne(int index)
    {
        SceneRandom random = SceneRandom.For(_seed, index, 23);
        string place = _names.Place(), host = _names.Person();
        (int width, int height) = Sizes[index % Sizes.Length];
        int fps = index % 3 == 1 ? 25 : 24;
        bool hard = index % 12 == 11;
        SubtitleKind subtitles = hard ? SubtitleKind.None : (index % 12) switch { 1 or 6 => SubtitleKind.WebVtt, 8 => SubtitleKind.SubStation, 4 or 10 => SubtitleKind.Embedded, _ => SubtitleKind.SubRip };
        string extension = (index % 12) switch { 4 => "mkv", 7 => "webm", _ => "mp4" };
        var builder = new ShotBuilder(random, Styles[index % Styles.Length], width, height, fps, _shown, hard);

        string opening = string.Format(null, random.Pick(Openings), place, host);
        builder.Add(subtitles == SubtitleKind.None ? ShortestShot : Seconds(opening), subtitles == SubtitleKind.None ? [] : [opening], null, isNamed: false);
        // Named, by "this one", silent: in a mixed order, with no two silent shots at the start of a set's short videos.
        char[] kinds = hard ? [.. "ssssssss"] : random.Chance(0.5) ? [.. "npsnps"] : [.. "nnpsps"];
        random.Shuffle(kinds);
        foreach (char kind in kinds)
        {
            if (kind == 's')
            {
                double seconds = random.Between(ShortestShot, hard ? 4.5 : 5);
                if (builder.Seconds + seconds <= LongestSeconds) builder.Add(seconds, [], null, isNamed: false);
                continue;
            }

            ThingGroup subject = builder.DrawSubject(_facts.Groups);
            Fact fact = Fact.Draw(_facts.Deal(subject.Thing.Group), place, subject.Thing.Noun(1), _names, random);
            string[] lines = Told(random, fact, kind == 'n', place);
            double length = lines.Sum(Seconds);
            if (builder.Seconds + length <= LongestSeconds) builder.Add(length, lines, fact, kind == 'n');
        }

        IReadOnlyList<Shot> shots = builder.Finish();
        string[] named = [.. shots.Where(shot => shot.IsNamed).Select(shot => shot.Subject.Thing.Name).Distinct()];
        string[] tags = [place, "walk", .. named.Take(2), hard ? "silent" : "stories"];
        string title = string.Format(null, random.Pick(Titles), place, host);
        string description = hard
            ? $"Impressions of {place} in quick pictures, without a word. Filmed by {host}."
            : $"{host} leads through {place}. {(named.Length > 0 ? $"There is a {string.Join(" and a ", named.Take(2))}, and some who live here tell why. " : "")}Recorded in one afternoon.";
        return new VideoPlan(
            index, place, host, title, tags, description, 2012 + random.Below(13), width, height, fps, extension, subtitles, Styles[index % Styles.Length], hard, shots);
    }

    /// <summary>The narration of a shot: a lead that names the thing or leaves it to the eye, then the fact.</summary>
    private static string[] Told(SceneRandom random, Fact fact, bool isNamed, string place)
    {
        string thing = fact.Values["thing"];
        string lead = isNamed
            ? string.Format(null, random.Pick(["Here is the {0} that everybody in {1} knows.", "Now to the {0}.", "And this is our {0}.", "Let me tell you about the {0}."]), thing, place)
            : random.Pick(["Look at this one.", "And what do we have here?", "I like to stop here for a moment.", "Then there is this one."]);
        return [lead, fact.Says];
    }

    private static double Seconds(string line) => Math.Max(1.4, line.Length / LettersPerSecond) + (Breath / 2);
}

/// <summary>All planned videos of a set.</summary>
internal sealed record VideoSet(long Seed, IReadOnlyList<VideoPlan> Videos, NameDeck Names);
