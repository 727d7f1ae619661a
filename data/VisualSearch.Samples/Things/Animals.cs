using VisualSearch.Samples.Drawing;

namespace VisualSearch.Samples.Things;

internal static class Animals
{
    private const string Group = "animal";

    internal static IEnumerable<Thing> All =>
    [
        new("cat", "cats", Group, 100, 100, ColorChoices.Fur, Cat),
        new("dog", "dogs", Group, 130, 100, ColorChoices.Fur, Dog),
        new("fish", "fish", Group, 130, 80, ColorChoices.Bright, Fish),
        new("bird", "birds", Group, 115, 95, [.. ColorChoices.Bright, "brown", "black", "white"], Bird),
        new("butterfly", "butterflies", Group, 115, 95, ColorChoices.Bright, Butterfly),
        new("elephant", "elephants", Group, 135, 105, ["gray", "gray", "pink", "blue", "purple"], Elephant),
        new("rabbit", "rabbits", Group, 80, 112, ["white", "gray", "brown", "pink", "black"], Rabbit),
        new("turtle", "turtles", Group, 135, 75, ["green", "green", "brown", "blue", "orange", "purple"], Turtle),
        new("horse", "horses", Group, 130, 115, ["brown", "brown", "black", "white", "gray", "orange"], Horse),
        new("snail", "snails", Group, 125, 82, ColorChoices.Bright, Snail),
        new("owl", "owls", Group, 80, 105, ["brown", "gray", "white", "purple", "orange"], Owl),
        new("octopus", "octopuses", Group, 110, 100, ["red", "orange", "purple", "pink", "blue"], Octopus),
        new("bee", "bees", Group, 115, 85, ["yellow", "yellow", "orange"], Bee),
    ];

    private static void Eye(Sketch s, double x, double y, double r)
    {
        s.Circle(Ink.White, x, y, r);
        s.Circle(Ink.Black, x + (r * 0.2), y, r * 0.55);
    }

    private static void Cat(Sketch s)
    {
        s.Curve(s.Main, 8, "M66 88 C 98 92 98 62 86 52");
        s.Path(s.Main, "M50 42 C 24 44 22 96 32 97 L 70 97 C 80 96 76 44 50 42 Z");
        s.Polygon(s.Main, 27, 32, 26, 3, 46, 16);
        s.Polygon(s.Main, 73, 32, 74, 3, 54, 16);
        s.Polygon(Ink.Rose, 31, 22, 30, 10, 40, 17);
        s.Polygon(Ink.Rose, 69, 22, 70, 10, 60, 17);
        s.Ellipse(s.Main, 50, 33, 26, 22);
        s.Ellipse(s.Light, 50, 74, 11, 17);
        Eye(s, 40, 29, 5.5);
        Eye(s, 60, 29, 5.5);
        s.Polygon(Ink.Rose, 46, 38, 54, 38, 50, 43);
        s.Line(s.Mark, 1.6, 44, 41, 18, 37);
        s.Line(s.Mark, 1.6, 44, 43, 19, 46);
        s.Line(s.Mark, 1.6, 56, 41, 82, 37);
        s.Line(s.Mark, 1.6, 56, 43, 81, 46);
        s.Ellipse(s.Dark, 41, 95, 8, 4.5);
        s.Ellipse(s.Dark, 59, 95, 8, 4.5);
    }

    private static void Dog(Sketch s)
    {
        s.Curve(s.Main, 8, "M22 52 C 8 46 4 34 8 22");
        s.Box(s.Dark, 30, 66, 10, 32, 4);
        s.Box(s.Dark, 74, 66, 10, 32, 4);
        s.Box(s.Main, 20, 44, 72, 30, 14);
        s.Box(s.Main, 20, 62, 11, 36, 4);
        s.Box(s.Main, 84, 62, 11, 36, 4);
        s.Polygon(s.Main, 70, 52, 82, 22, 98, 30, 94, 62);
        s.Circle(s.Main, 94, 28, 18);
        s.Box(s.Light, 98, 26, 30, 17, 8);
        s.Circle(Ink.Black, 125, 29, 5);
        s.Ellipse(s.Dark, 82, 32, 8, 18, 14);
        Eye(s, 98, 21, 4.5);
        s.Curve(Ink.Tomato, 5, "M82 50 L 99 53");
    }

    private static void Fish(Sketch s)
    {
        s.Path(s.Dark, "M36 40 L 4 10 Q 14 40 4 70 Z");
        s.Path(s.Dark, "M58 16 Q 72 -4 96 14 L 88 24 Z");
        s.Path(s.Dark, "M64 66 Q 72 82 86 76 L 84 60 Z");
        s.Ellipse(s.Main, 76, 41, 48, 29);
        s.Curve(s.Light, 5, "M62 17 Q 52 41 62 65");
        s.Curve(s.Light, 5, "M80 15 Q 70 41 80 67");
        s.Path(s.Dark, "M74 42 Q 58 46 54 58 Q 70 58 78 48 Z");
        Eye(s, 104, 33, 7);
        s.Curve(s.Mark, 2.5, "M122 46 Q 114 52 108 48");
    }

