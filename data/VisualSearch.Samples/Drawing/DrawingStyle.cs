namespace VisualSearch.Samples.Drawing;

/// <summary>How a picture is drawn. The name is what metadata holds; the phrase is what a caption says.</summary>
internal sealed record DrawingStyle(string Name, string Phrase, string QueryPhrase)
{
    internal static readonly DrawingStyle Flat = new("flat", "flat illustration", "a flat illustration");
    internal static readonly DrawingStyle Outlined = new("cartoon", "cartoon with black outlines", "a cartoon with black outlines");
    internal static readonly DrawingStyle Pencil = new("pencil", "pencil drawing", "a pencil drawing");
    internal static readonly DrawingStyle Shaded = new("shaded", "soft shading", "a softly shaded picture");
    internal static readonly DrawingStyle Pastel = new("pastel", "pastel colors", "a picture in pastel colors");
    internal static readonly DrawingStyle Silhouette = new("silhouette", "silhouette", "a silhouette");
    internal static readonly DrawingStyle Chalk = new("chalk", "chalk on a blackboard", "a chalk drawing on a blackboard");
    internal static readonly DrawingStyle Papercut = new("paper", "paper cutout", "a paper cutout");

    /// <summary>Every style, in a fixed order.</summary>
    internal static IReadOnlyList<DrawingStyle> All { get; } = [Flat, Outlined, Pencil, Shaded, Pastel, Silhouette, Chalk, Papercut];
}
