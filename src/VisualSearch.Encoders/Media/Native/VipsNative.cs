using System.Runtime.InteropServices;

namespace VisualSearch.Encoders.Media.Native;

/// <summary>libvips' fixed-argument functions: starting, operations, sources, image headers, pixels and errors.</summary>
internal static unsafe partial class VipsNative
{
    private const string Vips = VipsLibrary.Vips;

    [LibraryImport(Vips, EntryPoint = "vips_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Init(string programName);

    [LibraryImport(Vips, EntryPoint = "vips_version_string")]
    public static partial nint VersionString();

    [LibraryImport(Vips, EntryPoint = "vips_version")]
    public static partial int Version(int part);

    [LibraryImport(Vips, EntryPoint = "vips_concurrency_set")]
    public static partial void ConcurrencySet(int threads);

    [LibraryImport(Vips, EntryPoint = "vips_vector_set_enabled")]
    public static partial void VectorSetEnabled(int enabled);

    [LibraryImport(Vips, EntryPoint = "vips_cache_set_max")]
    public static partial void CacheSetMax(int operations);

    [LibraryImport(Vips, EntryPoint = "vips_block_untrusted_set")]
    public static partial void BlockUntrustedSet(int blocked);

    [LibraryImport(Vips, EntryPoint = "vips_operation_block_set")]
    public static partial void OperationBlockSet(byte* className, int blocked);

    [LibraryImport(Vips, EntryPoint = "vips_type_find")]
    public static partial nuint TypeFind(byte* baseName, byte* nickname);

    [LibraryImport(Vips, EntryPoint = "vips_error_buffer_copy")]
    public static partial nint ErrorBufferCopy();

    [LibraryImport(Vips, EntryPoint = "vips_operation_new")]
    public static partial nint OperationNew(byte* nickname);

    [LibraryImport(Vips, EntryPoint = "vips_cache_operation_buildp")]
    public static partial int OperationBuild(nint* operation);

    [LibraryImport(Vips, EntryPoint = "vips_object_unref_outputs")]
    public static partial void ObjectUnrefOutputs(nint vipsObject);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_type")]
    public static partial nuint ImageType();

    [LibraryImport(Vips, EntryPoint = "vips_array_double_get_type")]
    public static partial nuint ArrayDoubleType();

    [LibraryImport(Vips, EntryPoint = "vips_array_double_new")]
    public static partial nint ArrayDoubleNew(double* values, int count);

    [LibraryImport(Vips, EntryPoint = "vips_array_int_get_type")]
    public static partial nuint ArrayIntType();

    [LibraryImport(Vips, EntryPoint = "vips_array_int_new")]
    public static partial nint ArrayIntNew(int* values, int count);

    [LibraryImport(Vips, EntryPoint = "vips_interpolate_new")]
    public static partial nint InterpolateNew(byte* nickname);

    [LibraryImport(Vips, EntryPoint = "vips_area_unref")]
    public static partial void AreaUnref(nint area);

    [LibraryImport(Vips, EntryPoint = "vips_blob_get_type")]
    public static partial nuint BlobType();

    [LibraryImport(Vips, EntryPoint = "vips_blob_get")]
    public static partial nint BlobGet(nint blob, nuint* length);

    [LibraryImport(Vips, EntryPoint = "vips_source_new_from_memory")]
    public static partial nint SourceNewFromMemory(void* bytes, nuint length);

    [LibraryImport(Vips, EntryPoint = "vips_image_new_from_memory")]
    public static partial nint ImageNewFromMemory(void* pixels, nuint length, int width, int height, int bands, int format);

    [LibraryImport(Vips, EntryPoint = "vips_region_new")]
    public static partial nint RegionNew(nint image);

    [LibraryImport(Vips, EntryPoint = "vips_region_fetch")]
    public static partial nint RegionFetch(nint region, int left, int top, int width, int height, nuint* length);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_width")]
    public static partial int ImageWidth(nint image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_height")]
    public static partial int ImageHeight(nint image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_bands")]
    public static partial int ImageBands(nint image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_format")]
    public static partial int ImageFormat(nint image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_interpretation")]
    public static partial int ImageInterpretation(nint image);

    [LibraryImport(Vips, EntryPoint = "vips_image_hasalpha")]
    public static partial int ImageHasAlpha(nint image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_orientation")]
    public static partial int ImageOrientation(nint image);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_typeof")]
    public static partial nuint ImageTypeOf(nint image, byte* name);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_int")]
    public static partial int ImageGetInt(nint image, byte* name, int* value);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_string")]
    public static partial int ImageGetString(nint image, byte* name, byte** value);

    [LibraryImport(Vips, EntryPoint = "vips_image_get_blob")]
    public static partial int ImageGetBlob(nint image, byte* name, void** bytes, nuint* length);

    [LibraryImport(Vips, EntryPoint = "vips_image_set_progress")]
    public static partial void ImageSetProgress(nint image, int progress);

    [LibraryImport(Vips, EntryPoint = "vips_image_set_kill")]
    public static partial void ImageSetKill(nint image, int kill);
}
