using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Api.Collections;

/// <summary>The picture of an item: the file of a picture, a frame of a moment.</summary>
internal static class ItemPicture
{
    // Four times the largest input of the encoders, without visible loss.
    private const int FrameSide = 1024, FrameQuality = 95;

    /// <summary>The picture of an item.</summary>
    /// <param name="record">The item with its asset.</param>
    /// <param name="seconds">Which frame of a video; null for that in the middle of the item.</param>
    /// <param name="cancellation">Ends reading the video.</param>
    /// <exception cref="VideoException">The frame can't be read.</exception>
    public static PictureSource Of(ItemRecord record, double? seconds, CancellationToken cancellation)
    {
        var (item, asset) = record;
        return item is { Start: { } start, End: { } end }
            ? PictureSource.FromMemory(MomentReader.ReadWebp(asset.Path, seconds ?? ((start + end) / 2), FrameSide, FrameQuality, cancellation), asset.RelativePath)
            : PictureSource.FromFile(asset.Path);
    }
}
