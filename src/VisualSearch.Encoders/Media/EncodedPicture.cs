using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>A picture whose header has been read and found within the limits; its pixels are not decoded yet.</summary>
internal sealed unsafe class EncodedPicture : IDisposable
{
    private readonly PictureBytes bytes;
    private readonly VipsSource source;
    private readonly VipsImage header;
    private readonly VipsDeadline deadline;
    private readonly PictureFormat format;

    private EncodedPicture(PictureBytes bytes, VipsSource source, VipsImage header, VipsDeadline deadline, PictureFormat format)
    {
        (this.bytes, this.source, this.header, this.deadline, this.format) = (bytes, source, header, deadline, format);
        Orientation = new Orientation(header.Orientation);
    }

    public Orientation Orientation { get; }

    /// <summary>Width as stored, before orientation.</summary>
    public int StoredWidth => header.Width;

    /// <summary>Height as stored, before orientation.</summary>
    public int StoredHeight => header.Height;

    /// <summary>When work on this picture has to end.</summary>
    public VipsDeadline Deadline => deadline;

    public bool ShrinksOnLoad => format.ShrinksOnLoad;

    /// <exception cref="PictureException">The bytes are no picture that is read, or beyond the limits.</exception>
    /// <exception cref="VipsException">The header is damaged.</exception>
    public static EncodedPicture Open(PictureSource name, PictureLimits limits, VipsDeadline deadline)
    {
        PictureBytes? bytes = null;
        VipsSource? source = null;
        VipsImage? header = null;
        try
        {
            bytes = PictureBytes.Open(name, limits);
            PictureFormat format = Detect(name, bytes);
            source = VipsSource.FromPinned(bytes.Start, bytes.Length);
            header = Load(source, format, shrink: 1, deadline);
            long pixels = (long)header.Width * header.Height;
            if (pixels > limits.MaxPixels)
            {
                throw new PictureException(
                    PictureFault.TooManyPixels,
                    $"\"{name.Name}\" has {header.Width} x {header.Height} = {pixels} pixels, more than the {limits.MaxPixels} allowed; "
                    + $"scale it down or raise {nameof(PictureLimits.MaxPixels)}.");
            }

            var picture = new EncodedPicture(bytes, source, header, deadline, format);
            (bytes, source, header) = (null, null, null);
            return picture;
        }
        finally
        {
            header?.Dispose();
            source?.Dispose();
            bytes?.Dispose();
        }
    }

    public PictureInfo ReadInfo()
    {
        var place = ExifFields.Place(header);
        return new PictureInfo
        {
            Format = format.Name,
            Width = Orientation.SwapsSides ? header.Height : header.Width,
            Height = Orientation.SwapsSides ? header.Width : header.Height,
            Frames = Math.Max(1, header.GetInt("n-pages"u8) ?? 1),
            TakenAt = ExifFields.TakenAt(header),
            CameraMake = ExifFields.CameraMake(header),
            CameraModel = ExifFields.CameraModel(header),
            Latitude = place?.Latitude,
            Longitude = place?.Longitude,
        };
    }

    /// <summary>The stored picture, shrunk by the decoder when <paramref name="shrink"/> is 2, 4 or 8. The caller disposes it.</summary>
    public VipsImage Decode(int shrink) =>
        // The header's image decodes at full size when its pixels are asked for; opening again is only needed to shrink.
        shrink == 1 ? header.Share() : Load(source, format, shrink, deadline);

    public void Dispose()
    {
        header.Dispose();
        source.Dispose();
        bytes.Dispose();
    }

    private static VipsImage Load(VipsSource source, PictureFormat format, int shrink, VipsDeadline deadline)
    {
        const int sequential = 1;
        const int failOnError = 2;
        using var operation = VipsOperation.New(format.Loader)
            .Set("source"u8, source)
            .Set("access"u8, sequential)
            .Set("fail-on"u8, failOnError);
        if (shrink > 1)
            operation.Set("shrink"u8, shrink);
        VipsImage image = operation.Run();
        deadline.Watch(image);
        return image;
    }

    private static PictureFormat Detect(PictureSource name, PictureBytes bytes)
    {
        if (PictureFormats.Detect(bytes.Head) is not { } format)
        {
            throw new PictureException(
                PictureFault.Unsupported,
                $"\"{name.Name}\" holds {PictureFormats.Guess(bytes.Head)}; convert it to one of JPEG, PNG, WebP, GIF, TIFF, AVIF or HEIC.");
        }

        if (!format.IsInstalled)
        {
            throw new PictureException(
                PictureFault.Unsupported,
                $"\"{name.Name}\" is a {format.Name} picture, which this machine's libvips can't read. {VipsLibrary.InstallHint}");
        }

        return format;
    }
}
