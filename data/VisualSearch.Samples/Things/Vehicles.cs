using VisualSearch.Samples.Drawing;

namespace VisualSearch.Samples.Things;

internal static class Vehicles
{
    private const string Group = "vehicle";

    internal static IEnumerable<Thing> All =>
    [
        new("car", "cars", Group, 150, 75, ColorChoices.Any, Car),
        new("bus", "buses", Group, 160, 90, ColorChoices.Any, Bus),
        new("truck", "trucks", Group, 160, 90, ColorChoices.Any, Truck),
        new("boat", "boats", Group, 120, 115, ColorChoices.Any, Boat),
        new("airplane", "airplanes", Group, 160, 85, ColorChoices.Any, Airplane),
        new("bicycle", "bicycles", Group, 145, 90, ColorChoices.Any, Bicycle),
        new("train", "trains", Group, 160, 90, ColorChoices.Any, Train),
        new("balloon", "balloons", Group, 85, 125, ColorChoices.Bright, Balloon),
        new("rocket", "rockets", Group, 75, 130, ColorChoices.Any, Rocket),
        new("tractor", "tractors", Group, 130, 105, ColorChoices.Bright, Tractor),
        new("helicopter", "helicopters", Group, 150, 90, ColorChoices.Any, Helicopter),
    ];

    private static void Wheel(Sketch s, double x, double y, double r)
    {
        s.Circle(Ink.Black, x, y, r);
        s.Circle(Ink.Silver, x, y, r * 0.45);
    }

    private static void Car(Sketch s)
    {
        s.Path(s.Main, "M34 34 L 52 6 L 98 6 L 120 34 Z");
        s.Path(s.Main, "M4 62 L 6 40 Q 8 32 20 32 L 124 32 Q 146 36 147 50 L 147 62 Z");
        s.Polygon(Ink.Glass, 44, 32, 56, 12, 74, 12, 74, 32);
        s.Polygon(Ink.Glass, 80, 32, 80, 12, 95, 12, 110, 32);
        s.Line(s.Dark, 2, 77, 34, 77, 60);
        s.Box(Ink.Gold, 138, 42, 9, 8, 3);
        Wheel(s, 36, 60, 15);
        Wheel(s, 114, 60, 15);
    }

    private static void Bus(Sketch s)
    {
        s.Box(s.Main, 3, 4, 154, 72, 10);
        for (int i = 0; i < 5; i++)
        {
            s.Box(Ink.Glass, 11 + (i * 24), 14, 19, 24, 3);
        }

        s.Box(Ink.Glass, 132, 14, 22, 54, 3);
        s.Box(s.Dark, 3, 48, 126, 7);
        s.Box(Ink.Gold, 148, 66, 9, 7, 2);
        Wheel(s, 36, 76, 13);
        Wheel(s, 116, 76, 13);
    }

    private static void Truck(Sketch s)
    {
        s.Box(s.Main, 2, 4, 100, 66, 3);
        s.Line(s.Dark, 3, 28, 10, 28, 64);
        s.Line(s.Dark, 3, 52, 10, 52, 64);
        s.Line(s.Dark, 3, 76, 10, 76, 64);
        s.Path(s.Dark, "M106 22 L 134 22 Q 142 24 148 44 L 156 48 L 156 72 L 106 72 Z");
        s.Polygon(Ink.Glass, 116, 29, 132, 29, 140, 46, 116, 46);
        s.Box(Ink.Metal, 2, 68, 154, 8);
        Wheel(s, 26, 76, 13);
        Wheel(s, 58, 76, 13);
        Wheel(s, 132, 76, 13);
    }

    private static void Boat(Sketch s)
    {
        s.Box(Ink.Wood, 55, 2, 5, 86);
        s.Path(Ink.White, "M64 6 Q 104 40 108 74 L 64 74 Z");
        s.Path(s.Light, "M51 16 Q 22 44 16 74 L 51 74 Z");
        s.Path(s.Main, "M2 82 L 118 82 Q 112 112 94 113 L 28 113 Q 8 112 2 82 Z");
        s.Path(s.Dark, "M6 93 L 115 93 L 112 100 L 9 100 Z");
        s.Polygon(s.Main, 57, 2, 57, 14, 78, 8);
    }

    private static void Airplane(Sketch s)
    {
        s.Polygon(s.Dark, 84, 34, 62, 4, 74, 4, 108, 34);
        s.Polygon(s.Main, 4, 8, 20, 8, 40, 36, 16, 40);
        s.Path(s.Main, "M8 34 Q 60 26 126 30 Q 158 34 158 46 Q 150 58 120 58 L 50 56 Q 16 52 8 34 Z");
        s.Polygon(s.Dark, 90, 50, 44, 82, 60, 84, 116, 52);
        s.Polygon(s.Dark, 8, 36, 0, 48, 10, 50, 32, 44);
        s.Path(Ink.Glass, "M132 33 Q 148 34 152 41 L 130 41 Z");
        for (int i = 0; i < 6; i++)
        {
            s.Circle(Ink.Glass, 52 + (i * 13), 40, 3.6);
        }
    }

