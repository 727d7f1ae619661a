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

/// <summary>
/// A libvips image: a header, and pixels that are computed when something asks for them (<see cref="ToArray"/>, a save).
/// </summary>
internal sealed unsafe class VipsImage : GObjectHandle
{
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

    public bool Has(ReadOnlySpan<byte> field)
    {
        fixed (byte* name = field)
            return VipsNative.ImageTypeOf(Pointer, name) != 0;
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

    /// <summary>Computes the pixels: interleaved rows in the image's own format.</summary>
    public byte[] ToArray()
    {
        nuint length;
        nint pixels = VipsNative.ImageWriteToMemory(Pointer, &length);
        if (pixels == 0)
            throw new VipsException(VipsErrors.Take());
        byte[] copy = new ReadOnlySpan<byte>((void*)pixels, checked((int)length)).ToArray();
        GObjectNative.Free(pixels);
        return copy;
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
