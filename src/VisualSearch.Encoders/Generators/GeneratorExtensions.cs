using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Encoders.Generators;

/// <summary>Encoders as embedding generators, in one word.</summary>
public static class GeneratorExtensions
{
    /// <summary>Embeds texts into the space of the pictures.</summary>
    public static TextEmbeddingGenerator AsTextGenerator(this DualEncoder encoder) => new(encoder);

    /// <summary>Embeds pictures.</summary>
    public static PictureEmbeddingGenerator AsPictureGenerator(this DualEncoder encoder, PictureReader? reader = null) => new(encoder, reader);

    /// <summary>Embeds texts as queries or passages.</summary>
    public static TextEmbeddingGenerator AsTextGenerator(this TextEncoder encoder, TextRole role) => new(encoder, role);
}
