using VisualSearch.Samples.Drawing;

namespace VisualSearch.Samples.Things;

/// <summary>What stands in the sky. Rain and snow also fall through the whole picture (<see cref="Places"/>).</summary>
internal static class Weather
{
    internal const string Group = "weather";

    internal static IEnumerable<Thing> All =>
    [
        new("sun", "suns", Group, 100, 100, ["yellow", "yellow", "orange", "red"], Sun),
        new("moon", "moons", Group, 85, 100, ["yellow", "white"], Moon),
        new("cloud", "clouds", Group, 140, 80, ["white", "gray", "pink", "blue"], Cloud),
        new("rain cloud", "rain clouds", Group, 130, 110, ["gray", "black", "blue"], RainCloud) { KindOf = "cloud" },
        new("rainbow", "rainbows", Group, 170, 88, ["rainbow"], Rainbow),
        new("lightning", "lightning bolts", Group, 70, 120, ["yellow", "orange"], Lightning) { Singular = "lightning bolt" },
        new("star", "stars", Group, 100, 96, ["yellow", "yellow", "white", "red", "blue"], Star),
    ];

    private static void Sun(Sketch s)
    {
        for (int i = 0; i < 12; i++)
        {
            s.Open(0, 0, 1, 1, i * 30, 100, 100);
            s.Polygon(s.Main, 43, 20, 57, 20, 50, 1);
            s.Close();
        }

        s.Circle(s.Main, 50, 50, 31);
    }

    private static void Moon(Sketch s)
    {
        s.Path(s.Main, "M60 2 C 10 -2 -14 60 22 86 C 44 104 74 98 84 80 C 40 84 22 34 60 2 Z");
        s.Circle(s.Dark, 22, 48, 5);
        s.Circle(s.Dark, 38, 76, 6);
    }

    private static void Puffs(Sketch s)
    {
        s.Path(s.Main, "M26 76 C -4 76 -2 40 24 42 C 22 10 62 -6 76 22 C 96 8 120 24 114 44 C 144 42 146 76 116 76 Z");
        s.Path(s.Light, "M36 40 C 34 22 54 10 66 24 C 54 22 44 28 36 40 Z");
    }

    private static void Cloud(Sketch s) => Puffs(s);

    private static void RainCloud(Sketch s)
    {
        s.Open(0, 0, 0.93, 0.93, 0, 140, 80);
        Puffs(s);
        s.Close();
        Ink drop = new(0x3f8fe0);
        s.Line(drop, 6, 34, 78, 26, 98);
        s.Line(drop, 6, 58, 80, 48, 108);
        s.Line(drop, 6, 82, 80, 72, 108);
        s.Line(drop, 6, 104, 78, 96, 98);
    }


    private static void Rainbow(Sketch s)
    {
        ReadOnlySpan<int> bands = [0xe23b34, 0xf58a1f, 0xf9d71c, 0x35ab4a, 0x2f6fde, 0x8142b5];
        for (int i = 0; i < bands.Length; i++)
        {
            double outer = 84 - (i * 8), inner = outer - 8.4;
            string path = $"M{Sketch.N(85 - outer)} 86 A {Sketch.N(outer)} {Sketch.N(outer)} 0 0 1 {Sketch.N(85 + outer)} 86 "
                + $"L {Sketch.N(85 + inner)} 86 A {Sketch.N(inner)} {Sketch.N(inner)} 0 0 0 {Sketch.N(85 - inner)} 86 Z";
            s.Path(new Ink(bands[i]), path);
        }
    }

    private static void Lightning(Sketch s) => s.Polygon(s.Main, 38, 2, 66, 2, 50, 42, 69, 42, 18, 118, 33, 62, 8, 62);

    private static void Star(Sketch s) =>
        s.Polygon(s.Main, 50, 2, 62, 35, 98, 36, 69.5, 57, 80, 92, 50, 71, 20, 92, 30.5, 57, 2, 36, 38, 35);
}
