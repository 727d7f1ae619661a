using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Ivf;

/// <summary>
/// Points that stand for the vectors around them. Nearness is ranked by ½|c|² − x·c, which is half the squared distance less the part that
/// is the same for every centroid: one inner product each, a panel of them at a time.
/// </summary>
internal sealed unsafe class Centroids
{
    private readonly MemoryBlock _block;
    private readonly VectorPanels _panels;
    private readonly float[] _halfSquaredNorms;

    public Centroids(int count, int dimension)
    {
        (Count, Dimension) = (count, dimension);
        _block = new MemoryBlock(checked(count * dimension * sizeof(float)));
        _panels = new VectorPanels(count, dimension);
        _halfSquaredNorms = new float[count];
    }

    public int Count { get; }

    public int Dimension { get; }

    public long AllocatedBytes => _block.AllocatedBytes + _panels.AllocatedBytes + (Count * sizeof(float));

    public float* this[int centroid] => (float*)_block.Start + ((long)centroid * Dimension);

    public float HalfSquaredNorm(int centroid) => _halfSquaredNorms[centroid];

    /// <summary>To be called once the points are set.</summary>
    public void Measure()
    {
        for (int c = 0; c < Count; c++)
            _halfSquaredNorms[c] = Dot.F32(this[c], this[c], Dimension) / 2;
        _panels.Fill(this[0]);
    }

    /// <summary>The inner product with every centroid, <see cref="Count"/> numbers.</summary>
    public void Dots(float* vector, float* dots) => _panels.Dots(vector, dots);

    /// <summary>The nearest centroid; of equally near ones the first.</summary>
    /// <param name="vector">A point.</param>
    /// <param name="rank">½|c|² − x·c of the nearest.</param>
    public int Nearest(float* vector, out float rank)
    {
        float* dots = stackalloc float[DotPanel.MostVectors];
        int nearest = 0;
        rank = float.PositiveInfinity;
        for (int first = 0; first < Count; first += DotPanel.Vectors)
        {
            _panels.DotsOfPanel(first, vector, dots);
            for (int c = first; c < Math.Min(first + DotPanel.Vectors, Count); c++)
            {
                float own = _halfSquaredNorms[c] - dots[c - first];
                if (own < rank)
                    (nearest, rank) = (c, own);
            }
        }

        return nearest;
    }
}
