using VisualSearch.Encoders.Media;
using VisualSearch.Indexer.Scan;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer.Decode;

/// <summary>A picture's file after decoding: what the catalog will hold of it, and either pixels to embed or the vector it already has.</summary>
/// <param name="Pending">The file.</param>
/// <param name="Asset">Its catalog row.</param>
/// <param name="Input">Pixels of the encoder's input size; null when <paramref name="Vector"/> is known.</param>
/// <param name="Vector">The vector of an earlier run over the same bytes; null when the picture has to be embedded.</param>
public sealed record DecodedFile(PendingFile Pending, Asset Asset, RgbPicture? Input, float[]? Vector) : IDecoded
{
    /// <inheritdoc/>
    public AssetWrite? Embedded(ReadOnlyMemory<float> vector) => new(Asset, Vector ?? vector);
}
