using System.Buffers.Binary;
using System.Numerics.Tensors;

namespace VisualSearch.Encoders.Models;

/// <summary>
/// The patch vectors of one picture, <c>[rows, columns, dimension]</c>, as its encoder made them: not of unit length, so that the mean
/// over any rectangle of patches, made unit, is the vector of that region, and over all of them that of the picture.
/// </summary>
public sealed class PatchGrid
{
    // Rows, columns, the scale of the codes; then one signed byte a number.
    private const int HeaderBytes = 1 + 1 + sizeof(float);

    private readonly float[] vectors;

    /// <summary>A grid over vectors, which it keeps.</summary>
    /// <param name="rows">Patches from top to bottom, 1 to 255.</param>
    /// <param name="columns">Patches from left to right, 1 to 255.</param>
    /// <param name="dimension">Length of a patch's vector.</param>
    /// <param name="vectors">Row by row, <c>rows × columns × dimension</c> numbers.</param>
    /// <exception cref="ArgumentException">There are more or fewer numbers than that.</exception>
    public PatchGrid(int rows, int columns, int dimension, float[] vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentOutOfRangeException.ThrowIfNotEqual(rows is > 0 and <= byte.MaxValue, true, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfNotEqual(columns is > 0 and <= byte.MaxValue, true, nameof(columns));
        if (vectors.Length != rows * columns * dimension)
            throw new ArgumentException($"{rows} x {columns} patches of {dimension} are {rows * columns * dimension} numbers, not {vectors.Length}.", nameof(vectors));
        (Rows, Columns, Dimension, this.vectors) = (rows, columns, dimension, vectors);
    }

    /// <summary>Patches from top to bottom.</summary>
    public int Rows { get; }

    /// <summary>Patches from left to right.</summary>
    public int Columns { get; }

    /// <summary>Length of a patch's vector.</summary>
    public int Dimension { get; }

    /// <summary>The vector of one patch, not of unit length.</summary>
    /// <param name="row">From the top, 0-based.</param>
    /// <param name="column">From the left, 0-based.</param>
    public ReadOnlySpan<float> this[int row, int column] => vectors.AsSpan(((row * Columns) + column) * Dimension, Dimension);

    /// <summary>How many bytes <see cref="Write"/> writes for a grid of this shape.</summary>
    public static int SizeOf(int rows, int columns, int dimension) => HeaderBytes + (rows * columns * dimension);

    /// <summary>
    /// Writes the grid in a quarter of its size: each number as one of 255 steps between plus and minus the greatest. On the default
    /// model a region's vector keeps a cosine of 0.9999 to the exact one.
    /// </summary>
    /// <param name="bytes">Takes <see cref="SizeOf"/> bytes.</param>
    public void Write(Span<byte> bytes)
    {
        float scale = Math.Max(TensorPrimitives.MaxMagnitude<float>(vectors) is var most ? Math.Abs(most) : 0, float.Epsilon) / sbyte.MaxValue;
        bytes[0] = (byte)Rows;
        bytes[1] = (byte)Columns;
        BinaryPrimitives.WriteSingleLittleEndian(bytes[2..], scale);
        Span<byte> codes = bytes.Slice(HeaderBytes, vectors.Length);
        for (int i = 0; i < vectors.Length; i++)
            codes[i] = (byte)(sbyte)MathF.Round(vectors[i] / scale);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="bytes">The bytes, no more and no fewer.</param>
    /// <param name="dimension">Length of a patch's vector.</param>
    /// <exception cref="ArgumentException">They are no grid of this dimension.</exception>
    public static PatchGrid Read(ReadOnlySpan<byte> bytes, int dimension)
    {
        if (bytes.Length < HeaderBytes || bytes.Length != SizeOf(bytes[0], bytes[1], dimension))
            throw new ArgumentException($"{bytes.Length} bytes are no grid of patches of {dimension} numbers.", nameof(bytes));
        float scale = BinaryPrimitives.ReadSingleLittleEndian(bytes[2..]);
        float[] vectors = new float[bytes.Length - HeaderBytes];
        for (int i = 0; i < vectors.Length; i++)
            vectors[i] = (sbyte)bytes[HeaderBytes + i] * scale;
        return new PatchGrid(bytes[0], bytes[1], dimension, vectors);
    }
}
