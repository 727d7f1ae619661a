namespace VisualSearch.Search.Planning;

/// <summary>Bytes of one vector in the index, by what they are for.</summary>
/// <param name="Codes">What a walk compares, with its correction, in whole cache lines.</param>
/// <param name="Links">Neighbours on the lowest layer and, for one vector in M, those above.</param>
/// <param name="Ids">From the caller's ids to slots and back.</param>
/// <param name="Full">The float32 numbers, on disk: read to rescore the best few.</param>
public readonly record struct VectorBytes(double Codes, double Links, double Ids, double Full)
{
    private const int CacheLine = 64, Correction = 16;

    /// <summary>In memory.</summary>
    public double Memory => Codes + Links + Ids;

    /// <summary>Of vectors of a dimension.</summary>
    public static VectorBytes Of(int dimension, CodeSize codes)
    {
        double row = codes == CodeSize.Int8 ? dimension : dimension / 2.0;
        const int m = MeasuredFigures.M;
        return new VectorBytes(
            Math.Ceiling((row + Correction) / CacheLine) * CacheLine,
            (4 * (2 + (2 * m))) + (4.0 * (2 + m) / (m - 1)),
            8 + 4,
            4.0 * dimension);
    }
}
