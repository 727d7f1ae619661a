namespace VisualSearch.Samples.Drawing;

/// <summary>How a picture is drawn.</summary>
/// <param name="Name">What metadata holds.</param>
/// <param name="Phrase">What a caption says at its end.</param>
/// <param name="Request">How a person asks for it; {0} stands for the things.</param>
internal sealed record DrawingStyle(string Name, string Phrase, string Request)
{
    internal static readonly DrawingStyle Flat = new("flat", "flat illustration", "a flat illustration of {0}");
    internal static readonly DrawingStyle Outlined = new("cartoon", "cartoon with black outlines", "a cartoon of {0} with black outlines");
    internal static readonly DrawingStyle Pencil = new("pencil", "pencil drawing", "a pencil drawing of {0}");
    internal static readonly DrawingStyle Shaded = new("shaded", "soft shading", "{0} with soft shading");
    internal static readonly DrawingStyle Pastel = new("pastel", "pastel colors", "{0} in pastel colors");
    internal static readonly DrawingStyle Silhouette = new("silhouette", "silhouette", "a silhouette of {0}");
    internal static readonly DrawingStyle Chalk = new("chalk", "chalk on a blackboard", "{0} in chalk on a blackboard");
    internal static readonly DrawingStyle Papercut = new("paper", "paper cutout", "a paper cutout of {0}");

    /// <summary>Every style, in a fixed order.</summary>
    internal static IReadOnlyList<DrawingStyle> All { get; } = [Flat, Outlined, Pencil, Shaded, Pastel, Silhouette, Chalk, Papercut];
}
