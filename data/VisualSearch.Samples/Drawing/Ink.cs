namespace VisualSearch.Samples.Drawing;

/// <summary>An sRGB colour (0xRRGGBB) to draw with, before the picture's style has changed it.</summary>
internal readonly record struct Ink(int Rgb)
{
    internal static readonly Ink White = new(0xfbfbf8), Black = new(0x26262b), Grey = new(0x8d949b), Silver = new(0xcfd5da);
    internal static readonly Ink Wood = new(0x9a6a3c), DarkWood = new(0x6d4524), Sand = new(0xf0cf9a), Skin = new(0xf3d3ae);
    internal static readonly Ink Glass = new(0xbfe3f5), Leaf = new(0x3f9a4a), DarkLeaf = new(0x2c7338), Gold = new(0xf6b73c);
    internal static readonly Ink Beak = new(0xf59a2a), Rose = new(0xf49ab8), Tomato = new(0xd8452f), Metal = new(0x6c757e);

    internal double R => (Rgb >> 16) & 255;

    internal double G => (Rgb >> 8) & 255;

    internal double B => Rgb & 255;

    /// <summary>Perceived lightness, 0 to 1 (Rec. 601 weights on the sRGB values).</summary>
    internal double Lightness => ((0.299 * R) + (0.587 * G) + (0.114 * B)) / 255;

    /// <summary>This ink with <paramref name="share"/> (0 to 1) of another in it.</summary>
    internal Ink Mix(Ink other, double share) => new(
        (Channel(R, other.R, share) << 16) | (Channel(G, other.G, share) << 8) | Channel(B, other.B, share));

    internal Ink Lighter(double share) => Mix(White, share);

    internal Ink Darker(double share) => Mix(new Ink(0x101018), share);

    /// <summary>The colour as SVG writes it.</summary>
    public override string ToString() => $"#{Rgb:x6}";

    private static int Channel(double from, double to, double share) => (int)(from + ((to - from) * share) + 0.5);
}
