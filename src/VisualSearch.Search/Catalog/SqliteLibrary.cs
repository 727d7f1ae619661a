using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace VisualSearch.Search.Catalog;

/// <summary>Which SQLite is in use. The operating system's is preferred, because its distribution patches it.</summary>
/// <remarks>
/// On Linux <c>libsqlite3.so.0</c> is taken where it is present, is at least as new as the one in the NuGet package (3.35.5), is
/// built for several threads and has FTS5. Otherwise, and on other systems, the package's own is taken.
/// </remarks>
public static unsafe class SqliteLibrary
{
    private const string SystemName = "libsqlite3.so.0";
    private const int BundledVersionNumber = 3_035_005;

    private static readonly Lazy<(string Version, string Origin)> Loaded = new(Load);

    /// <summary>SQLite's version, such as <c>3.40.1</c>.</summary>
    public static string Version => Loaded.Value.Version;

    /// <summary>Where it comes from, and why not from the system if that is so; for people.</summary>
    public static string Origin => Loaded.Value.Origin;

    /// <summary>Chooses and loads the library; everything that opens a database calls this first.</summary>
    internal static void EnsureLoaded() => _ = Loaded.Value;

    private static (string Version, string Origin) Load()
    {
        nint system = OpenSystemLibrary(out string refusal);
        if (system != 0)
            NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        string origin = system != 0 ? $"system ({SystemName})" : $"bundled ({refusal})";
        return (raw.sqlite3_libversion().utf8_to_string(), origin);

        nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name == "e_sqlite3" ? system : 0;
    }

    private static nint OpenSystemLibrary(out string refusal)
    {
        if (!OperatingSystem.IsLinux())
        {
            refusal = "the system's own is only used on Linux";
            return 0;
        }
        if (!NativeLibrary.TryLoad(SystemName, out nint library))
        {
            refusal = $"{SystemName} is not installed";
            return 0;
        }
        if (Suits(library, out refusal))
            return library;
        NativeLibrary.Free(library);
        return 0;
    }

    private static bool Suits(nint library, out string refusal)
    {
        refusal = $"{SystemName} lacks the functions of SQLite";
        if (!NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out nint versionNumber) ||
            !NativeLibrary.TryGetExport(library, "sqlite3_threadsafe", out nint threadSafe) ||
            !NativeLibrary.TryGetExport(library, "sqlite3_compileoption_used", out nint optionUsed))
        {
            return false;
        }

        int version = ((delegate* unmanaged[Cdecl]<int>)versionNumber)();
        refusal = $"{SystemName} is version {version}, older than {BundledVersionNumber}";
        if (version < BundledVersionNumber)
            return false;
        refusal = $"{SystemName} is built for one thread";
        if (((delegate* unmanaged[Cdecl]<int>)threadSafe)() == 0)
            return false;
        refusal = $"{SystemName} is built without FTS5";
        fixed (byte* option = "ENABLE_FTS5\0"u8)
            return ((delegate* unmanaged[Cdecl]<byte*, int>)optionUsed)(option) != 0;
    }
}
