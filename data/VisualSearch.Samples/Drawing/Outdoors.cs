namespace VisualSearch.Samples.Drawing;

/// <summary>Backgrounds in nature. All keep to pale colours: the things in front carry the strong ones.</summary>
internal static class Outdoors
{
    private static readonly Ink Sky = new(0xcfeafa);

    internal static void Meadow(Sketch s, double w, double h)
    {
        double ground = h * s.Random.Between(0.52, 0.64);
        s.Box(Sky, 0, 0, w, h);
        Hill(s, new Ink(0xc9e6ae), w, h, ground - (h * 0.05), h * 0.09);
        Hill(s, new Ink(0xb4dc94), w, h, ground + (h * 0.08), -h * 0.06);
        for (int i = 0; i < 22; i++)
        {
            double x = s.Random.Between(0, w), y = s.Random.Between(ground + (h * 0.16), h);
            s.Line(new Ink(0x8cc46c), 2, x - 5, y - 9, x, y, x + 5, y - 10);
        }
    }

    internal static void Sea(Sketch s, double w, double h)
    {
        double line = h * s.Random.Between(0.42, 0.55);
        s.Box(new Ink(0xe2f2fb), 0, 0, w, h);
        s.Box(new Ink(0x97cbe8), 0, line, w, h - line);
        for (int row = 0; row < 4; row++)
        {
            double y = line + ((h - line) * (row + 0.6) / 4), step = w / 7, shift = s.Random.Between(0, step);
            for (int i = -1; i < 7; i++)
            {
                double x = (i * step) + shift;
                s.Curve(new Ink(0xc9e6f5), 4, $"M{Sketch.N(x)} {Sketch.N(y)} q {Sketch.N(step / 4)} -9 {Sketch.N(step / 2)} 0");
            }
        }
    }

    internal static void Desert(Sketch s, double w, double h)
    {
        double ground = h * s.Random.Between(0.5, 0.62);
        s.Box(new Ink(0xfbeede), 0, 0, w, h);
        Hill(s, new Ink(0xf0d2a0), w, h, ground, h * 0.1);
        Hill(s, new Ink(0xf4dcb2), w, h, ground + (h * 0.1), -h * 0.09);
        Hill(s, new Ink(0xecca94), w, h, ground + (h * 0.27), h * 0.06);
        double x = s.Random.Between(0.06, 0.94) * w;
        Ink rock = new(0xdab183);
        double foot = ground + (h * 0.05), top = ground - (h * 0.12);
        s.Polygon(rock, x - (w * 0.09), foot, x - (w * 0.07), top, x + (w * 0.05), top, x + (w * 0.08), foot);
    }

    internal static void Forest(Sketch s, double w, double h)
    {
        double ground = h * s.Random.Between(0.66, 0.76);
        s.Box(new Ink(0xd5e8cf), 0, 0, w, h);
        for (int layer = 0; layer < 2; layer++)
        {
            int count = (int)(w / (layer == 0 ? 42 : 58));
            for (int i = 0; i <= count; i++)
            {
                double x = (w * i / count) + s.Random.Between(-12, 12), top = h * s.Random.Between(0.04, 0.22), half = layer == 0 ? 28 : 36;
                double foot = ground + (layer * h * 0.04), crown = foot - (h * 0.1);
                s.Box(new Ink(layer == 0 ? 0xb09a80 : 0x9d856a), x - 5, crown - 4, 10, foot - crown + 6);
                s.Polygon(new Ink(layer == 0 ? 0xa9cda0 : 0x8fbd88), x, top + (layer * h * 0.14), x + half, crown, x - half, crown);
            }
        }

        s.Box(new Ink(0xc0cf9d), 0, ground + (h * 0.03), w, h - ground);
    }

    internal static void SnowField(Sketch s, double w, double h)
    {
        double ground = h * s.Random.Between(0.48, 0.6);
        s.Box(new Ink(0xc4d8ea), 0, 0, w, h);
        Hill(s, new Ink(0xe6eff6), w, h, ground, h * 0.1);
        for (int i = 0; i < 5; i++)
        {
            double x = s.Random.Between(0, w), y = ground + (h * s.Random.Between(0.02, 0.08));
            s.Polygon(new Ink(0x9fb9bd), x, y - (h * 0.14), x + 13, y, x - 13, y);
            s.Polygon(Ink.White, x, y - (h * 0.14), x + 5, y - (h * 0.09), x - 5, y - (h * 0.09));
        }

        Hill(s, new Ink(0xf6fafd), w, h, ground + (h * 0.11), -h * 0.07);
    }

    internal static void Mountains(Sketch s, double w, double h)
    {
        double ground = h * s.Random.Between(0.66, 0.76);
        s.Box(new Ink(0xdcebf6), 0, 0, w, h);
        for (int i = 0; i < 3; i++)
        {
            double x = w * (0.16 + (0.34 * i) + s.Random.Between(-0.06, 0.06));
            double top = h * s.Random.Between(0.12, 0.3), half = w * s.Random.Between(0.24, 0.32);
            double cap = 0.3 * half, capY = top + ((ground - top) * 0.3);
            s.Polygon(new Ink(i == 1 ? 0xa9b6c6 : 0xb9c4d1), x, top, x + half, ground, x - half, ground);
            s.Polygon(Ink.White, x, top, x + cap, capY, x + (half * 0.1), capY - (h * 0.03), x - (half * 0.08), capY + (h * 0.02), x - cap, capY);
        }

        s.Box(new Ink(0xc3d9ae), 0, ground - 2, w, h - ground + 2);
    }

    internal static void Beach(Sketch s, double w, double h)
    {
        double sea = h * s.Random.Between(0.3, 0.4), sand = h * s.Random.Between(0.56, 0.64);
        s.Box(Sky, 0, 0, w, h);
        s.Box(new Ink(0x9bd0e6), 0, sea, w, sand - sea + (h * 0.1));
        Hill(s, Ink.White, w, h, sand - (h * 0.02), h * 0.05);
        Hill(s, new Ink(0xf4e0b2), w, h, sand + (h * 0.015), h * 0.05);
        for (int i = 0; i < 7; i++)
        {
            s.Circle(new Ink(0xdcc18c), s.Random.Between(0, w), s.Random.Between(sand + (h * 0.1), h), 2.5);
        }
    }

    /// <summary>Ground up to a curved line: at height y left and right, raised by <paramref name="rise"/> in the middle.</summary>
    private static void Hill(Sketch s, Ink ink, double w, double h, double y, double rise) => s.Path(
        ink,
        $"M-4 {Sketch.N(y)} Q {Sketch.N(w / 2)} {Sketch.N(y - (2 * rise))} {Sketch.N(w + 4)} {Sketch.N(y)} "
            + $"L {Sketch.N(w + 4)} {Sketch.N(h + 4)} L -4 {Sketch.N(h + 4)} Z");
}
