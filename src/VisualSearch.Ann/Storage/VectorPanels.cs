using VisualSearch.Ann.Kernels;

namespace VisualSearch.Ann.Storage;

/// <summary>Vectors that others are multiplied with, all at once: in the layout that <see cref="DotPanel"/> reads.</summary>
internal sealed unsafe class VectorPanels
{
    private readonly MemoryBlock _block;

    /// <param name="count">Vectors.</param>
    /// <param name="dimension">Values of each.</param>
    public VectorPanels(int count, int dimension)
    {
        (Count, Dimension) = (count, dimension);
        _block = new MemoryBlock(checked((long)(count + DotPanel.Vectors) * dimension * sizeof(float)));
    }

    public int Count { get; }

    public int Dimension { get; }

    public long AllocatedBytes => _block.AllocatedBytes;

    /// <summary>Copies the vectors, which lie one after the other.</summary>
    public void Fill(float* vectors)
    {
        for (int first = 0; first < Count; first += DotPanel.Vectors)
        {
            int count = Math.Min(DotPanel.Vectors, Count - first);
            ScoreBlock.Pack(vectors + ((long)first * Dimension), count, Dimension, Panel(first), DotPanel.Vectors);
        }
    }

    /// <summary>The inner products with the panel of vectors that starts at a multiple of <see cref="DotPanel.Vectors"/>.</summary>
    /// <param name="first">The panel's first vector.</param>
    /// <param name="vector">What they are multiplied with.</param>
    /// <param name="dots">Room for <see cref="DotPanel.Vectors"/> numbers; those beyond the last vector are 0.</param>
    public void DotsOfPanel(int first, float* vector, float* dots) => DotPanel.F32(Panel(first), vector, Dimension, dots);

    /// <summary>The inner product with every vector, <see cref="Count"/> numbers.</summary>
    public void Dots(float* vector, float* dots)
    {
        int first = 0;
        for (; first <= Count - DotPanel.Vectors; first += DotPanel.Vectors)
            DotsOfPanel(first, vector, dots + first);
        if (first == Count)
            return;
        float* rest = stackalloc float[DotPanel.MostVectors];
        DotsOfPanel(first, vector, rest);
        new ReadOnlySpan<float>(rest, Count - first).CopyTo(new Span<float>(dots + first, Count - first));
    }

    private float* Panel(int first) => (float*)_block.Start + ((long)first * Dimension);
}
