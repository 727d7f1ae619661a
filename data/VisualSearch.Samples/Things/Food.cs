using VisualSearch.Samples.Drawing;

namespace VisualSearch.Samples.Things;

internal static class Food
{
    private const string Group = "food";

    internal static IEnumerable<Thing> All =>
    [
        new("apple", "apples", Group, 92, 100, ["red", "red", "green", "yellow"], Apple),
        new("banana", "bananas", Group, 120, 85, ["yellow", "yellow", "green"], Banana),
        new("cake", "cakes", Group, 110, 105, ["pink", "brown", "white", "yellow", "blue", "purple"], Cake),
        new("pizza", "pizzas", Group, 100, 100, ["yellow", "orange"], Pizza),
        new("ice cream", "ice creams", Group, 65, 125, ["pink", "white", "brown", "green", "yellow", "purple", "blue"], IceCream),
        new("cup", "cups", Group, 115, 90, ColorChoices.Any, Cup),
        new("carrot", "carrots", Group, 55, 130, ["orange", "orange", "purple", "yellow"], Carrot),
        new("grapes", "bunches of grapes", Group, 85, 115, ["purple", "purple", "green", "red", "blue"], Grapes) { Singular = "bunch of grapes" },
    ];

    private static void Apple(Sketch s)
    {
        s.Path(s.Main, "M46 28 C 26 12 2 24 4 56 C 6 84 30 106 46 94 C 62 106 86 84 88 56 C 90 24 66 12 46 28 Z");
        s.Curve(Ink.DarkWood, 5, "M46 30 Q 44 14 52 4");
        s.Path(Ink.Leaf, "M50 16 Q 62 -2 82 8 Q 70 26 50 16 Z");
        s.Ellipse(s.Light, 24, 46, 6, 12, 18);
    }

    private static void Banana(Sketch s)
    {
        s.Path(s.Main, "M10 8 Q 18 4 22 12 C 26 46 64 66 108 54 Q 118 56 114 64 C 70 100 2 74 10 8 Z");
        s.Curve(s.Dark, 3.5, "M18 24 C 26 58 66 76 106 61");
        s.Path(Ink.DarkWood, "M8 10 L 10 0 L 20 0 L 22 10 Z");
        s.Circle(Ink.DarkWood, 113, 58, 5);
    }

    private static void Cake(Sketch s)
    {
        foreach (double x in (ReadOnlySpan<double>)[33, 55, 77])
        {
            s.Box(Ink.White, x - 3, 16, 6, 24);
            s.Path(Ink.Gold, $"M{Sketch.N(x)} 2 Q {Sketch.N(x + 7)} 11 {Sketch.N(x)} 16 Q {Sketch.N(x - 7)} 11 {Sketch.N(x)} 2 Z");
        }

        s.Box(s.Main, 24, 38, 62, 28, 4);
        s.Box(s.Main, 8, 62, 94, 36, 4);
        s.Path(s.Light, "M24 38 L 86 38 L 86 46 Q 80 58 74 47 Q 68 58 62 47 Q 55 58 48 47 Q 42 58 36 47 Q 30 58 24 46 Z");
        s.Path(s.Dark, "M8 62 L 102 62 L 102 72 Q 94 84 86 73 Q 78 84 70 73 Q 62 84 55 73 Q 47 84 39 73 Q 31 84 23 73 Q 15 84 8 72 Z");
        s.Ellipse(Ink.Silver, 55, 100, 54, 5);
    }

    private static void Pizza(Sketch s)
    {
        Ink crust = new(0xc98a45);
        s.Circle(crust, 50, 50, 48);
        s.Circle(s.Main, 50, 50, 40);
        ReadOnlySpan<double> slices = [36, 30, 66, 32, 74, 58, 52, 76, 26, 60, 49, 52];
        for (int i = 0; i < slices.Length; i += 2)
        {
            s.Circle(Ink.Tomato, slices[i], slices[i + 1], 8.5);
        }

        s.Circle(Ink.Leaf, 50, 20, 4);
        s.Circle(Ink.Leaf, 40, 66, 4);
        s.Circle(Ink.Leaf, 64, 46, 4);
        s.Line(crust, 2, 50, 10, 50, 90);
        s.Line(crust, 2, 15, 32, 85, 68);
        s.Line(crust, 2, 15, 68, 85, 32);
    }

    private static void IceCream(Sketch s)
    {
        Ink cone = new(0xd89a4e);
        s.Polygon(cone, 10, 54, 55, 54, 32.5, 124);
        s.Line(Ink.DarkWood, 2, 16, 60, 40, 100);
        s.Line(Ink.DarkWood, 2, 34, 58, 46, 80);
        s.Line(Ink.DarkWood, 2, 49, 60, 25, 100);
        s.Line(Ink.DarkWood, 2, 31, 58, 19, 80);
        s.Circle(s.Dark, 19, 42, 17);
        s.Circle(s.Light, 46, 42, 17);
        s.Circle(s.Main, 32.5, 25, 21);
        s.Path(s.Main, "M8 46 Q 12 64 20 54 Q 28 66 34 55 Q 42 66 48 54 Q 56 62 58 46 Z");
        s.Circle(Ink.Tomato, 33, 5, 5);
    }

    private static void Cup(Sketch s)
    {
        s.Curve(Ink.Silver, 4, "M38 22 Q 32 12 38 2");
        s.Curve(Ink.Silver, 4, "M60 22 Q 54 12 60 2");
        s.Ring(s.Main, 9, 88, 48, 17);
        s.Path(s.Main, "M8 28 L 90 28 Q 90 80 68 80 L 30 80 Q 8 80 8 28 Z");
        s.Ellipse(Ink.DarkWood, 49, 29, 40, 7);
        s.Ellipse(Ink.White, 52, 84, 50, 5.5);
        s.Curve(s.Light, 5, "M20 44 Q 22 62 30 70");
    }

    private static void Carrot(Sketch s)
    {
        s.Path(Ink.Leaf, "M26 40 Q 2 24 6 4 Q 24 14 28 36 Z");
        s.Path(Ink.Leaf, "M29 40 Q 53 24 49 4 Q 31 14 28 36 Z");
        s.Path(Ink.DarkLeaf, "M23 40 Q 18 14 28 1 Q 38 14 32 40 Z");
        s.Path(s.Main, "M8 48 Q 10 34 28 34 Q 46 34 48 48 Q 46 96 28 129 Q 10 96 8 48 Z");
        s.Line(s.Dark, 3, 10, 56, 24, 58);
        s.Line(s.Dark, 3, 44, 72, 30, 74);
        s.Line(s.Dark, 3, 15, 84, 26, 86);
        s.Line(s.Dark, 3, 36, 98, 28, 99);
    }

    private static void Grapes(Sketch s)
    {
        s.Curve(Ink.DarkWood, 5, "M42 26 Q 40 12 48 2");
        s.Path(Ink.Leaf, "M44 18 Q 56 -4 80 8 Q 78 30 44 18 Z");
        for (int row = 0; row < 4; row++)
        {
            int count = 4 - row;
            for (int i = 0; i < count; i++)
            {
                double x = 42.5 + ((i - ((count - 1) / 2.0)) * 21), y = 34 + (row * 21);
                s.Circle((i + row) % 2 == 0 ? s.Main : s.Dark, x, y, 12.5);
                s.Circle(s.Light, x - 4, y - 4, 3);
            }
        }
    }
}
