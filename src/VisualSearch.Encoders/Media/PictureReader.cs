using System.Diagnostics.CodeAnalysis;
using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>Reads users' pictures: within limits, by content, upright, in sRGB. Safe to use from many threads.</summary>
/// <remarks>
/// <code>
/// PictureSource ─► PictureBytes ─► EncodedPicture ─► ResizePlan ─► Resampling ─► RgbPicture / WebP
///                  read, MaxBytes   format, header,   region,       cut, flatten, resize,
///                                   MaxPixels         shrink        SrgbColors, turn
/// </code>
/// </remarks>
[SuppressMessage(
    "Design", "CA1001", Justification = "A SemaphoreSlim holds nothing to dispose until its AvailableWaitHandle is asked for; it never is.")]
public sealed class PictureReader
{
    private readonly PictureLimits limits;
    private readonly SemaphoreSlim slots;

    /// <summary>Creates a reader; one serves a whole program.</summary>
    /// <param name="limits">What a picture may cost; null for the defaults.</param>
    /// <exception cref="VipsMissingException">libvips isn't installed; the message has the command that installs it.</exception>
    public PictureReader(PictureLimits? limits = null)
    {
        VipsLibrary.Start();
        this.limits = limits ?? new PictureLimits();
        slots = new SemaphoreSlim(this.limits.MaxThreads);
    }

    /// <summary>Whether a file's extension says that it is a picture of a kind that is read. Reading goes by content only.</summary>
    /// <param name="path">Path or name; the file isn't touched.</param>
    public static bool IsPictureFile(string path) => PictureFormats.HasPictureExtension(path);

    /// <summary>Reads what the header tells, without decoding pixels.</summary>
    /// <param name="source">The picture.</param>
    /// <exception cref="PictureException">The picture can't be read; see <see cref="PictureFault"/>.</exception>
    public PictureInfo ReadInfo(PictureSource source) => Guarded(source, picture => picture.ReadInfo());

    /// <summary>Decodes to a square of pixels.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="fit">Size and rule of the square.</param>
    /// <param name="crop">Part of the upright picture to take, before the rule is applied; null for the whole.</param>
    /// <exception cref="PictureException">The picture can't be read; see <see cref="PictureFault"/>.</exception>
    public RgbPicture Read(PictureSource source, PictureFit fit, CropBox? crop = null)
    {
        CheckFit(fit);
        return Guarded(source, picture => CutMiddle(Resized(picture, fit, crop), fit.Size));
    }

    /// <summary>Reads all that indexing needs in one pass over the file.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="fit">Size and rule of the encoder's input.</param>
    /// <exception cref="PictureException">The picture can't be read; see <see cref="PictureFault"/>.</exception>
    public DecodedPicture Decode(PictureSource source, PictureFit fit)
    {
        CheckFit(fit);
        return Guarded(source, picture =>
        {
            RgbPicture whole = Resized(picture, fit, null);
            return new DecodedPicture(
                picture.ReadInfo(), CutMiddle(whole, fit.Size), PerceptualHash.Compute(whole), AverageColor.Compute(whole));
        });
    }

    /// <summary>Makes a small WebP picture to show: upright, sRGB, never enlarged, without metadata.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="maxSide">Longest side of the result in pixels, 1 to 4096.</param>
    /// <param name="crop">Part of the upright picture to show; null for the whole.</param>
    /// <param name="quality">WebP quality, 1 to 100.</param>
    /// <exception cref="PictureException">The picture can't be read; see <see cref="PictureFault"/>.</exception>
    public byte[] Thumbnail(PictureSource source, int maxSide, CropBox? crop = null, int quality = 80)
        => Small(source, maxSide, crop, quality, WebpEncoder.Encode);

    /// <summary>Makes a small JPEG picture: upright, sRGB, never enlarged, without metadata. For programs that read no WebP.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="maxSide">Longest side of the result in pixels, 1 to 4096.</param>
    /// <param name="quality">JPEG quality, 1 to 100.</param>
    /// <exception cref="PictureException">The picture can't be read; see <see cref="PictureFault"/>.</exception>
    public byte[] Jpeg(PictureSource source, int maxSide, int quality = 85) => Small(source, maxSide, null, quality, JpegEncoder.Encode);

    /// <summary>Brings a picture that is decoded already, such as a frame of a video, to a square of pixels.</summary>
    /// <param name="picture">Upright sRGB pixels.</param>
    /// <param name="fit">Size and rule of the square.</param>
    public static RgbPicture Fit(RgbPicture picture, PictureFit fit)
    {
        ArgumentNullException.ThrowIfNull(picture);
        CheckFit(fit);
        (int width, int height) = ResizePlan.SidesFor(picture.Width, picture.Height, fit);
        return CutMiddle(Resampling.ForInput(picture, width, height, fit.Quality, fit.Kernel), fit.Size);
    }

    private byte[] Small(PictureSource source, int maxSide, CropBox? crop, int quality, Func<RgbPicture, int, byte[]> encode)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSide, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSide, 4096);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        return Guarded(source, picture => encode(Resampling.ForThumbnail(picture, ResizePlan.ForThumbnail(picture, maxSide, crop)), quality));
    }

    private static void CheckFit(PictureFit fit)
    {
        if (fit.Size is < 1 or > 4096)
            throw new ArgumentOutOfRangeException(nameof(fit), fit.Size, "A fit's size must be between 1 and 4096 pixels.");
    }

    private static RgbPicture Resized(EncodedPicture picture, PictureFit fit, CropBox? crop)
    {
        ResizePlan plan = ResizePlan.ForFit(picture, fit, crop);
        return Resampling.ForInput(picture, plan, fit.Quality, fit.Kernel);
    }

    /// <summary>Cuts the middle square; of an odd remainder the smaller half is cut at the left and top.</summary>
    private static RgbPicture CutMiddle(RgbPicture picture, int size)
    {
        if (picture.Width == size && picture.Height == size)
            return picture;
        int left = (picture.Width - size) / 2;
        int top = (picture.Height - size) / 2;
        byte[] square = new byte[size * size * 3];
        for (int y = 0; y < size; y++)
        {
            int start = ((top + y) * picture.Width + left) * 3;
            picture.Pixels.AsSpan(start, size * 3).CopyTo(square.AsSpan(y * size * 3));
        }

        return new RgbPicture(size, size, square);
    }

    private T Guarded<T>(PictureSource source, Func<EncodedPicture, T> read)
    {
        ArgumentNullException.ThrowIfNull(source);
        slots.Wait();
        try
        {
            var deadline = VipsDeadline.After(limits.DecodeTimeout);
            try
            {
                using EncodedPicture picture = EncodedPicture.Open(source, limits, deadline);
                return deadline.HasPassed ? throw TimedOut(source, null) : read(picture);
            }
            catch (VipsException exception) when (deadline.HasPassed)
            {
                throw TimedOut(source, exception);
            }
            catch (VipsException exception)
            {
                throw new PictureException(
                    PictureFault.Corrupt, $"\"{source.Name}\" is damaged ({exception.Message}); copy it again from where it came.", exception);
            }
        }
        finally
        {
            slots.Release();
        }
    }

    private PictureException TimedOut(PictureSource source, Exception? cause) => new(
        PictureFault.TimedOut,
        $"\"{source.Name}\" took longer than {limits.DecodeTimeout.TotalSeconds} s to decode; scale it down or raise {nameof(PictureLimits.DecodeTimeout)}.",
        cause);
}
