namespace VisualSearch.Encoders.Media.Native;

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
