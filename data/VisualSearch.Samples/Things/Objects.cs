using VisualSearch.Samples.Drawing;

namespace VisualSearch.Samples.Things;

internal static class Objects
{
    private const string Group = "object";

    internal static IEnumerable<Thing> All =>
    [
        new("umbrella", "umbrellas", Group, 115, 110, ColorChoices.Any, Umbrella),
        new("ball", "balls", Group, 100, 100, ColorChoices.Bright, Ball),
        new("kite", "kites", Group, 90, 130, ColorChoices.Bright, Kite),
        new("guitar", "guitars", Group, 65, 140, ["brown", "brown", "red", "blue", "orange", "black", "green"], Guitar),
        new("key", "keys", Group, 130, 60, ["yellow", "yellow", "gray", "red", "blue", "green", "purple"], Key),
        new("book", "books", Group, 130, 85, ColorChoices.Any, Book),
        new("hat", "hats", Group, 130, 85, ColorChoices.Any, Hat),
        new("drum", "drums", Group, 105, 95, ColorChoices.Bright, Drum),
        new("gift", "gifts", Group, 95, 105, ColorChoices.Any, Gift),
    ];

    private static void Umbrella(Sketch s)
    {
        s.Curve(Ink.DarkWood, 5, "M57.5 10 L 57.5 94 Q 58 107 69 106 Q 78 105 78 95");
        s.Path(s.Main, "M2 58 C 6 -8 109 -8 113 58 Q 104 46 94 58 Q 86 46 76 58 Q 67 46 57.5 58 Q 48 46 39 58 Q 30 46 21 58 Q 11 46 2 58 Z");
        s.Path(s.Light, "M57.5 8 C 46 18 40 36 39 58 Q 48 46 57.5 58 Q 67 46 76 58 C 75 36 69 18 57.5 8 Z");
        s.Line(Ink.DarkWood, 4, 57.5, 2, 57.5, 9);
    }

    private static void Ball(Sketch s)
    {
        s.Circle(s.Main, 50, 50, 48);
        s.Path(Ink.White, "M50 2 C 24 22 24 78 50 98 C 40 98 30 95 24 91 C 6 66 6 34 24 9 C 30 5 40 2 50 2 Z");
        s.Path(Ink.White, "M50 2 C 64 22 64 78 50 98 C 64 98 74 93 80 88 C 94 66 94 34 80 12 C 74 7 64 2 50 2 Z");
        s.Circle(Ink.White, 50, 8, 7);
    }

    private static void Kite(Sketch s)
    {
        s.Curve(Ink.DarkWood, 3, "M45 84 C 20 96 64 106 40 128");
        s.Polygon(s.Main, 45, 2, 86, 38, 45, 86, 4, 38);
        s.Polygon(s.Light, 45, 2, 86, 38, 45, 38);
        s.Polygon(s.Dark, 45, 38, 45, 86, 4, 38);
        s.Polygon(Ink.Tomato, 30, 92, 44, 98, 32, 104);
        s.Polygon(Ink.Tomato, 58, 92, 44, 98, 56, 104);
        s.Polygon(Ink.Gold, 34, 110, 48, 116, 36, 122);
        s.Polygon(Ink.Gold, 62, 110, 48, 116, 60, 122);
    }

    private static void Guitar(Sketch s)
    {
        s.Box(Ink.DarkWood, 28, 18, 9, 70);
        s.Box(Ink.Black, 24, 2, 17, 20, 4);
        s.Path(s.Main, "M32.5 70 C 8 66 8 86 14 94 C -4 106 2 138 32.5 138 C 63 138 69 106 51 94 C 57 86 57 66 32.5 70 Z");
        s.Circle(Ink.Black, 32.5, 98, 10);
        s.Box(Ink.DarkWood, 20, 118, 25, 6, 2);
        s.Line(Ink.White, 1.6, 30, 8, 30, 120);
        s.Line(Ink.White, 1.6, 35, 8, 35, 120);
    }

    private static void Key(Sketch s)
    {
        s.Ring(s.Main, 13, 30, 30, 21);
        s.Box(s.Main, 54, 24, 74, 12, 3);
        s.Box(s.Main, 100, 32, 9, 22, 2);
        s.Box(s.Main, 117, 32, 9, 17, 2);
    }

    private static void Book(Sketch s)
    {
        s.Path(s.Main, "M2 8 Q 36 -2 65 12 Q 94 -2 128 8 L 128 80 Q 94 70 65 84 Q 36 70 2 80 Z");
        s.Path(Ink.White, "M15 16 Q 40 6 63 18 L 63 70 Q 40 58 15 66 Z");
        s.Path(Ink.White, "M115 16 Q 90 6 67 18 L 67 70 Q 90 58 115 66 Z");
        for (int i = 0; i < 3; i++)
        {
            double y = 25 + (i * 12);
            s.Line(Ink.Grey, 2, 23, y, 55, y + 4);
            s.Line(Ink.Grey, 2, 75, y + 4, 107, y);
        }
    }

    private static void Hat(Sketch s)
    {
        s.Ellipse(s.Main, 65, 72, 63, 12);
        s.Path(s.Main, "M28 70 L 32 10 Q 65 -4 98 10 L 102 70 Q 65 82 28 70 Z");
        s.Path(s.Dark, "M29 50 Q 65 62 101 50 L 102 66 Q 65 78 28 66 Z");
        s.Ellipse(s.Light, 65, 9, 32, 6);
    }

    private static void Drum(Sketch s)
    {
        s.Line(Ink.Wood, 5, 8, 2, 54, 26);
        s.Line(Ink.Wood, 5, 97, 2, 52, 26);
        s.Path(s.Main, "M6 34 L 6 78 Q 52 108 99 78 L 99 34 Z");
        s.Line(Ink.White, 3, 6, 44, 22, 84, 38, 48, 52, 92, 68, 48, 84, 84, 99, 44);
        s.Ellipse(Ink.Gold, 52.5, 34, 47, 14);
        s.Ellipse(Ink.White, 52.5, 32, 41, 11);
    }

    private static void Gift(Sketch s)
    {
        Ink ribbon = s.Main.Rgb == Palette.Of("yellow").Rgb || s.Main.Rgb == Palette.Of("orange").Rgb ? Ink.Tomato : Ink.Gold;
        s.Box(s.Main, 10, 46, 75, 58, 2);
        s.Box(s.Dark, 4, 30, 87, 20, 2);
        s.Box(ribbon, 40, 30, 15, 74);
        s.Path(ribbon, "M47 30 C 26 -8 2 8 16 24 Q 24 30 47 30 Z");
        s.Path(ribbon, "M48 30 C 69 -8 93 8 79 24 Q 71 30 48 30 Z");
        s.Circle(ribbon, 47.5, 28, 7);
    }
}
