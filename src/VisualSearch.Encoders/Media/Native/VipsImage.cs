using System.Runtime.InteropServices;

namespace VisualSearch.Encoders.Media.Native;

/// <summary>
/// A libvips image: a header, and pixels that are computed when something asks for them (<see cref="ToArray"/>, a save).
/// </summary>
internal sealed unsafe class VipsImage : GObjectHandle
{
    /// <summary>Rows computed at a time; between 8 and 256 the rate doesn't change measurably, and memory grows with it.</summary>
    private const int StripRows = 32;

    public VipsImage(nint owned)
        : base(owned)
    {
    }

    public int Width => VipsNative.ImageWidth(Pointer);

    public int Height => VipsNative.ImageHeight(Pointer);

    public int Bands => VipsNative.ImageBands(Pointer);

    public BandFormat Format => (BandFormat)VipsNative.ImageFormat(Pointer);

    public Interpretation Interpretation => (Interpretation)VipsNative.ImageInterpretation(Pointer);

    public bool HasAlpha => VipsNative.ImageHasAlpha(Pointer) != 0;

    /// <summary>EXIF orientation, 1 (upright) to 8.</summary>
    public int Orientation => VipsNative.ImageOrientation(Pointer);

    /// <summary>Wraps 8-bit interleaved pixels without copying; they must stay pinned while the image lives.</summary>
    public static VipsImage FromPinned(void* pixels, int width, int height, int bands)
    {
        const int unsignedByte = (int)BandFormat.UnsignedByte;
        nint image = VipsNative.ImageNewFromMemory(pixels, (nuint)((long)width * height * bands), width, height, bands, unsignedByte);
        return image == 0 ? throw new VipsException(VipsErrors.Take()) : new VipsImage(image);
    }

    /// <summary>A second reference to the same image, disposed on its own.</summary>
    public VipsImage Share() => new(GObjectNative.ObjectRef(Pointer));

    /// <summary>A binary field of the header, valid while this image lives; empty when the image has none of that name.</summary>
    public ReadOnlySpan<byte> GetBlob(ReadOnlySpan<byte> field)
    {
        void* bytes;
        nuint length;
        fixed (byte* name = field)
        {
            return VipsNative.ImageTypeOf(Pointer, name) == VipsNative.BlobType() && VipsNative.ImageGetBlob(Pointer, name, &bytes, &length) == 0
                ? new ReadOnlySpan<byte>(bytes, checked((int)length))
                : default;
        }
    }

    /// <summary>A whole-number field of the header, or null when the image has none of that name.</summary>
    public int? GetInt(ReadOnlySpan<byte> field)
    {
        int value;
        fixed (byte* name = field)
        {
            // Asking for an absent field writes into the process-wide error text, hence the question first.
            return VipsNative.ImageTypeOf(Pointer, name) == GObjectNative.TypeInt && VipsNative.ImageGetInt(Pointer, name, &value) == 0
                ? value
                : null;
        }
    }

    /// <summary>A text field of the header, or null when the image has none of that name.</summary>
    public string? GetString(ReadOnlySpan<byte> field)
    {
        byte* value;
        fixed (byte* name = field)
        {
            return VipsNative.ImageTypeOf(Pointer, name) != 0 && VipsNative.ImageGetString(Pointer, name, &value) == 0
                ? Marshal.PtrToStringUTF8((nint)value)
                : null;
        }
    }

    /// <summary>Computes the pixels in the calling thread: interleaved rows in the image's own format.</summary>
    /// <param name="deadline">When to give up with a <see cref="VipsException"/>.</param>
    /// <remarks>
    /// libvips' own way to memory hands the work to its thread pool, even to a pool of one, and the hand-over costs more
    /// than a small picture itself. Strips from the top down suit decoders that can only go forward.
    /// </remarks>
    public byte[] ToArray(VipsDeadline deadline)
    {
        int width = Width;
        int height = Height;
        using VipsRegion region = VipsRegion.Of(this);
        byte[]? pixels = null;
        int filled = 0;
        for (int top = 0; top < height; top += StripRows)
        {
            if (deadline.HasPassed)
                throw new VipsException("out of time");
            int rows = Math.Min(StripRows, height - top);
            ReadOnlySpan<byte> strip = region.Fetch(0, top, width, rows);
            pixels ??= new byte[(long)strip.Length / rows * height];
            strip.CopyTo(pixels.AsSpan(filled));
            filled += strip.Length;
        }

        return pixels!;
    }
}
