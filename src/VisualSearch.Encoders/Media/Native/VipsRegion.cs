namespace VisualSearch.Encoders.Media.Native;

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
