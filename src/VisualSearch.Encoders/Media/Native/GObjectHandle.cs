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
