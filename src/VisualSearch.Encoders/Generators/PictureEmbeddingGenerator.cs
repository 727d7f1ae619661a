using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Encoders.Generators;

/// <summary>
/// Embeds pictures, given as the bytes of a picture file (<see cref="DataContent"/>). They are read by content, whatever their media type says.
/// </summary>
/// <remarks>A picture that can't be read ends the call with a <see cref="PictureException"/>.</remarks>
public sealed class PictureEmbeddingGenerator : EncoderGenerator<DataContent>
{
    private const int Batch = 32;

    private readonly DualEncoder _encoder;
    private readonly PictureReader _reader;

    /// <summary>Prepares a generator.</summary>
    /// <param name="encoder">Stays the caller's.</param>
    /// <param name="reader">Reads the pictures; null for one with the default limits.</param>
    public PictureEmbeddingGenerator(DualEncoder encoder, PictureReader? reader = null)
        : base((encoder ?? throw new ArgumentNullException(nameof(encoder))).Manifest)
    {
        _encoder = encoder;
        _reader = reader ?? new PictureReader();
    }

    private protected override void Encode(DataContent[] inputs, Span<float> vectors, CancellationToken cancellation)
    {
        // Pixels of one batch at a time: a thousand pictures of 224 pixels would take 150 MB.
        for (int start = 0; start < inputs.Length; start += Batch)
        {
            cancellation.ThrowIfCancellationRequested();
            DataContent[] batch = inputs[start..Math.Min(inputs.Length, start + Batch)];
            RgbPicture[] pictures = [.. batch.Select((content, i) => Read(content, start + i))];
            _encoder.EncodePictures(pictures, vectors.Slice(start * _encoder.Dimension, pictures.Length * _encoder.Dimension));
        }
    }

    private RgbPicture Read(DataContent content, int number)
        => _reader.Read(PictureSource.FromMemory(content.Data, content.Name ?? $"picture {number}"), _encoder.Manifest.Fit);
}
