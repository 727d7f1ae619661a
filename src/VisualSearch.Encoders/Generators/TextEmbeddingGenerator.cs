using VisualSearch.Encoders.Models;

namespace VisualSearch.Encoders.Generators;

/// <summary>Embeds texts: with a sentence encoder, or into the space of the pictures of a <see cref="DualEncoder"/>.</summary>
public sealed class TextEmbeddingGenerator : EncoderGenerator<string>
{
    private delegate void Encoding(IReadOnlyList<string> texts, Span<float> vectors);

    private readonly Encoding _encode;

    /// <summary>Texts as queries for pictures.</summary>
    /// <param name="encoder">Stays the caller's.</param>
    public TextEmbeddingGenerator(DualEncoder encoder)
        : base((encoder ?? throw new ArgumentNullException(nameof(encoder))).Manifest) => _encode = encoder.EncodeTexts;

    /// <summary>Texts as queries or as passages.</summary>
    /// <param name="encoder">Stays the caller's.</param>
    /// <param name="role">What every text is; take one generator for each role.</param>
    public TextEmbeddingGenerator(TextEncoder encoder, TextRole role)
        : base((encoder ?? throw new ArgumentNullException(nameof(encoder))).Manifest)
        => _encode = (texts, vectors) => encoder.Encode(texts, role, vectors);

    private protected override void Encode(string[] inputs, Span<float> vectors, CancellationToken cancellation) => _encode(inputs, vectors);
}
