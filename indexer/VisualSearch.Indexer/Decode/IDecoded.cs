using VisualSearch.Encoders.Media;
using VisualSearch.Search.Stores;

namespace VisualSearch.Indexer.Decode;

/// <summary>Something decoded on its way through the encoder: a picture, a keyframe of a video, or the end of a video.</summary>
public interface IDecoded
{
    /// <summary>Pixels of the encoder's input size; null when there is nothing to embed.</summary>
    RgbPicture? Input { get; }

    /// <summary>Takes the vector. Called once, by any worker.</summary>
    /// <param name="vector">Of <see cref="Input"/>; empty where there is none.</param>
    /// <returns>The row to write, when with this all of its file is embedded; else null.</returns>
    AssetWrite? Embedded(ReadOnlyMemory<float> vector);
}