    private static void Bird(Sketch s)
    {
        s.Polygon(s.Dark, 30, 56, 2, 44, 8, 62, 0, 72, 34, 66);
        s.Line(Ink.Beak, 3.5, 52, 76, 52, 94, 60, 94);
        s.Line(Ink.Beak, 3.5, 66, 76, 66, 94, 74, 94);
        s.Path(s.Main, "M20 60 C 30 30 60 44 70 26 C 76 6 108 12 104 38 C 100 76 70 86 52 82 C 36 80 26 74 20 60 Z");
        s.Polygon(Ink.Beak, 102, 24, 115, 32, 102, 38);
        s.Path(s.Dark, "M34 54 C 46 40 66 46 74 56 C 64 76 46 74 30 64 Z");
        Eye(s, 90, 26, 5.5);
    }

    private static void Butterfly(Sketch s)
    {
        s.Ellipse(s.Main, 30, 32, 30, 22, 32);
        s.Ellipse(s.Main, 85, 32, 30, 22, -32);
        s.Ellipse(s.Dark, 36, 69, 20, 17, -38);
        s.Ellipse(s.Dark, 79, 69, 20, 17, 38);
        s.Circle(s.Light, 26, 30, 9);
        s.Circle(s.Light, 89, 30, 9);
        s.Circle(s.Light, 35, 70, 6);
        s.Circle(s.Light, 80, 70, 6);
        s.Box(Ink.Black, 53, 22, 9, 60, 4.5);
        s.Circle(Ink.Black, 57.5, 20, 7);
        s.Curve(Ink.Black, 2.5, "M56 15 Q 50 4 42 3");
        s.Curve(Ink.Black, 2.5, "M59 15 Q 65 4 73 3");
    }

    private static void Elephant(Sketch s)
    {
        s.Curve(s.Dark, 4, "M10 50 Q 2 58 5 70");
        s.Box(s.Dark, 30, 70, 16, 34, 5);
        s.Box(s.Dark, 66, 70, 16, 34, 5);
        s.Ellipse(s.Main, 50, 52, 43, 33);
        s.Box(s.Main, 14, 62, 17, 42, 5);
        s.Box(s.Main, 76, 62, 17, 42, 5);
        s.Circle(s.Main, 98, 38, 25);
        s.Curve(s.Main, 13, "M116 44 C 128 60 112 78 120 92 Q 123 97 129 94");
        s.Path(Ink.White, "M106 58 Q 106 74 118 76 Q 112 66 113 56 Z");
        s.Ellipse(s.Dark, 82, 38, 17, 25, 8);
        s.Ellipse(s.Light, 83, 39, 10, 17, 8);
        Eye(s, 108, 32, 4.5);
    }

    private static void Rabbit(Sketch s)
    {
        s.Circle(s.Light, 12, 92, 10);
        s.Ellipse(s.Main, 29, 24, 9, 25, -8);
        s.Ellipse(s.Main, 52, 24, 9, 25, 8);
        s.Ellipse(Ink.Rose, 29, 26, 4.5, 18, -8);
        s.Ellipse(Ink.Rose, 52, 26, 4.5, 18, 8);
        s.Ellipse(s.Main, 40, 86, 29, 25);
        s.Circle(s.Main, 40, 54, 21);
        s.Ellipse(s.Light, 40, 89, 14, 16);
        Eye(s, 32, 50, 5);
        Eye(s, 49, 50, 5);
        s.Polygon(Ink.Rose, 36, 58, 45, 58, 40.5, 63);
        s.Box(Ink.White, 37, 65, 7, 8, 1);
        s.Ellipse(s.Dark, 25, 107, 12, 5);
        s.Ellipse(s.Dark, 56, 107, 12, 5);
    }

    private static void Turtle(Sketch s)
    {
        Ink skin = new(0xb9c46a);
        s.Polygon(skin, 14, 56, 0, 62, 16, 64);
        s.Box(skin, 22, 54, 18, 20, 7);
        s.Box(skin, 74, 54, 18, 20, 7);
        s.Path(skin, "M92 58 Q 104 54 106 40 Q 108 26 122 28 Q 136 32 133 44 Q 130 54 120 54 Q 114 66 94 66 Z");
        s.Path(s.Main, "M8 60 C 12 -14 98 -14 102 60 Z");
        s.Polygon(s.Dark, 44, 16, 66, 16, 74, 34, 55, 48, 36, 34);
        s.Polygon(s.Dark, 14, 46, 20, 26, 30, 36, 28, 52);
        s.Polygon(s.Dark, 96, 46, 90, 26, 80, 36, 82, 52);
        s.Box(s.Light, 6, 56, 98, 8, 4);
        Eye(s, 122, 38, 4.5);
    }

