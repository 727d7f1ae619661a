using VisualSearch.Samples.Drawing;

namespace VisualSearch.Samples.Things;

/// <summary>A kind of thing: its words, the colours it comes in and how it is drawn in a box of Width × Height units.</summary>
internal sealed record Thing(
    string Name, string Plural, string Group, double Width, double Height, IReadOnlyList<string> Colors, Action<Sketch> Draw)
{
    /// <summary>Whether the thing also looks right in a mirror.</summary>
    internal bool CanMirror { get; init; } = true;

    /// <summary>The word for one of them, where the name is not.</summary>
    internal string? Singular { get; init; }

    /// <summary>The kind that this one is also called by: a palm is a tree, too.</summary>
    internal string? KindOf { get; init; }

    internal bool Is(string kind) => Name == kind || KindOf == kind;

    internal string Noun(int count) => count == 1 ? Singular ?? Name : Plural;
}

/// <summary>Colours that several kinds share.</summary>
internal static class ColorChoices
{
    internal static readonly string[] Any = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "gray", "white", "black"];
    internal static readonly string[] Bright = ["red", "orange", "yellow", "green", "blue", "purple", "pink"];
    internal static readonly string[] Fur = ["orange", "brown", "gray", "white", "black", "yellow", "blue", "pink"];
    internal static readonly string[] Walls = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "gray", "white"];
}
