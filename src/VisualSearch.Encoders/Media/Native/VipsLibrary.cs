using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VisualSearch.Encoders.Media.Native;

/// <summary>Finds libvips on this system, starts it once, and sets what holds for the whole process.</summary>
internal static unsafe class VipsLibrary
{
    /// <summary>The names that the imports use; <see cref="Resolve"/> maps them to the files of this system.</summary>
    public const string Vips = "vips";
    public const string GObject = "gobject";
    public const string GLib = "glib";

    private static readonly Lock Gate = new();
    private static volatile bool started;
    private static VipsMissingException? missing;

    /// <summary>Starts libvips at the first call; later calls cost one volatile read.</summary>
    /// <exception cref="VipsMissingException">libvips isn't installed, too old or doesn't start.</exception>
    public static void Start()
    {
        if (started)
            return;
        lock (Gate)
        {
            if (started)
                return;
            if (missing is not null)
                throw new VipsMissingException(missing.Message, missing);
            try
            {
                StartOnce();
                started = true;
            }
            catch (VipsMissingException exception)
            {
                missing = exception;
                throw;
            }
        }
    }

    private static void StartOnce()
    {
        NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, Resolve);
        try
        {
            if (VipsNative.Init("visualsearch") != 0)
                throw new VipsMissingException($"libvips is installed but doesn't start: {VipsErrors.Take()} {InstallHint}");
            if (VipsNative.Version(0) < 8 || (VipsNative.Version(0) == 8 && VipsNative.Version(1) < 13))
            {
                string version = Marshal.PtrToStringUTF8(VipsNative.VersionString()) ?? "unknown";
                throw new VipsMissingException($"libvips {version} is too old; 8.13 or newer is needed. {InstallHint}");
            }
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new VipsMissingException($"libvips can't be loaded ({exception.GetType().Name}). {InstallHint}", exception);
        }

        // Work is parallel over files; a second thread inside one small picture only costs switching.
        VipsNative.ConcurrencySet(1);
        // libvips before 8.15 compiles its resizing loops with liborc, which frees them without a lock: a server that decoded three pictures
        // at a time beside a busy process ended by a segmentation fault in orc_code_free within half a minute, twice of two.
        if (VipsNative.Version(0) == 8 && VipsNative.Version(1) < 15)
            VipsNative.VectorSetEnabled(0);
        // The operation cache would keep pictures (and the pinned bytes they read) alive after a call has returned.
        VipsNative.CacheSetMax(0);
        BlockUntrusted();
        SilenceWarnings();
    }

    /// <summary>The one command that installs libvips here, as a sentence.</summary>
    public static string InstallHint =>
        OperatingSystem.IsMacOS() ? "Install it with: brew install vips"
        : OperatingSystem.IsWindows()
            ? "Install it with: winget install libvips.libvips (and put its bin folder on PATH)"
            : "Install it with: apt-get install -y libvips42 (other distributions: the package is called vips)";

    /// <summary>
    /// libvips marks loaders without fuzzing history (PDF, ImageMagick, OpenSlide, raw matrices …) as untrusted; none
    /// may run on users' files. SVG alone is let through for <see cref="SvgRenderer"/>: the reader refuses it by name.
    /// </summary>
    private static void BlockUntrusted()
    {
        VipsNative.BlockUntrustedSet(1);
        fixed (byte* svg = "VipsForeignLoadSvgSource"u8)
            VipsNative.OperationBlockSet(svg, 0);
    }

    /// <summary>
    /// libvips logs to standard error what it tolerates ("1 warning"); what it doesn't tolerate comes back as an error and
    /// is raised. The log would break into progress bars without naming the file.
    /// </summary>
    private static void SilenceWarnings()
    {
        const int warningInfoDebug = (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7);
        fixed (byte* domain = "VIPS"u8)
            _ = GObjectNative.LogSetHandler(domain, warningInfoDebug, (nint)(delegate* unmanaged[Cdecl]<byte*, int, byte*, nint, void>)&Ignore, 0);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(byte* domain, int level, byte* message, nint data)
    {
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        foreach (string file in Candidates(name))
        {
            if (NativeLibrary.TryLoad(file, assembly, searchPath, out nint handle))
                return handle;
        }

        return 0;
    }

    /// <summary>
    /// libvips itself comes last for GLib's names: builds that link everything into one file export GLib's functions there.
    /// </summary>
    private static string[] Candidates(string name) => name switch
    {
        Vips => ["libvips.so.42", "libvips-42.dll", "libvips.42.dylib", "/opt/homebrew/lib/libvips.42.dylib", "/usr/local/lib/libvips.42.dylib"],
        GObject => ["libgobject-2.0.so.0", "libgobject-2.0-0.dll", "libgobject-2.0.0.dylib", "/opt/homebrew/lib/libgobject-2.0.0.dylib", .. Candidates(Vips)],
        GLib => ["libglib-2.0.so.0", "libglib-2.0-0.dll", "libglib-2.0.0.dylib", "/opt/homebrew/lib/libglib-2.0.0.dylib", .. Candidates(Vips)],
        _ => [],
    };
}
