using System.Numerics.Tensors;

namespace VisualSearch.Encoders.Models;

/// <summary>Makes one vector of the vectors of a text's tokens.</summary>
internal static class TokenPooling
{
    /// <summary>Pools one text.</summary>
    /// <param name="tokens">The vectors of its tokens, one after the other, without those of padding.</param>
    /// <param name="vector">Takes the result; its length is the dimension.</param>
    /// <param name="pooling">How; not <see cref="TextPooling.Model"/>.</param>
    public static void Pool(ReadOnlySpan<float> tokens, Span<float> vector, TextPooling pooling)
    {
        switch (pooling)
        {
            case TextPooling.Cls:
                tokens[..vector.Length].CopyTo(vector);
                break;
            case TextPooling.Last:
                tokens[^vector.Length..].CopyTo(vector);
                break;
            case TextPooling.Mean:
                vector.Clear();
                for (int at = 0; at < tokens.Length; at += vector.Length)
                {
                    TensorPrimitives.Add(vector, tokens.Slice(at, vector.Length), vector);
                }

                TensorPrimitives.Divide(vector, tokens.Length / vector.Length, vector);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(pooling), pooling, "The graph pools by itself.");
        }
    }
}
