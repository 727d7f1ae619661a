using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer.Decode;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer.Embed;

/// <summary>Turns a batch of decoded files into rows to write, with one encoder call for all that need a vector.</summary>
public sealed class EmbedStage(DualEncoder encoder)
{
    /// <summary>One row for each file, in order.</summary>
    public IReadOnlyList<AssetWrite> Embed(IReadOnlyList<DecodedFile> batch)
    {
        var inputs = new List<RgbPicture>(batch.Count);
        foreach (var file in batch)
        {
            if (file.Input is { } input) inputs.Add(input);
        }

        var vectors = new float[inputs.Count * encoder.Dimension];
        if (inputs.Count > 0) encoder.EncodePictures(inputs, vectors);

        var rows = new AssetWrite[batch.Count];
        var next = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            var vector = batch[i].Vector ?? vectors.AsMemory(next++ * encoder.Dimension, encoder.Dimension);
            rows[i] = new AssetWrite(batch[i].Asset, vector);
        }

        return rows;
    }
}
