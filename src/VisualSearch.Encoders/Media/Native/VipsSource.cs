namespace VisualSearch.Encoders.Media.Native;

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
