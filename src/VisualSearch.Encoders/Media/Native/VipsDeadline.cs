using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VisualSearch.Encoders.Media.Native;

/// <summary>Stops libvips' work on an image once a moment has passed.</summary>
/// <remarks>
/// libvips reports progress from inside its loops through the signal <c>eval</c>; the handler looks at the clock and kills the
/// image. A decoder that produces all its pixels in one call (HEIF, WebP) can't be stopped inside that call.
/// </remarks>
internal readonly unsafe struct VipsDeadline
{
    private readonly long timestamp;

    private VipsDeadline(long timestamp) => this.timestamp = timestamp;

    public bool HasPassed => Stopwatch.GetTimestamp() > timestamp;

    /// <summary>Never: for work on what the project made itself.</summary>
    public static VipsDeadline None => new(long.MaxValue);

    public static VipsDeadline After(TimeSpan time) =>
        new(Stopwatch.GetTimestamp() + (long)Math.Min(time.TotalSeconds * Stopwatch.Frequency, long.MaxValue / 4));

    /// <summary>Watches an image and all that is computed from it; call it before building on the image.</summary>
    public void Watch(VipsImage image)
    {
        VipsNative.ImageSetProgress(image.Pointer, 1);
        var handler = (nint)(delegate* unmanaged[Cdecl]<nint, nint, nint, void>)&OnProgress;
        // The moment itself travels as the handler's data pointer: nothing to allocate, and nothing to free.
        fixed (byte* signal = "eval"u8)
            _ = GObjectNative.SignalConnect(image.Pointer, signal, handler, (nint)timestamp, 0, 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnProgress(nint image, nint progress, nint moment)
    {
        if (Stopwatch.GetTimestamp() > moment)
            VipsNative.ImageSetKill(image, 1);
    }
}