    private static void Horse(Sketch s)
    {
        s.Curve(s.Dark, 11, "M16 48 C 2 54 8 74 3 86");
        s.Polygon(s.Dark, 30, 66, 40, 66, 37, 112, 28, 112);
        s.Polygon(s.Dark, 70, 66, 80, 66, 80, 112, 71, 112);
        s.Ellipse(s.Main, 50, 55, 37, 19);
        s.Polygon(s.Main, 14, 54, 27, 66, 23, 112, 13, 112);
        s.Polygon(s.Main, 76, 62, 88, 52, 92, 112, 82, 112);
        s.Polygon(s.Main, 62, 50, 84, 12, 102, 20, 87, 66);
        s.Path(s.Main, "M80 14 L 92 2 L 96 12 L 128 38 Q 130 48 120 49 L 96 36 Z");
        s.Path(s.Dark, "M90 6 C 74 8 62 30 58 46 L 68 48 C 70 32 80 20 92 14 Z");
        Eye(s, 100, 21, 4);
        s.Circle(s.Mark, 121, 42, 2);
    }

    private static void Snail(Sketch s)
    {
        Ink skin = new(0xd9b98a);
        s.Path(skin, "M2 80 Q 20 66 60 68 L 92 68 Q 98 40 106 36 Q 118 34 120 46 Q 122 80 98 80 Z");
        s.Line(skin, 4, 108, 38, 102, 14);
        s.Line(skin, 4, 114, 38, 120, 14);
        s.Circle(Ink.Black, 102, 13, 4);
        s.Circle(Ink.Black, 120, 13, 4);
        s.Circle(s.Main, 54, 40, 36);
        s.Curve(s.Dark, 6, "M54 42 C 46 36 58 26 66 36 C 74 50 52 62 40 52 C 26 38 42 14 62 18 C 80 22 84 44 76 58");
        s.Circle(s.Mark, 115, 48, 2.5);
    }

    private static void Owl(Sketch s)
    {
        s.Polygon(s.Main, 12, 36, 8, 2, 38, 18);
        s.Polygon(s.Main, 68, 36, 72, 2, 42, 18);
        s.Path(s.Main, "M40 10 C 84 10 80 100 40 102 C 0 100 -4 10 40 10 Z");
        s.Path(s.Light, "M40 52 C 62 52 60 94 40 96 C 20 94 18 52 40 52 Z");
        s.Ellipse(s.Dark, 10, 66, 8, 25, 8);
        s.Ellipse(s.Dark, 70, 66, 8, 25, -8);
        s.Circle(Ink.White, 25, 36, 16);
        s.Circle(Ink.White, 55, 36, 16);
        s.Circle(Ink.Gold, 26, 36, 11);
        s.Circle(Ink.Gold, 54, 36, 11);
        s.Circle(Ink.Black, 27, 36, 6.5);
        s.Circle(Ink.Black, 53, 36, 6.5);
        s.Polygon(Ink.Beak, 34, 46, 46, 46, 40, 60);
        s.Box(Ink.Beak, 24, 98, 12, 6, 3);
        s.Box(Ink.Beak, 44, 98, 12, 6, 3);
    }

    private static void Octopus(Sketch s)
    {
        s.Curve(s.Main, 10, "M32 56 C 22 74 6 66 6 84");
        s.Curve(s.Main, 10, "M42 58 C 40 84 22 78 24 95");
        s.Curve(s.Main, 10, "M50 60 C 52 84 44 88 44 95");
        s.Curve(s.Main, 10, "M60 60 C 58 84 66 88 66 95");
        s.Curve(s.Main, 10, "M68 58 C 70 84 88 78 86 95");
        s.Curve(s.Main, 10, "M78 56 C 88 74 104 66 104 84");
        s.Path(s.Main, "M24 44 C 18 -10 92 -10 86 44 C 86 72 24 72 24 44 Z");
        s.Circle(s.Light, 40, 14, 6);
        Eye(s, 44, 42, 9);
        Eye(s, 66, 42, 9);
    }

    private static void Bee(Sketch s)
    {
        Ink wing = new(0xdff1fb);
        s.Polygon(Ink.Black, 14, 54, 0, 58, 14, 64);
        s.Ellipse(wing, 46, 22, 15, 23, -28);
        s.Ellipse(wing, 70, 22, 15, 23, 22);
        s.Ellipse(s.Main, 54, 57, 44, 26);
        s.Path(Ink.Black, "M30 35 Q 22 57 30 79 L 42 82 Q 34 57 42 32 Z");
        s.Path(Ink.Black, "M54 31 Q 48 57 54 83 L 66 82 Q 60 57 66 32 Z");
        s.Circle(Ink.Black, 92, 54, 18);
        s.Circle(Ink.White, 98, 48, 5.5);
        s.Curve(Ink.Black, 3, "M96 38 Q 98 26 108 22");
        s.Curve(Ink.Black, 3, "M102 42 Q 108 32 114 32");
    }
}
