using System.Numerics;

namespace VisualSearch.Ann.Quantization;

/// <summary>
/// A random rotation that takes d·log d steps: signs flipped at random, then a Walsh-Hadamard transform, twice over (the fast transform of
/// Ailon and Chazelle 2009, with Kac's overlapping halves for dimensions that are no power of two). It keeps all
/// lengths and angles, and makes a vector's numbers alike in size whatever they were, which is what a code of few bits needs.
/// </summary>
internal sealed unsafe class RandomRotation
{
    private const int Rounds = 2;
    private const int Seed = 7919;

    private readonly int _dimension;
    private readonly int _width;
    private readonly float _scale;
    private readonly float[] _signs;

    public RandomRotation(int dimension)
    {
        _dimension = dimension;
        _width = 1 << BitOperations.Log2((uint)dimension);
        _scale = 1 / MathF.Sqrt(_width);
        var random = new Random(Seed);
        _signs = new float[2 * Rounds * dimension];
        for (int i = 0; i < _signs.Length; i++)
            _signs[i] = random.Next(2) == 0 ? 1 : -1;
    }

    /// <summary>Rotates a vector in place.</summary>
    public void Apply(float* vector)
    {
        for (int round = 0; round < 2 * Rounds; round++)
        {
            for (int i = 0; i < _dimension; i++)
                vector[i] *= _signs[(round * _dimension) + i];

            // The first numbers, then the last: together all of them, and those in the middle twice.
            Transform(round % 2 == 0 ? vector : vector + (_dimension - _width));
        }
    }

    private void Transform(float* values)
    {
        for (int half = 1; half < _width; half *= 2)
        {
            for (int start = 0; start < _width; start += 2 * half)
                Butterflies(values + start, values + start + half, half);
        }

        for (int i = 0; i < _width; i++)
            values[i] *= _scale;
    }

    private static void Butterflies(float* low, float* high, int count)
    {
        int i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<float> a = *(Vector<float>*)(low + i), b = *(Vector<float>*)(high + i);
            *(Vector<float>*)(low + i) = a + b;
            *(Vector<float>*)(high + i) = a - b;
        }

        for (; i < count; i++)
            (low[i], high[i]) = (low[i] + high[i], low[i] - high[i]);
    }
}
