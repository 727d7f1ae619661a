using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Ivf;

/// <summary>
/// Points that stand for the vectors around them. Nearness is ranked by ½|c|² − x·c, which is half the squared distance less the part that
/// is the same for every centroid: one inner product each, four at a time.
/// </summary>
internal sealed unsafe class Centroids
{
    private readonly MemoryBlock _block;
    private readonly float[] _halfSquaredNorms;

    public Centroids(int count, int dimension)
    {
        (Count, Dimension) = (count, dimension);
        _block = new MemoryBlock(checked(count * dimension * sizeof(float)));
        _halfSquaredNorms = new float[count];
    }

    public int Count { get; }

    public int Dimension { get; }

    public long AllocatedBytes => _block.AllocatedBytes + (Count * sizeof(float));

    public float* this[int centroid] => (float*)_block.Start + ((long)centroid * Dimension);

    public float HalfSquaredNorm(int centroid) => _halfSquaredNorms[centroid];

    /// <summary>To be called once the points are set.</summary>
    public void Measure()
    {
        for (int c = 0; c < Count; c++)
            _halfSquaredNorms[c] = Dot.F32(this[c], this[c], Dimension) / 2;
    }

    /// <summary>The inner product with every centroid, <see cref="Count"/> numbers.</summary>
    public void Dots(float* vector, float* dots)
    {
        int c = 0;
        for (; c <= Count - 4; c += 4)
            Dot.F32x4(this[c], this[c + 1], this[c + 2], this[c + 3], vector, Dimension, dots + c);
        for (; c < Count; c++)
            dots[c] = Dot.F32(this[c], vector, Dimension);
    }

    /// <summary>The nearest centroid; of equally near ones the first.</summary>
    /// <param name="vector">A point.</param>
    /// <param name="rank">½|c|² − x·c of the nearest.</param>
    public int Nearest(float* vector, out float rank)
    {
        float* dots = stackalloc float[4];
        int nearest = 0;
        rank = float.PositiveInfinity;
        for (int first = 0; first < Count; first += 4)
        {
            // Beyond the last centroid the last one stands in, which as the later of two equals never wins.
            int last = Count - 1;
            Dot.F32x4(this[first], this[Math.Min(first + 1, last)], this[Math.Min(first + 2, last)], this[Math.Min(first + 3, last)],
                vector, Dimension, dots);
            for (int c = first; c <= Math.Min(first + 3, last); c++)
            {
                float own = _halfSquaredNorms[c] - dots[c - first];
                if (own < rank)
                    (nearest, rank) = (c, own);
            }
        }

        return nearest;
    }
}
