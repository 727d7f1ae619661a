using VisualSearch.Samples.Drawing;

namespace VisualSearch.Samples.Things;

internal static class Buildings
{
    private const string Group = "building";
    private static readonly Ink Lit = new(0xffe9a6);

    internal static IEnumerable<Thing> All =>
    [
        new("house", "houses", Group, 110, 100, ColorChoices.Walls, House),
        new("castle", "castles", Group, 130, 115, ["gray", "gray", "pink", "purple", "blue", "brown", "yellow"], Castle),
        new("lighthouse", "lighthouses", Group, 65, 130, ["red", "red", "blue", "black", "green", "orange"], Lighthouse),
        new("skyscraper", "skyscrapers", Group, 62, 135, ["gray", "blue", "brown", "purple", "green", "orange"], Skyscraper),
        new("church", "churches", Group, 105, 125, ["white", "gray", "brown", "yellow", "pink", "blue"], Church),
        new("tent", "tents", Group, 130, 85, ColorChoices.Bright, Tent),
        new("windmill", "windmills", Group, 105, 125, ["white", "brown", "gray", "red", "blue", "orange"], Windmill),
        new("barn", "barns", Group, 120, 100, ["red", "red", "brown", "green", "blue", "white"], Barn),
        new("bridge", "bridges", Group, 165, 75, ["red", "gray", "brown", "orange", "blue", "green"], Bridge),
    ];

    private static void House(Sketch s)
    {
        s.Box(Ink.Metal, 76, 10, 13, 30);
        s.Box(s.Main, 14, 44, 82, 54);
        s.Polygon(s.Dark, 2, 48, 55, 4, 108, 48);
        s.Box(Ink.DarkWood, 46, 64, 19, 34, 2);
        s.Circle(Ink.Gold, 61, 82, 2);
        s.Box(Ink.Glass, 22, 58, 17, 17);
        s.Box(Ink.Glass, 72, 58, 17, 17);
        s.Line(Ink.White, 2, 30.5, 58, 30.5, 75);
        s.Line(Ink.White, 2, 80.5, 58, 80.5, 75);
    }

    private static void Castle(Sketch s)
    {
        s.Box(s.Dark, 50, 22, 30, 60);
        s.Polygon(Ink.Tomato, 46, 24, 65, 0, 84, 24);
        s.Path(s.Main, "M26 114 V50 H38 V58 H50 V50 H60 V58 H70 V50 H80 V58 H92 V50 H104 V114 Z");
        Turret(s, 4);
        Turret(s, 96);
        s.Path(Ink.DarkWood, "M50 114 L 50 90 Q 65 72 80 90 L 80 114 Z");
        s.Box(Lit, 60, 32, 10, 14, 4);
    }

    private static void Turret(Sketch s, double x)
    {
        s.Box(s.Main, x, 36, 30, 78);
        for (int i = 0; i < 3; i++)
        {
            s.Box(s.Dark, x - 2 + (i * 12.5), 28, 9, 12);
        }

        s.Box(Lit, x + 10, 54, 10, 15, 4);
    }

    private static void Lighthouse(Sketch s)
    {
        s.Polygon(Ink.White, 18, 40, 47, 40, 56, 118, 9, 118);
        s.Polygon(s.Main, 17, 46, 48, 46, 50, 64, 15, 64);
        s.Polygon(s.Main, 13, 82, 52, 82, 54, 100, 11, 100);
        s.Box(Lit, 22, 18, 21, 20);
        s.Box(Ink.Black, 14, 36, 37, 6, 2);
        s.Polygon(s.Main, 17, 20, 32.5, 2, 48, 20);
        s.Path(Ink.DarkWood, "M27 118 L 27 108 Q 32 102 38 108 L 38 118 Z");
        s.Polygon(Ink.Metal, 2, 128, 10, 116, 55, 116, 63, 128);
    }

    private static void Skyscraper(Sketch s)
    {
        s.Line(Ink.Metal, 3, 31, 2, 31, 18);
        s.Box(s.Dark, 16, 14, 30, 12);
        s.Box(s.Main, 5, 24, 52, 110);
        for (int row = 0; row < 6; row++)
        {
            for (int column = 0; column < 3; column++)
            {
                s.Box(Lit, 11 + (column * 15), 31 + (row * 15), 10, 9);
            }
        }

        s.Box(Ink.Black, 24, 121, 14, 13);
    }