    private static void Bicycle(Sketch s)
    {
        s.Ring(Ink.Black, 6, 30, 60, 26);
        s.Ring(Ink.Black, 6, 115, 60, 26);
        s.Line(s.Main, 7, 30, 60, 52, 26, 102, 26, 68, 62, 30, 60);
        s.Line(s.Main, 7, 48, 18, 68, 62);
        s.Line(s.Main, 7, 115, 60, 98, 8);
        s.Line(Ink.Black, 5, 98, 8, 112, 4);
        s.Box(Ink.Black, 34, 12, 28, 8, 4);
        s.Circle(Ink.Metal, 68, 62, 7);
        s.Line(Ink.Metal, 4, 68, 62, 74, 76, 80, 76);
    }

    private static void Train(Sketch s)
    {
        s.Circle(Ink.Silver, 122, 6, 6);
        s.Circle(Ink.Silver, 108, 2, 4);
        s.Box(s.Dark, 6, 6, 60, 9, 3);
        s.Box(s.Main, 10, 12, 52, 60, 3);
        s.Box(Ink.Glass, 20, 22, 30, 20, 2);
        s.Box(s.Main, 58, 34, 88, 38, 9);
        s.Polygon(s.Dark, 116, 14, 138, 14, 133, 36, 121, 36);
        s.Box(s.Dark, 82, 26, 20, 10, 4);
        s.Line(s.Light, 4, 78, 36, 78, 70);
        s.Line(s.Light, 4, 106, 36, 106, 70);
        s.Circle(Ink.Gold, 146, 46, 6);
        s.Box(Ink.Metal, 6, 66, 142, 9);
        s.Polygon(Ink.Tomato, 144, 68, 159, 88, 140, 88);
        Wheel(s, 34, 74, 15);
        Wheel(s, 78, 78, 11);
        Wheel(s, 106, 78, 11);
        Wheel(s, 130, 78, 11);
    }

    private static void Balloon(Sketch s)
    {
        s.Line(Ink.DarkWood, 2, 24, 78, 34, 104);
        s.Line(Ink.DarkWood, 2, 61, 78, 51, 104);
        s.Path(s.Main, "M42.5 2 C 92 2 94 54 58 86 L 27 86 C -9 54 -7 2 42.5 2 Z");
        s.Path(s.Light, "M42.5 2 C 60 2 64 54 50 86 L 35 86 C 21 54 25 2 42.5 2 Z");
        s.Path(s.Dark, "M42.5 2 C 90 6 90 56 58 86 L 55 86 C 74 54 70 8 42.5 2 Z");
        s.Box(Ink.Wood, 31, 102, 23, 21, 3);
        s.Line(Ink.DarkWood, 2, 32, 110, 53, 110);
    }

    private static void Rocket(Sketch s)
    {
        s.Path(Ink.Gold, "M24 100 Q 38 152 51 100 Z");
        s.Path(Ink.Tomato, "M29 100 Q 38 132 46 100 Z");
        s.Path(s.Dark, "M20 62 L 2 88 L 4 108 L 24 94 Z");
        s.Path(s.Dark, "M55 62 L 73 88 L 71 108 L 51 94 Z");
        s.Path(s.Main, "M37.5 2 C 64 28 60 74 52 102 L 23 102 C 15 74 11 28 37.5 2 Z");
        s.Path(s.Dark, "M37.5 2 C 47 11 52 22 54 34 L 21 34 C 23 22 28 11 37.5 2 Z");
        s.Circle(Ink.White, 37.5, 54, 12);
        s.Circle(Ink.Glass, 37.5, 54, 8);
    }

    private static void Tractor(Sketch s)
    {
        s.Box(s.Dark, 14, 4, 58, 8, 3);
        s.Line(s.Dark, 5, 20, 8, 20, 56);
        s.Line(s.Dark, 5, 64, 8, 64, 50);
        s.Box(Ink.Glass, 24, 12, 36, 32);
        s.Box(Ink.Black, 98, 16, 7, 34, 2);
        s.Path(s.Main, "M10 44 L 66 44 L 66 46 L 118 46 Q 126 48 126 58 L 126 80 L 10 80 Z");
        s.Line(s.Dark, 3, 84, 56, 116, 56);
        s.Line(s.Dark, 3, 84, 64, 116, 64);
        s.Circle(Ink.Black, 36, 72, 31);
        s.Circle(Ink.Gold, 36, 72, 14);
        s.Circle(Ink.Black, 108, 86, 17);
        s.Circle(Ink.Gold, 108, 86, 8);
    }

    private static void Helicopter(Sketch s)
    {
        s.Box(Ink.Metal, 40, 4, 106, 6, 3);
        s.Box(Ink.Metal, 91, 6, 6, 18);
        s.Polygon(s.Main, 76, 34, 10, 34, 10, 44, 76, 58);
        s.Polygon(s.Dark, 2, 18, 14, 18, 24, 40, 8, 44);
        s.Ring(Ink.Metal, 4, 9, 32, 9);
        s.Ellipse(s.Main, 98, 46, 44, 26);
        s.Path(Ink.Glass, "M106 24 Q 136 28 140 50 L 106 50 Z");
        s.Line(Ink.Metal, 5, 84, 70, 80, 82);
        s.Line(Ink.Metal, 5, 114, 70, 118, 82);
        s.Line(Ink.Metal, 6, 62, 84, 134, 84, 142, 78);
    }
}
