using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer.Decode;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer.Embed;

/// <summary>Turns a batch of decoded pictures and keyframes into rows to write, with one encoder call for all that need a vector.</summary>
public sealed class EmbedStage(DualEncoder encoder)
{
    /// <summary>The rows that are complete with this batch, in order: one a picture, one a video with its last keyframe.</summary>
    public IReadOnlyList<AssetWrite> Embed(IReadOnlyList<IDecoded> batch)
    {
        var inputs = new List<RgbPicture>(batch.Count);
        foreach (var decoded in batch)
        {
            if (decoded.Input is { } input) inputs.Add(input);
        }

        var vectors = new float[inputs.Count * encoder.Dimension];
        if (inputs.Count > 0) encoder.EncodePictures(inputs, vectors);

        var rows = new List<AssetWrite>(batch.Count);
        var next = 0;
        foreach (var decoded in batch)
        {
            var vector = decoded.Input is null ? default : vectors.AsMemory(next++ * encoder.Dimension, encoder.Dimension);
            if (decoded.Embedded(vector) is { } row) rows.Add(row);
        }

        return rows;
    }
}