    private static void Church(Sketch s)
    {
        s.Box(s.Main, 40, 66, 62, 58);
        s.Polygon(s.Dark, 36, 70, 71, 44, 105, 70);
        s.Box(s.Main, 10, 48, 34, 76);
        s.Polygon(s.Dark, 6, 50, 27, 14, 48, 50);
        s.Line(Ink.Gold, 3.5, 27, 0, 27, 16);
        s.Line(Ink.Gold, 3.5, 20, 6, 34, 6);
        s.Circle(Ink.White, 27, 64, 8);
        s.Path(Ink.DarkWood, "M19 124 L 19 104 Q 27 92 35 104 L 35 124 Z");
        s.Path(Ink.Glass, "M54 112 L 54 90 Q 60 80 66 90 L 66 112 Z");
        s.Path(Ink.Glass, "M78 112 L 78 90 Q 84 80 90 90 L 90 112 Z");
    }

    private static void Tent(Sketch s)
    {
        s.Line(Ink.DarkWood, 4, 58, 10, 66, 2);
        s.Line(Ink.DarkWood, 4, 68, 10, 60, 2);
        s.Polygon(s.Dark, 62, 6, 128, 80, 92, 82);
        s.Polygon(s.Main, 62, 6, 92, 83, 2, 83);
        s.Polygon(Ink.Black, 58, 30, 66, 83, 34, 83);
        s.Polygon(s.Light, 58, 30, 46, 83, 34, 83);
        s.Line(Ink.Wood, 2, 2, 83, 0, 70);
    }

    private static void Windmill(Sketch s)
    {
        s.Polygon(s.Main, 36, 46, 70, 46, 82, 124, 24, 124);
        s.Path(s.Dark, "M32 48 Q 53 14 74 48 Z");
        s.Path(Ink.DarkWood, "M45 124 L 45 104 Q 53 96 61 104 L 61 124 Z");
        s.Box(Ink.Glass, 46, 66, 14, 14);
        foreach (double turn in (ReadOnlySpan<double>)[25, 115, 205, 295])
        {
            s.Open(53 - 7, 44 - 46, 1, 1, 0, 14, 92);
            s.Open(0, 0, 1, 1, turn, 14, 92);
            s.Box(Ink.Sand, 1, 0, 13, 36);
            s.Line(Ink.DarkWood, 3, 3, 0, 3, 46);
            s.Close();
            s.Close();
        }

        s.Circle(Ink.DarkWood, 53, 44, 6);
    }

    private static void Barn(Sketch s)
    {
        s.Polygon(s.Main, 10, 98, 10, 46, 26, 22, 60, 6, 94, 22, 110, 46, 110, 98);
        s.Line(s.Dark, 8, 6, 50, 24, 21, 60, 4, 96, 21, 114, 50);
        s.Box(Ink.White, 36, 54, 48, 44);
        s.Box(s.Dark, 40, 58, 40, 40);
        s.Line(Ink.White, 4, 40, 58, 80, 98);
        s.Line(Ink.White, 4, 80, 58, 40, 98);
        s.Box(Ink.White, 50, 24, 20, 18);
        s.Box(Ink.Black, 53, 27, 14, 12);
    }

    private static void Bridge(Sketch s)
    {
        s.Box(s.Main, 34, 4, 9, 70);
        s.Box(s.Main, 122, 4, 9, 70);
        s.Curve(s.Main, 4, "M38 6 Q 82 66 127 6");
        s.Curve(s.Main, 4, "M38 6 Q 30 34 2 46");
        s.Curve(s.Main, 4, "M127 6 Q 135 34 163 46");
        for (int i = 0; i < 5; i++)
        {
            double x = 54 + (i * 14);
            s.Line(s.Dark, 2.5, x, i is 1 or 2 or 3 ? 36 : 26, x, 50);
        }

        s.Box(s.Dark, 0, 46, 165, 10);
        s.Box(Ink.Metal, 28, 66, 21, 8);
        s.Box(Ink.Metal, 116, 66, 21, 8);
    }
}
