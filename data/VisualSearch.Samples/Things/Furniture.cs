using VisualSearch.Samples.Drawing;

namespace VisualSearch.Samples.Things;

internal static class Furniture
{
    private const string Group = "furniture";

    internal static IEnumerable<Thing> All =>
    [
        new("chair", "chairs", Group, 75, 120, ColorChoices.Any, Chair),
        new("table", "tables", Group, 145, 85, ColorChoices.Any, Table),
        new("lamp", "lamps", Group, 75, 125, ColorChoices.Bright, Lamp),
        new("bed", "beds", Group, 160, 85, ColorChoices.Any, Bed),
        new("clock", "clocks", Group, 100, 100, ColorChoices.Any, Clock) { CanMirror = false },
        new("bookshelf", "bookshelves", Group, 95, 120, ["brown", "brown", "white", "gray", "red", "blue", "green"], Bookshelf),
        new("sofa", "sofas", Group, 160, 85, ColorChoices.Any, Sofa),
    ];

    private static void Chair(Sketch s)
    {
        s.Box(s.Dark, 18, 66, 7, 46);
        s.Box(s.Dark, 52, 66, 7, 46);
        s.Box(s.Main, 8, 2, 9, 116, 3);
        s.Box(s.Main, 8, 6, 12, 62, 4);
        s.Box(s.Main, 8, 60, 62, 12, 4);
        s.Box(s.Main, 60, 66, 9, 52, 3);
        s.Box(s.Light, 14, 54, 52, 8, 4);
    }

    private static void Table(Sketch s)
    {
        s.Box(s.Dark, 28, 22, 9, 52);
        s.Box(s.Dark, 108, 22, 9, 52);
        s.Box(s.Main, 12, 20, 12, 64);
        s.Box(s.Main, 121, 20, 12, 64);
        s.Box(s.Dark, 10, 18, 125, 13);
        s.Box(s.Main, 2, 6, 141, 14, 4);
    }

    private static void Lamp(Sketch s)
    {
        Ink glow = new(0xfff0b0);
        s.Ellipse(glow, 37.5, 56, 24, 10);
        s.Box(Ink.Metal, 34, 50, 7, 66);
        s.Ellipse(Ink.Metal, 37.5, 118, 24, 6);
        s.Polygon(s.Main, 22, 4, 53, 4, 73, 56, 2, 56);
        s.Polygon(s.Dark, 3, 50, 72, 50, 73, 57, 2, 57);
    }

    private static void Bed(Sketch s)
    {
        s.Box(Ink.DarkWood, 2, 6, 11, 78, 3);
        s.Box(Ink.DarkWood, 147, 36, 11, 48, 3);
        s.Box(Ink.DarkWood, 8, 62, 146, 13);
        s.Box(Ink.White, 12, 46, 138, 20, 5);
        s.Box(Ink.White, 15, 28, 36, 20, 9);
        s.Path(s.Main, "M54 40 L 140 40 Q 150 40 150 50 L 150 70 L 54 70 Z");
        s.Box(s.Light, 50, 38, 14, 32, 4);
    }

    private static void Clock(Sketch s)
    {
        s.Circle(s.Main, 50, 50, 49);
        s.Circle(Ink.White, 50, 50, 37);
        for (int i = 0; i < 12; i++)
        {
            s.Open(0, 0, 1, 1, i * 30, 100, 100);
            s.Box(Ink.Black, 48.5, 15, 3, i % 3 == 0 ? 9 : 5);
            s.Close();
        }

        s.Open(0, 0, 1, 1, 30 * s.Random.Below(12), 100, 100);
        s.Line(Ink.Black, 5, 50, 50, 50, 30);
        s.Close();
        s.Open(0, 0, 1, 1, 30 * s.Random.Below(12), 100, 100);
        s.Line(Ink.Black, 3.5, 50, 50, 50, 21);
        s.Close();
        s.Circle(Ink.Tomato, 50, 50, 4);
    }

    private static void Bookshelf(Sketch s)
    {
        s.Box(s.Main, 2, 2, 91, 116, 2);
        ReadOnlySpan<int> books = [0xd8452f, 0x3c78c8, 0xf6b73c, 0x3f9a4a, 0x8a56b0, 0xf2ede0];
        for (int row = 0; row < 3; row++)
        {
            double top = 9 + (row * 37);
            s.Box(s.Main.Lightness < 0.3 ? s.Light : s.Main.Darker(0.45), 9, top, 77, 31);
            int skip = s.Random.Below(7);
            for (int i = 0; i < 7; i++)
            {
                double height = 20 + s.Random.Below(8);
                if (i != skip)
                {
                    s.Box(new Ink(books[s.Random.Below(books.Length)]), 11 + (i * 10.6), top + 31 - height, 9, height);
                }
            }
        }
    }

    private static void Sofa(Sketch s)
    {
        s.Box(Ink.DarkWood, 16, 72, 10, 12, 2);
        s.Box(Ink.DarkWood, 134, 72, 10, 12, 2);
        s.Box(s.Main, 16, 6, 128, 52, 14);
        s.Line(s.Dark, 3, 80, 12, 80, 44);
        s.Box(s.Light, 22, 42, 58, 20, 7);
        s.Box(s.Light, 80, 42, 58, 20, 7);
        s.Box(s.Main, 14, 56, 132, 20, 4);
        s.Box(s.Dark, 2, 30, 24, 46, 11);
        s.Box(s.Dark, 134, 30, 24, 46, 11);
    }
}
