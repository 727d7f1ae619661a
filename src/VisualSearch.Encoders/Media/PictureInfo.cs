namespace VisualSearch.Encoders.Media;

/// <summary>What a picture's header tells.</summary>
public sealed record PictureInfo
{
    /// <summary>Format by content, not by file name: jpeg, png, webp, gif, tiff or heif (HEIC and AVIF).</summary>
    public required string Format { get; init; }

    /// <summary>Width in pixels of the upright picture, EXIF orientation applied.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels of the upright picture, EXIF orientation applied.</summary>
    public required int Height { get; init; }

    /// <summary>Frames of an animation or pages of a document; 1 for a plain picture. Only the first is ever decoded.</summary>
    public required int Frames { get; init; }

    /// <summary>When the shutter opened, in the camera's local time (EXIF DateTimeOriginal, else DateTimeDigitized); null when not told.</summary>
    public DateTime? TakenAt { get; init; }

    /// <summary>The camera's maker, null when not told.</summary>
    public string? CameraMake { get; init; }

    /// <summary>The camera's model, null when not told.</summary>
    public string? CameraModel { get; init; }

    /// <summary>Degrees north, -90 to 90; null unless both coordinates are told and valid.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees east, -180 to 180; null unless both coordinates are told and valid.</summary>
    public double? Longitude { get; init; }
}

/// <summary>All that indexing needs from a picture, from one pass over the file.</summary>
/// <param name="Info">What the header tells.</param>
/// <param name="Input">The square for the image encoder, as the fit asked.</param>
/// <param name="PerceptualHash">64-bit hash of the look of the whole picture, see <see cref="Media.PerceptualHash"/>.</param>
/// <param name="AverageColor">Mean colour as <c>0xRRGGBB</c>.</param>
public sealed record DecodedPicture(PictureInfo Info, RgbPicture Input, ulong PerceptualHash, uint AverageColor);
