namespace VisualSearch.Samples.Drawing;

/// <summary>A background: its name in metadata, what a caption says, the colours that would not stand out on it,
/// and the things (kinds or groups) that people expect there, which are drawn by lot more often.</summary>
internal sealed record Backdrop(
    string Name, string Phrase, IReadOnlyList<string> Hides, IReadOnlyList<string> Suits, Action<Sketch, double, double> Draw)
{
    /// <summary>Whether there is a sky for a sun, clouds, rain or snow.</summary>
    internal bool HasSky { get; init; } = true;

    /// <summary>Whether the sky is dark: a moon and stars instead of a sun.</summary>
    internal bool IsNight { get; init; }

    /// <summary>Every background, in a fixed order.</summary>
    internal static IReadOnlyList<Backdrop> All { get; } =
    [
        new("meadow", "in a meadow", [], ["animal", "plant", "tractor", "barn", "windmill", "kite"], Outdoors.Meadow),
        new("sea", "on the sea", [], ["boat", "boat", "fish", "octopus", "turtle", "lighthouse", "bridge"], Outdoors.Sea),
        new("desert", "in the desert", ["yellow"], ["cactus", "cactus", "tent", "balloon", "truck", "snail", "palm"], Outdoors.Desert),
        new("city", "in the city", ["gray"], ["vehicle", "building", "lamp", "dog"], Places.City),
        new("forest", "in a forest", [], ["animal", "plant", "tent", "house"], Outdoors.Forest),
        new("room", "in a room", ["white"], ["furniture", "object", "food", "cat"], Places.Room) { HasSky = false },
        new("night", "at night", ["black", "gray"], ["building", "rocket", "owl", "train", "lamp", "cat"], Places.Night) { IsNight = true },
        new("snow", "in a snowy field", ["white"], ["house", "pine", "rabbit", "church", "hat", "gift", "owl"], Outdoors.SnowField),
        new(
            "mountains",
            "in the mountains",
            ["gray", "white"],
            ["airplane", "balloon", "helicopter", "tent", "castle", "train", "pine", "bridge", "horse"],
            Outdoors.Mountains),
        new("road", "on a road", ["gray", "black"], ["vehicle"], Places.Road),
        new(
            "beach",
            "at the beach",
            ["yellow", "white"],
            ["palm", "umbrella", "ball", "boat", "turtle", "kite", "ice cream", "hat", "chair"],
            Outdoors.Beach),
        new("plain", "on a plain background", [], ["food", "object", "animal"], (_, _, _) => { }),
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
