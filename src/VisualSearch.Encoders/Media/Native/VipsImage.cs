using System.Runtime.InteropServices;

namespace VisualSearch.Encoders.Media.Native;

/// <summary>One counted reference to a GObject, given back when disposed.</summary>
internal abstract class GObjectHandle : SafeHandle
{
    protected GObjectHandle(nint owned)
        : base(0, ownsHandle: true) => SetHandle(owned);

    public override bool IsInvalid => handle == 0;

    /// <summary>The raw pointer; valid while this handle is alive and not disposed.</summary>
    public nint Pointer => IsClosed ? throw new ObjectDisposedException(GetType().Name) : handle;

    protected override bool ReleaseHandle()
    {
        GObjectNative.ObjectUnref(handle);
        return true;
    }
}

/// <summary>Bytes that a loader reads from. The bytes must stay pinned until every image made from them is gone.</summary>
internal sealed unsafe class VipsSource : GObjectHandle
{
    private VipsSource(nint owned)
        : base(owned)
    {
    }

    public static VipsSource FromPinned(void* bytes, int length)
    {
        nint source = VipsNative.SourceNewFromMemory(bytes, (nuint)length);
        return source == 0 ? throw new VipsException(VipsErrors.Take()) : new VipsSource(source);
    }
}

/// <summary>A way to compute pixels between pixels.</summary>
internal sealed unsafe class VipsInterpolate : GObjectHandle
{
    private VipsInterpolate(nint owned)
        : base(owned)
    {
    }

    /// <param name="nickname">Such as <c>"bicubic"u8</c>.</param>
    public static VipsInterpolate Create(ReadOnlySpan<byte> nickname)
    {
        fixed (byte* name = nickname)
        {
            nint made = VipsNative.InterpolateNew(name);
            return made == 0 ? throw new VipsException(VipsErrors.Take()) : new VipsInterpolate(made);
        }
    }
}

/// <summary>Where one thread computes parts of an image.</summary>
internal sealed unsafe class VipsRegion : GObjectHandle
{
    private nint fetched;

    private VipsRegion(nint owned)
        : base(owned)
    {
    }

    public static VipsRegion Of(VipsImage image)
    {
        nint region = VipsNative.RegionNew(image.Pointer);
        return region == 0 ? throw new VipsException(VipsErrors.Take()) : new VipsRegion(region);
    }

    /// <summary>Computes a part; the bytes are valid until the next call.</summary>
    public ReadOnlySpan<byte> Fetch(int left, int top, int width, int height)
    {
        nuint length;
        nint next = VipsNative.RegionFetch(Pointer, left, top, width, height, &length);
        GObjectNative.Free(fetched);
        fetched = next;
        return next == 0 ? throw new VipsException(VipsErrors.Take()) : new ReadOnlySpan<byte>((void*)next, checked((int)length));
    }

    protected override bool ReleaseHandle()
    {
        GObjectNative.Free(fetched);
        return base.ReleaseHandle();
    }
}

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

/// <summary>libvips' numbers for how one band of a pixel is stored.</summary>
internal enum BandFormat
{
    UnsignedByte = 0,
    UnsignedShort = 2,
    Float = 6,
    Double = 8,
}

/// <summary>libvips' numbers for what the bands mean.</summary>
internal enum Interpretation
{
    Multiband = 0,
    BlackWhite = 1,
    Cmyk = 15,
    Srgb = 22,
    Rgb16 = 25,
    Grey16 = 26,
    ScRgb = 28,
}
