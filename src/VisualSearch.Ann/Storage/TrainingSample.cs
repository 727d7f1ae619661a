namespace VisualSearch.Ann.Storage;

/// <summary>Vectors to learn from, row by row, in the form that the metric works on.</summary>
internal sealed unsafe class TrainingSample
{
    // What a sample may take of memory: 262,144 vectors of 1,024 dimensions.
    private const long MostBytes = 1L << 30;

    private readonly MemoryBlock _block;

    public TrainingSample(int count, int dimension)
    {
        (Count, Dimension) = (count, dimension);
        _block = new MemoryBlock(checked(count * dimension * sizeof(float)));
    }

    public int Count { get; }

    public int Dimension { get; }

    public float* this[int row] => (float*)_block.Start + ((long)row * Dimension);

    /// <summary>Which <paramref name="most"/> of <paramref name="count"/> to take, or fewer when they would not fit: all equally likely, in order.</summary>
    public static int[] Choose(int count, int most, int dimension, int seed)
    {
        int wanted = (int)Math.Min(Math.Min(count, most), Math.Max(1, MostBytes / (dimension * sizeof(float))));
        var chosen = new int[wanted];
        var random = new Random(seed);
        for (int i = 0, taken = 0; taken < wanted; i++)
        {
            if (random.Next(count - i) < wanted - taken)
                chosen[taken++] = i;
        }

        return chosen;
    }
}
