using VisualSearch.Samples.Drawing;

namespace VisualSearch.Samples.Things;

internal static class Plants
{
    private const string Group = "plant";

    internal static IEnumerable<Thing> All =>
    [
        new("tree", "trees", Group, 95, 115, ["green", "green", "orange", "red", "yellow", "pink"], Tree),
        new("pine", "pines", Group, 80, 125, ["green", "green", "blue", "white"], Pine) { KindOf = "tree" },
        new("flower", "flowers", Group, 75, 120, ["red", "orange", "yellow", "blue", "purple", "pink", "white"], Flower),
        new("cactus", "cactuses", Group, 90, 115, ["green", "green", "blue", "purple"], Cactus),
        new("palm", "palms", Group, 110, 125, ["green", "green", "orange"], Palm) { KindOf = "tree" },
        new("mushroom", "mushrooms", Group, 95, 95, ["red", "red", "brown", "orange", "purple", "blue"], Mushroom),
    ];

    private static void Tree(Sketch s)
    {
        s.Path(Ink.Wood, "M40 114 Q 44 90 42 66 L 54 66 Q 52 90 57 114 Z");
        s.Circle(s.Main, 26, 52, 23);
        s.Circle(s.Main, 69, 52, 23);
        s.Circle(s.Main, 34, 28, 23);
        s.Circle(s.Main, 62, 27, 23);
        s.Circle(s.Main, 48, 48, 27);
        s.Circle(s.Light, 36, 24, 8);
        s.Circle(s.Dark, 70, 58, 8);
        s.Circle(s.Dark, 40, 60, 8);
    }

    private static void Pine(Sketch s)
    {
        s.Box(Ink.DarkWood, 33, 100, 14, 24);
        s.Polygon(s.Main, 40, 50, 78, 104, 2, 104);
        s.Polygon(s.Dark, 40, 26, 70, 74, 10, 74);
        s.Polygon(s.Main, 40, 2, 62, 44, 18, 44);
    }

    private static void Flower(Sketch s)
    {
        s.Curve(Ink.Leaf, 6, "M38 50 Q 34 84 38 118");
        s.Path(Ink.Leaf, "M37 96 Q 8 92 6 72 Q 32 72 37 96 Z");
        s.Path(Ink.Leaf, "M38 104 Q 66 100 70 80 Q 44 80 38 104 Z");
        ReadOnlySpan<double> petals = [37.5, 14, 58, 26, 58, 49, 37.5, 61, 17, 49, 17, 26];
        for (int i = 0; i < petals.Length; i += 2)
        {
            s.Circle(s.Main, petals[i], petals[i + 1], 14);
        }

        s.Circle(s.Main.Rgb == Palette.Of("yellow").Rgb ? Ink.Wood : Ink.Gold, 37.5, 37.5, 14);
    }

    private static void Cactus(Sketch s)
    {
        s.Path(s.Main, "M32 60 L 16 60 Q 4 58 4 46 L 4 34 Q 10 24 17 34 L 17 44 Q 18 48 22 48 L 32 48 Z");
        s.Path(s.Main, "M58 72 L 74 72 Q 86 70 86 58 L 86 42 Q 80 32 73 42 L 73 56 Q 72 60 68 60 L 58 60 Z");
        s.Box(s.Main, 30, 4, 30, 94, 15);
        s.Line(s.Dark, 3, 39, 16, 39, 92);
        s.Line(s.Dark, 3, 51, 16, 51, 92);
        s.Circle(Ink.Rose, 45, 6, 6);
        s.Polygon(Ink.Tomato, 18, 92, 72, 92, 64, 114, 26, 114);
    }

    private static void Palm(Sketch s)
    {
        s.Path(Ink.Wood, "M44 124 Q 42 78 54 40 L 62 42 Q 54 80 60 124 Z");
        s.Line(Ink.DarkWood, 2.5, 46, 100, 58, 100);
        s.Line(Ink.DarkWood, 2.5, 47, 82, 57, 82);
        s.Line(Ink.DarkWood, 2.5, 50, 64, 58, 64);
        s.Path(s.Main, "M58 40 Q 28 14 2 44 Q 30 34 58 40 Z");
        s.Path(s.Main, "M58 40 Q 86 14 109 46 Q 84 34 58 40 Z");
        s.Path(s.Dark, "M58 40 Q 30 40 16 72 Q 36 50 58 40 Z");
        s.Path(s.Dark, "M58 40 Q 86 42 96 74 Q 78 52 58 40 Z");
        s.Path(s.Main, "M58 40 Q 34 2 14 12 Q 40 16 58 40 Z");
        s.Path(s.Main, "M58 40 Q 76 0 98 12 Q 74 16 58 40 Z");
        s.Circle(Ink.DarkWood, 54, 46, 5);
        s.Circle(Ink.DarkWood, 63, 47, 5);
    }

    private static void Mushroom(Sketch s)
    {
        s.Path(Ink.Skin, "M34 46 L 60 46 Q 60 76 68 93 L 26 93 Q 34 76 34 46 Z");
        s.Path(s.Main, "M2 52 C 4 -14 90 -14 93 52 Q 48 64 2 52 Z");
        s.Circle(Ink.White, 28, 28, 8);
        s.Circle(Ink.White, 54, 16, 7);
        s.Circle(Ink.White, 70, 36, 8);
        s.Circle(Ink.White, 46, 42, 6);
        s.Circle(Ink.White, 14, 44, 5);
    }
}
