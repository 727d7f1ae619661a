using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>An asset to add or to replace, with all that can be found of it.</summary>
/// <param name="Asset">The asset; recognised by its path, so its <see cref="Catalog.Asset.Id"/> is not looked at.</param>
/// <param name="Items">What can be found of it, at least one.</param>
public sealed record AssetWrite(Asset Asset, IReadOnlyList<ItemWrite> Items)
{
    /// <summary>A picture.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="vector">The embedding: as many finite numbers as the collection's dimension, not all zero.</param>
    public AssetWrite(Asset asset, ReadOnlyMemory<float> vector)
        : this(asset, [new PictureWrite(vector)])
    {
    }

    /// <summary>What a video has besides its items; null for a picture.</summary>
    public VideoDetails? Video { get; init; }
}

/// <summary>Something of an asset that can be found.</summary>
public abstract record ItemWrite;

/// <summary>The picture as a whole; its words are the asset's title, tags, path and text.</summary>
/// <param name="Vector">The embedding: as many finite numbers as the collection's dimension, not all zero.</param>
public sealed record PictureWrite(ReadOnlyMemory<float> Vector) : ItemWrite;

/// <summary>A part of a video between two cuts. It is found by the mean of its keyframes' vectors, and lands on the best of them.</summary>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends, in seconds, after <paramref name="Start"/>.</param>
/// <param name="Keyframes">Pictures out of it, at least one.</param>
public sealed record ShotWrite(double Start, double End, IReadOnlyList<KeyframeWrite> Keyframes) : ItemWrite;

/// <summary>A picture out of a shot.</summary>
/// <param name="Seconds">When it is shown; of one shot, no two alike.</param>
/// <param name="Vector">The embedding: as many finite numbers as the collection's dimension, not all zero.</param>
public readonly record struct KeyframeWrite(double Seconds, ReadOnlyMemory<float> Vector);

/// <summary>What is said or written in a time span of a video. Its words are the text alone.</summary>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends, in seconds, not before <paramref name="Start"/>.</param>
/// <param name="Text">The text.</param>
/// <param name="Vector">The text's embedding by the collection's passage model; see <see cref="EmbeddedStore.PassageModel"/>.</param>
public sealed record PassageWrite(double Start, double End, string Text, ReadOnlyMemory<float> Vector) : ItemWrite;

/// <summary>What is written about a video as a whole: a passage over all of it, whose words are the asset's title, tags, path and text.</summary>
/// <param name="End">The video's length in seconds.</param>
/// <param name="Vector">The embedding of title and text, by the collection's passage model.</param>
public sealed record AboutWrite(double End, ReadOnlyMemory<float> Vector) : ItemWrite;

/// <summary>What a video has besides its items.</summary>
/// <param name="Storyboard">Small pictures at even steps, as one picture; see <paramref name="Tiles"/>. Empty where there is none.</param>
/// <param name="Tiles">How the storyboard is laid out.</param>
/// <param name="Transcript">What is said, in order of time; empty where that is not known.</param>
public sealed record VideoDetails(ReadOnlyMemory<byte> Storyboard, StoryboardTiles Tiles, IReadOnlyList<TranscriptLine> Transcript);

/// <summary>How a storyboard is laid out: tiles of one size, row by row, the n-th shows the video at n × <paramref name="SecondsPerTile"/>.</summary>
/// <param name="Count">How many tiles.</param>
/// <param name="Columns">How many in a row.</param>
/// <param name="Width">A tile's width in pixels.</param>
/// <param name="Height">A tile's height in pixels.</param>
/// <param name="SecondsPerTile">Seconds from tile to tile.</param>
public sealed record StoryboardTiles(int Count, int Columns, int Width, int Height, double SecondsPerTile);

/// <summary>A line of what is said in a video.</summary>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends, in seconds.</param>
/// <param name="Text">The words.</param>
public sealed record TranscriptLine(double Start, double End, string Text);
