namespace VisualSearch.Samples.Drawing;

/// <summary>The colours that captions and queries name.</summary>
internal static class Palette
{
    private static readonly (string Name, int Rgb)[] Entries =
    [
        ("red", 0xdd2f2a), ("orange", 0xf58418), ("yellow", 0xf9d71c), ("green", 0x2fa243), ("blue", 0x2a66d9), ("purple", 0x8142b5),
        ("pink", 0xf67db6), ("brown", 0x86552e), ("gray", 0x8d949b), ("white", 0xfafaf8), ("black", 0x26262b),
    ];

    private static readonly Dictionary<string, Ink> ByName = Entries.ToDictionary(entry => entry.Name, entry => new Ink(entry.Rgb));

    /// <summary>Every name, in a fixed order.</summary>
    internal static IReadOnlyList<string> Names { get; } = [.. Entries.Select(entry => entry.Name)];

    internal static Ink Of(string name) => ByName[name];
}
