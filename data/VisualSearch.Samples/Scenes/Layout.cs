namespace VisualSearch.Samples.Scenes;

/// <summary>Where one thing is drawn: a box in picture units, a turn in degrees, and whether it is mirrored.</summary>
internal readonly record struct Placement(ThingGroup Group, double X, double Y, double Width, double Height, double Turn, bool Mirrored);

/// <summary>Gives every thing of a scene its box, so that places, relations and sizes are as the scene says.</summary>
internal static class Layout
{
    /// <summary>Placements in drawing order (the sky first); equal scenes with equal jitter give equal placements.</summary>
    internal static IReadOnlyList<Placement> Arrange(Scene scene)
    {
        var random = new SceneRandom(scene.Jitter);
        var placements = new List<Placement>(8);
        double w = scene.Frame.Width, h = scene.Frame.Height;
        double top = 0.05 * h, bottom = 0.96 * h;
        if (scene.Sky is { } sky)
        {
            top = 0.3 * h;
            ArrangeSky(placements, random, sky, w, h);
        }

        ThingGroup[] subjects = [.. scene.Subjects];
        var area = new Area(0.03 * w, top, 0.94 * w, bottom - top);
        if (subjects.Length == 1)
        {
            (double from, double share) = scene.Place switch { Place.Left => (0.0, 0.6), Place.Right => (0.4, 0.6), _ => (0.0, 1.0) };
            var side = new Area(area.X + (from * area.Width), area.Y, share * area.Width, area.Height);
            Fill(placements, random, subjects[0], side, scene.Place == Place.Middle);
            return placements;
        }

        bool stacked = scene.Relation is Relation.Above or Relation.Below;
        bool reversed = scene.Relation is Relation.RightOf or Relation.Below;
        ThingGroup[] order = reversed ? [.. subjects.Reverse()] : subjects;
        double total = order.Sum(Weight), at = 0;
        foreach (ThingGroup group in order)
        {
            double share = Weight(group) / total;
            Area part = stacked
                ? new Area(area.X, area.Y + (at * area.Height), area.Width, share * area.Height)
                : new Area(area.X + (at * area.Width), area.Y, share * area.Width, area.Height);
            Fill(placements, random, group, part, stacked);
            at += share;
        }

        return placements;
    }

    private static double Weight(ThingGroup group) =>
        (group.Size switch { ThingSize.Big => 1.25, ThingSize.Small => 0.8, _ => 1.0 })
        * (group.Count switch { 1 => 1.0, 2 => 1.3, _ => 1.55 });

    /// <summary>Lays a group into its area in the grid of columns and rows that lets its things be largest.</summary>
    private static void Fill(List<Placement> placements, SceneRandom random, ThingGroup group, Area area, bool centred)
    {
        double factor = group.Size switch
        {
            ThingSize.Big => random.Between(0.95, 1),
            ThingSize.Small => random.Between(0.5, 0.57),
            _ => random.Between(0.75, 0.84),
        };
        int columns = 1;
        double scale = 0;
        for (int candidate = 1; candidate <= group.Count; candidate++)
        {
            int candidateRows = (group.Count + candidate - 1) / candidate;
            double fit = Math.Min(area.Width / candidate / group.Thing.Width, area.Height / candidateRows / group.Thing.Height);
            if (fit > scale)
            {
                (scale, columns) = (fit, candidate);
            }
        }

        scale *= 0.94 * factor;
        int rows = (group.Count + columns - 1) / columns;
        double width = group.Thing.Width * scale, height = group.Thing.Height * scale;
        double cellWidth = area.Width / columns, cellHeight = area.Height / rows;
        for (int i = 0; i < group.Count; i++)
        {
            int row = i / columns, inRow = Math.Min(columns, group.Count - (row * columns));
            double left = area.X + ((area.Width - (inRow * cellWidth)) / 2) + (i % columns * cellWidth);
            double slackX = cellWidth - width, slackY = cellHeight - height;
            double shareX = group.Count == 1 && !centred ? random.Between(0.25, 0.75) : random.Between(0.4, 0.6);
            double shareY = rows > 1 || centred ? random.Between(0.4, 0.75) : random.Between(0.55, 0.92);
            double turn = random.Between(-5, 5);
            bool mirrored = random.Chance(0.5) && group.Thing.CanMirror;
            placements.Add(new Placement(
                group, left + (slackX * shareX), area.Y + (row * cellHeight) + (slackY * shareY), width, height, turn, mirrored));
        }
    }

    private static void ArrangeSky(List<Placement> placements, SceneRandom random, ThingGroup sky, double w, double h)
    {
        bool arch = sky.Thing.Name == "rainbow";
        double height = (arch ? 0.5 : 0.29) * h, width = height * sky.Thing.Width / sky.Thing.Height;
        if (arch)
        {
            double most = 0.86 * w;
            (width, height) = width > most ? (most, most * sky.Thing.Height / sky.Thing.Width) : (width, height);
        }

        double widest = 0.92 * w / sky.Count;
        (width, height) = width > widest ? (widest, widest * sky.Thing.Height / sky.Thing.Width) : (width, height);
        double cell = 0.96 * w / sky.Count;
        for (int i = 0; i < sky.Count; i++)
        {
            double x = (0.02 * w) + (i * cell) + ((cell - width) * random.Between(0.05, 0.95));
            placements.Add(new Placement(sky, x, h * random.Between(0.01, 0.03), width, height, 0, !arch && random.Chance(0.5)));
        }
    }

    private readonly record struct Area(double X, double Y, double Width, double Height);
}
