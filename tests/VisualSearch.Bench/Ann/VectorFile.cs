using System.Runtime.InteropServices;

namespace VisualSearch.Bench.Ann;

/// <summary>
/// Vectors in files, as ANN benchmarks exchange them: <c>.fbin</c> (count, dimension, then rows), <c>.fvecs</c> (each row preceded by its
/// dimension), and <c>.ibin</c> for row numbers. All numbers are little-endian and four bytes.
/// </summary>
internal static class VectorFile
{
    private const int HeaderBytes = 8;

    /// <summary>Writes an .fbin or .ibin file; it has its name only once it is whole.</summary>
    public static void Write<T>(string path, int rows, int columns, Action<Action<ReadOnlySpan<T>>> writeRows)
        where T : unmanaged
    {
        string partial = path + ".partial";
        using (var stream = new FileStream(partial, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20))
        {
            stream.Write(MemoryMarshal.AsBytes<int>([rows, columns]));
            writeRows(row => stream.Write(MemoryMarshal.AsBytes(row)));
            long wanted = HeaderBytes + ((long)rows * columns * Marshal.SizeOf<T>());
            if (stream.Length != wanted)
                throw new InvalidOperationException($"{path} would have {stream.Length} bytes, and {rows} rows of {columns} take {wanted}.");
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Count and dimension of an .fbin, .ibin or .fvecs file.</summary>
    public static (int Rows, int Columns) Shape(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<int> header = stackalloc int[2];
        stream.ReadExactly(MemoryMarshal.AsBytes(header));
        return IsFvecs(path) ? ((int)(stream.Length / (4L * (header[0] + 1))), header[0]) : (header[0], header[1]);
    }

    /// <summary>Reads rows <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> − 1, one after the other.</summary>
    public static T[] Read<T>(string path, int first, int count)
        where T : unmanaged
    {
        (int rows, int columns) = Shape(path);
        if (first + count > rows)
            throw new InvalidOperationException($"{path} has {rows} rows, and rows {first} to {first + count - 1} are asked for.");
        var values = GC.AllocateUninitializedArray<T>(checked(count * columns));
        using FileStream stream = File.OpenRead(path);
        if (!IsFvecs(path))
        {
            stream.Position = HeaderBytes + (4L * first * columns);
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        for (int i = 0; i < count; i++)
        {
            stream.Position = (4L * (columns + 1) * (first + i)) + 4;
            stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(i * columns, columns)));
        }

        return values;
    }

    public static T[] Read<T>(string path)
        where T : unmanaged => Read<T>(path, 0, Shape(path).Rows);

    private static bool IsFvecs(string path) => path.EndsWith(".fvecs", StringComparison.OrdinalIgnoreCase);
}
