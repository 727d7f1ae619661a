using System.Runtime.InteropServices;

namespace VisualSearch.Encoders.Media.Native;

/// <summary>A GLib value: a type and two words of payload. Zeroed memory is an unset value.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GValue
{
    public nuint Type;
    public long Payload0;
    public long Payload1;
}

/// <summary>The part of GLib and GObject that the binding needs: references, properties and signals.</summary>
/// <remarks>
/// Every function here has a fixed argument list. libvips' own C operations are variadic, and variadic calls differ
/// between platforms (arm64 macOS passes them on the stack), so operations are driven through properties instead.
/// </remarks>
internal static unsafe partial class GObjectNative
{
    /// <summary>Fundamental types are small numbers shifted by two bits; these are fixed in GLib's ABI.</summary>
    public const nuint TypeBoolean = 5 << 2;
    public const nuint TypeInt = 6 << 2;
    public const nuint TypeDouble = 15 << 2;
    public const nuint TypeString = 16 << 2;
    public const nuint TypeObject = 20 << 2;

    private const string GObject = VipsLibrary.GObject;
    private const string GLib = VipsLibrary.GLib;

    [LibraryImport(GObject, EntryPoint = "g_object_ref")]
    public static partial nint ObjectRef(nint instance);

    [LibraryImport(GObject, EntryPoint = "g_object_unref")]
    public static partial void ObjectUnref(nint instance);

    [LibraryImport(GObject, EntryPoint = "g_object_set_property")]
    public static partial void ObjectSetProperty(nint instance, byte* name, GValue* value);

    [LibraryImport(GObject, EntryPoint = "g_object_get_property")]
    public static partial void ObjectGetProperty(nint instance, byte* name, GValue* value);

    [LibraryImport(GObject, EntryPoint = "g_value_init")]
    public static partial GValue* ValueInit(GValue* value, nuint type);

    [LibraryImport(GObject, EntryPoint = "g_value_unset")]
    public static partial void ValueUnset(GValue* value);

    [LibraryImport(GObject, EntryPoint = "g_value_set_boolean")]
    public static partial void ValueSetBoolean(GValue* value, int content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_int")]
    public static partial void ValueSetInt(GValue* value, int content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_double")]
    public static partial void ValueSetDouble(GValue* value, double content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_string")]
    public static partial void ValueSetString(GValue* value, byte* content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_object")]
    public static partial void ValueSetObject(GValue* value, nint content);

    [LibraryImport(GObject, EntryPoint = "g_value_set_boxed")]
    public static partial void ValueSetBoxed(GValue* value, nint content);

    [LibraryImport(GObject, EntryPoint = "g_value_get_object")]
    public static partial nint ValueGetObject(GValue* value);

    [LibraryImport(GObject, EntryPoint = "g_value_get_boxed")]
    public static partial nint ValueGetBoxed(GValue* value);

    [LibraryImport(GObject, EntryPoint = "g_signal_connect_data")]
    public static partial CULong SignalConnect(nint instance, byte* signal, nint handler, nint data, nint destroyData, int flags);

    [LibraryImport(GLib, EntryPoint = "g_free")]
    public static partial void Free(nint memory);

    [LibraryImport(GLib, EntryPoint = "g_log_set_handler")]
    public static partial uint LogSetHandler(byte* domain, int levels, nint handler, nint data);
}
