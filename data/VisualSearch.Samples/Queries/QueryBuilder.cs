using VisualSearch.Samples.Drawing;
using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples.Queries;

/// <summary>
/// Makes the judged queries of a set: sixty of text, thirty pictures, thirty crops, fewer where a small set has too little to
/// judge. Wishes are drawn from the set's own scenes, so each has an answer, and judged by <see cref="Intent.Grade"/>.
/// </summary>
/// <remarks>
/// Bounds, so that a query neither is a lottery nor finds its answers anywhere: at least <see cref="TextShape.FewestPerfect"/>
/// pictures of grade 3 and <see cref="TextShape.FewestRelevant"/> of grade 2 or 3 (picture queries 1 and 3, crops 3 and 3), at
/// least <see cref="FewestJudged"/> of any grade; at most 6 % of the set (or 20) of grade 2 or 3 and a quarter of any grade.
/// </remarks>
internal static class QueryBuilder
{
    internal const int PictureQueries = 30, CropQueries = 30, FewestJudged = 5;

    // Twice the demo's pictures: what none of so many scenes offers isn't in the set.
    private const int Draws = 4000;

    internal static QuerySet Build(long seed, IReadOnlyList<Scene> scenes)
    {
        var queries = new List<JudgedQuery>(128);
        var pictures = new List<(string File, Scene Scene)>(PictureQueries);
        AddText(queries, SceneRandom.For(seed, scenes.Count, 11), scenes);
        AddPictures(queries, pictures, SceneRandom.For(seed, scenes.Count, 12), scenes);
        AddCrops(queries, SceneRandom.For(seed, scenes.Count, 13), scenes);
        return new QuerySet(queries, pictures);
    }

    private static void AddText(List<JudgedQuery> queries, SceneRandom random, IReadOnlyList<Scene> scenes)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        int number = 0;
        foreach (TextShape shape in TextShape.All)
        {
            int wanted = shape.Share;
            for (int draw = 0; draw < Draws && wanted > 0; draw++)
            {
                Wish? wish = shape.WishFor(random.Pick(scenes));
                if (wish is not null && !seen.Contains(wish.Text)
                    && Judge(wish.Intent, scenes, shape.FewestPerfect, shape.FewestRelevant) is { } grades)
                {
                    seen.Add(wish.Text);
                    queries.Add(new JudgedQuery($"t{++number:D2}", "text", wish.Text, null, null, grades));
                    wanted--;
                }
            }
        }
    }

    /// <summary>
    /// The same scene drawn again with other jitter and mostly in another style; no query picture is in the set, the scene it
    /// was drawn from is. Asked for: the thing in its colour, its number if there are several, and the background. Only scenes
    /// with one kind of thing are used, since nobody could tell which of two is meant.
    /// </summary>
    private static void AddPictures(
        List<JudgedQuery> queries, List<(string File, Scene Scene)> pictures, SceneRandom random, IReadOnlyList<Scene> scenes)
    {
        DrawingStyle[] styles = [.. DrawingStyle.All.Where(style => style != DrawingStyle.Silhouette && style != DrawingStyle.Chalk)];
        var seen = new HashSet<int>();
        for (int draw = 0; draw < Draws && pictures.Count < PictureQueries; draw++)
        {
            Scene source = random.Pick(scenes);
            DrawingStyle style = random.Pick(styles);
            ulong jitter = random.NextBits();
            if (!source.HasColors || source.Subjects.Count() > 1 || seen.Contains(source.Index)
                || !SceneComposer.CanBeSeen(source.Groups[0].Color, style, source.Backdrop, source.BackdropColor))
            {
                continue;
            }

            ThingGroup group = source.Groups[0];
            var ask = new Ask(group.Thing.Name, group.Color, group.Count == 1 ? null : group.Count);
            if (Judge(new Intent([ask]) { Background = source.Backdrop.Name }, scenes, fewestPerfect: 1, fewestRelevant: 3) is { } grades)
            {
                seen.Add(source.Index);
                string id = $"p{pictures.Count + 1:D2}", file = $"queries/{id}.jpg";
                pictures.Add((file, source with { Style = style, Jitter = jitter, Extension = "jpg" }));
                queries.Add(new JudgedQuery(id, "picture", null, file, null, grades));
            }
        }
    }

    /// <summary>
    /// One thing cut out of a picture of the set; asked for is its kind in its colour. The picture itself is judged like all
    /// others (grade 3): a search that returns it first is right.
    /// </summary>
    private static void AddCrops(List<JudgedQuery> queries, SceneRandom random, IReadOnlyList<Scene> scenes)
    {
        var seen = new HashSet<(string Kind, string Color)>();
        for (int draw = 0; draw < Draws && seen.Count < CropQueries; draw++)
        {
            Scene source = random.Pick(scenes);
            Placement placement = random.Pick(Layout.Arrange(source));
            ThingGroup group = placement.Group;
            double shorter = Math.Min(source.Frame.Width, source.Frame.Height);
            bool cutOut = placement.Width * placement.Height < 0.4 * source.Frame.Width * source.Frame.Height
                && Math.Max(placement.Width, placement.Height) > 0.28 * shorter;
            if (!source.HasColors || group.InSky || !cutOut || seen.Contains((group.Thing.Name, group.Color)))
            {
                continue;
            }

            if (Judge(new Intent([new Ask(group.Thing.Name, group.Color)]), scenes, fewestPerfect: 3, fewestRelevant: 3) is { } grades)
            {
                seen.Add((group.Thing.Name, group.Color));
                queries.Add(new JudgedQuery(
                    $"c{seen.Count:D2}", "crop", null, SampleMetadata.RelativePath(source), SampleBoxes.Around(placement, source.Frame), grades));
            }
        }
    }

    /// <summary>The grades of all pictures, or null where they are out of bounds.</summary>
    private static List<(string Document, int Grade)>? Judge(
        Intent intent, IReadOnlyList<Scene> scenes, int fewestPerfect, int fewestRelevant)
    {
        var grades = new List<(string Document, int Grade)>();
        int perfect = 0, relevant = 0;
        foreach (Scene scene in scenes)
        {
            int grade = intent.Grade(scene);
            if (grade > 0)
            {
                grades.Add((SampleMetadata.RelativePath(scene), grade));
                perfect += grade == 3 ? 1 : 0;
                relevant += grade >= 2 ? 1 : 0;
            }
        }

        bool enough = perfect >= fewestPerfect && relevant >= fewestRelevant && grades.Count >= FewestJudged;
        return enough && relevant <= Math.Max(20, scenes.Count * 6 / 100) && grades.Count <= scenes.Count / 4 ? grades : null;
    }
}
