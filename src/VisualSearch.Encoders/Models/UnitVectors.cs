using System.Numerics.Tensors;

namespace VisualSearch.Encoders.Models;

/// <summary>Vectors of length 1, of which the dot product is the cosine.</summary>
internal static class UnitVectors
{
    /// <summary>Checks that a span takes as many vectors as will be written.</summary>
    public static void CheckRoom(int count, int dimension, ReadOnlySpan<float> vectors)
    {
        if (vectors.Length != (long)count * dimension)
        {
            throw new ArgumentException(
                $"{count} vectors of {dimension} need room for {(long)count * dimension} floats, not {vectors.Length}.", nameof(vectors));
        }
    }

    /// <summary>Divides each vector by its length. Most networks end with this themselves, and then it changes nothing.</summary>
    /// <param name="vectors">One vector after the other.</param>
    /// <param name="dimension">Length of each.</param>
    /// <param name="path">The network that they come from, for the message.</param>
    /// <exception cref="ModelException">One has no direction.</exception>
    public static void Make(Span<float> vectors, int dimension, string path)
    {
        for (int at = 0; at < vectors.Length; at += dimension)
        {
            Span<float> vector = vectors.Slice(at, dimension);
            float norm = TensorPrimitives.Norm<float>(vector);
            if (!(norm > 1e-12f && float.IsFinite(norm)))
            {
                throw new ModelException(
                    $"'{path}' gave a vector of length {norm} for item {at / dimension} of a batch: it has no direction. "
                    + "The file is damaged or no encoder: install the model again.");
            }

            TensorPrimitives.Divide(vector, norm, vector);
        }
    }
}
