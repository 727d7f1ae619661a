namespace VisualSearch.Samples.Drawing;

/// <summary>A background: its name in metadata, what a caption says, and the colours that would not stand out on it.</summary>
internal sealed record Backdrop(string Name, string Phrase, IReadOnlyList<string> Hides, Action<Sketch, double, double> Draw)
{
    /// <summary>Whether there is a sky for a sun, clouds, rain or snow.</summary>
    internal bool HasSky { get; init; } = true;

    /// <summary>Whether the sky is dark: a moon and stars instead of a sun.</summary>
    internal bool IsNight { get; init; }

    /// <summary>Every background, in a fixed order.</summary>
    internal static IReadOnlyList<Backdrop> All { get; } =
    [
        new("meadow", "in a meadow", [], Outdoors.Meadow),
        new("sea", "on the sea", [], Outdoors.Sea),
        new("desert", "in the desert", ["yellow"], Outdoors.Desert),
        new("city", "in the city", ["gray"], Places.City),
        new("forest", "in a forest", [], Outdoors.Forest),
        new("room", "in a room", ["white"], Places.Room) { HasSky = false },
        new("night", "at night", ["black", "gray"], Places.Night) { IsNight = true },
        new("snow", "in a snowy field", ["white"], Outdoors.SnowField),
        new("mountains", "in the mountains", ["gray", "white"], Outdoors.Mountains),
        new("road", "on a road", ["gray", "black"], Places.Road),
        new("beach", "at the beach", ["yellow", "white"], Outdoors.Beach),
        new("plain", "on a plain background", [], (_, _, _) => { }),
    ];

    internal static Backdrop Of(string name) => All.First(backdrop => backdrop.Name == name);

    /// <summary>Named colours of plain backgrounds, which are drawn as tints of them.</summary>
    internal static IReadOnlyList<string> PlainColors { get; } = ["white", "gray", "yellow", "green", "blue", "pink", "orange", "purple"];

    internal static void DrawPlain(Sketch s, double width, double height, string? color)
    {
        Ink ink = color is null ? new Ink(0xe9e6df) : color == "gray" ? new Ink(0xbfc4c8) : Palette.Of(color).Lighter(0.5);
        s.Box(ink, 0, 0, width, height);
    }
}
