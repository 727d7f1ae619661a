namespace VisualSearch.Samples.Drawing;

/// <summary>Backgrounds that people made, and the night; and what falls from the sky.</summary>
internal static class Places
{
    internal static void City(Sketch s, double w, double h)
    {
        double ground = h * s.Random.Between(0.74, 0.82);
        s.Box(new Ink(0xdfe6ee), 0, 0, w, h);
        ReadOnlySpan<int> walls = [0xbcc3cd, 0xc9bdb8, 0xb3bfc9, 0xccc6b8];
        double x = -s.Random.Between(0, 30);
        while (x < w)
        {
            double width = s.Random.Between(44, 76), top = h * s.Random.Between(0.14, 0.46);
            s.Box(new Ink(walls[s.Random.Below(walls.Length)]), x, top, width, ground - top);
            for (double y = top + 10; y < ground - 18; y += 21)
            {
                for (double column = x + 8; column < x + width - 12; column += 17)
                {
                    s.Box(new Ink(0xeef2f2), column, y, 8, 11);
                }
            }

            x += width + 2;
        }

        s.Box(new Ink(0xa9adb3), 0, ground, w, h - ground);
    }

    internal static void Room(Sketch s, double w, double h)
    {
        double floor = h * s.Random.Between(0.7, 0.78);
        ReadOnlySpan<int> walls = [0xf3e6d3, 0xe4ebe0, 0xefe0e2, 0xe3e6f0];
        s.Box(new Ink(walls[s.Random.Below(walls.Length)]), 0, 0, w, h);
        s.Box(new Ink(0xdcbd95), 0, floor, w, h - floor);
        s.Box(Ink.White, 0, floor - 8, w, 8);
        double x = w * s.Random.Between(0.06, 0.6), y = h * 0.1, width = w * 0.3, height = h * 0.34;
        s.Box(Ink.White, x - 6, y - 6, width + 12, height + 12);
        s.Box(new Ink(0xcbe6f4), x, y, width, height);
        s.Line(Ink.White, 5, x + (width / 2), y, x + (width / 2), y + height);
        s.Line(Ink.White, 5, x, y + (height / 2), x + width, y + (height / 2));
        for (double board = floor + 14; board < h; board += 16)
        {
            s.Line(new Ink(0xc9a67a), 1.5, 0, board, w, board);
        }
    }

    internal static void Night(Sketch s, double w, double h)
    {
        double ground = h * s.Random.Between(0.78, 0.86);
        s.Box(new Ink(0x1b2450), 0, 0, w, h);
        s.Box(new Ink(0x253066), 0, h * 0.45, w, h * 0.55);
        for (int i = 0; i < 45; i++)
        {
            s.Circle(new Ink(0xf2eecb), s.Random.Between(0, w), s.Random.Between(0, ground), s.Random.Between(1, 2.6));
        }

        s.Path(
            new Ink(0x141a38),
            $"M0 {Sketch.N(ground)} Q {Sketch.N(w * 0.3)} {Sketch.N(ground - (h * 0.07))} {Sketch.N(w * 0.6)} {Sketch.N(ground + (h * 0.03))} "
                + $"T {Sketch.N(w)} {Sketch.N(ground)} L {Sketch.N(w)} {Sketch.N(h)} L 0 {Sketch.N(h)} Z");
    }

    internal static void Road(Sketch s, double w, double h)
    {
        double horizon = h * s.Random.Between(0.4, 0.5), vanish = w * s.Random.Between(0.4, 0.6);
        s.Box(new Ink(0xd6ebf8), 0, 0, w, h);
        s.Box(new Ink(0xc5e0a8), 0, horizon, w, h - horizon);
        s.Polygon(new Ink(0xa3a7ad), vanish - 12, horizon, vanish + 12, horizon, w * 0.98, h, w * 0.02, h);
        for (int i = 0; i < 4; i++)
        {
            double near = (i + 0.7) * (i + 0.7) / 13, far = (i + 0.2) * (i + 0.2) / 13;
            double nearY = horizon + ((h - horizon) * near), farY = horizon + ((h - horizon) * far);
            double nearX = vanish + (((w / 2) - vanish) * near), farX = vanish + (((w / 2) - vanish) * far);
            double farHalf = 1 + (7 * far), nearHalf = 1 + (7 * near);
            s.Polygon(Ink.White, farX - farHalf, farY, farX + farHalf, farY, nearX + nearHalf, nearY, nearX - nearHalf, nearY);
        }
    }

    internal static void Rain(Sketch s, double w, double h)
    {
        for (int i = 0; i < 48; i++)
        {
            double x = s.Random.Between(0, w), y = s.Random.Between(-10, h);
            s.Line(new Ink(0x5d9fe0), 2.2, x, y, x - 7, y + 22);
        }
    }

    internal static void Snow(Sketch s, double w, double h)
    {
        for (int i = 0; i < 60; i++)
        {
            double x = s.Random.Between(0, w), y = s.Random.Between(0, h), radius = s.Random.Between(2.5, 5.5);
            s.Circle(new Ink(0xb9cfe2), x, y, radius + 0.9);
            s.Circle(Ink.White, x, y, radius);
        }
    }
}
