using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Lsh;

/// <summary>
/// Hyperplanes and the buckets they make. A vector's <em>margin</em> from a plane is its signed distance; its sign is one bit of the hash,
/// its size says how sure the bit is. Two vectors at an angle θ, seen from where the planes meet, lie on the same side of a random plane
/// with probability 1 − θ/π (Charikar 2002). Where the planes meet is the difference between the metrics:
/// <list type="bullet">
/// <item>Cosine and L2: at the mean of a sample. Embeddings lie in a narrow cone and pixels in one corner, far from the origin, and planes
/// through the origin would put nearly all of them on one side; seen from the mean, near vectors still lie at a small angle.</item>
/// <item>Dot: at the origin, with one value more: √(L² − |x|²) for a vector, where L is the greatest length in the sample, and 0 for a
/// query. All vectors are then of length L, so the smallest angle is the largest inner product (Neyshabur and Srebro 2015). A vector
/// longer than L is hashed by its direction alone.</item>
/// </list>
/// </summary>
internal sealed unsafe class HashTables : IFiling
{
    private readonly VectorSpace _space;
    private readonly int _bits;
    private readonly VectorPanels _planes;
    private readonly MemoryBlock _margins;
    private readonly float[] _offsets;
    private readonly float[] _extra;
    private readonly double _squaredLength;
    private readonly SlotList?[][] _tables;

    public HashTables(VectorSpace space, TrainingSample sample, LshOptions options)
    {
        (_space, _bits) = (space, options.Bits);
        Planes = options.Tables * options.Bits;
        int dimension = space.Dimension;
        _planes = new VectorPanels(Planes, dimension);
        _margins = new MemoryBlock(Planes * sizeof(float));
        _offsets = new float[Planes];
        _extra = new float[Planes];
        _tables = new SlotList?[options.Tables][];
        for (int table = 0; table < _tables.Length; table++)
            _tables[table] = new SlotList?[1 << _bits];

        var random = new Random(options.Seed);
        float[] planes = new float[checked(Planes * dimension)];
        foreach (ref float value in planes.AsSpan())
            value = Normal(random);
        fixed (float* normals = planes)
            _planes.Fill(normals);
        if (space.Metric == Metric.Dot)
        {
            foreach (ref float value in _extra.AsSpan())
                value = Normal(random);
            for (int i = 0; i < sample.Count; i++)
                _squaredLength = Math.Max(_squaredLength, SquaredNorm.F32(sample[i], dimension));
            return;
        }

        fixed (float* center = Mean(sample), offsets = _offsets)
            _planes.Dots(center, offsets);
    }

    /// <summary>Of all tables together.</summary>
    public int Planes { get; }

    public int Tables => _tables.Length;

    public long AllocatedBytes =>
        _planes.AllocatedBytes + _tables.Sum(table => (table.LongLength * nint.Size) + table.Sum(list => list?.AllocatedBytes ?? 0));

    /// <summary>The slots in a bucket.</summary>
    public ReadOnlySpan<int> this[int table, int bucket]
    {
        get
        {
            SlotList? list = Volatile.Read(ref _tables[table][bucket]);
            return list is null ? [] : list.Slots;
        }
    }

    public void Add(int slot)
    {
        float* margins = MarginsOf(slot);
        for (int table = 0; table < Tables; table++)
        {
            ref SlotList? list = ref _tables[table][Bucket(margins, table)];
            if (list is not null)
            {
                list.Append(slot);
                continue;
            }

            var first = new SlotList();
            first.Append(slot);
            Volatile.Write(ref list, first);
        }
    }

    public void Remove(int slot)
    {
        float* margins = MarginsOf(slot);
        for (int table = 0; table < Tables; table++)
            _tables[table][Bucket(margins, table)]!.Remove(slot);
    }

    /// <summary>A vector's or a query's distance from every plane, <see cref="Planes"/> numbers.</summary>
    /// <param name="vector">In the form that the metric works on.</param>
    /// <param name="extra">The value beyond the last dimension; 0 for a query.</param>
    /// <param name="margins">Receives them, table by table.</param>
    public void Measure(float* vector, float extra, float* margins)
    {
        _planes.Dots(vector, margins);
        for (int plane = 0; plane < Planes; plane++)
            margins[plane] += (extra * _extra[plane]) - _offsets[plane];
    }

    /// <summary>The bucket that margins lead to.</summary>
    public int Bucket(float* margins, int table)
    {
        int bucket = 0;
        for (int bit = 0; bit < _bits; bit++)
            bucket |= margins[(table * _bits) + bit] >= 0 ? 1 << bit : 0;
        return bucket;
    }

    private float* MarginsOf(int slot)
    {
        float* vector = _space.Vectors[slot], margins = (float*)_margins.Start;
        double rest = _space.Metric == Metric.Dot ? Math.Max(0, _squaredLength - SquaredNorm.F32(vector, _space.Dimension)) : 0;
        Measure(vector, (float)Math.Sqrt(rest), margins);
        return margins;
    }

    private static float[] Mean(TrainingSample sample)
    {
        double[] sums = new double[sample.Dimension];
        for (int i = 0; i < sample.Count; i++)
        {
            float* vector = sample[i];
            for (int d = 0; d < sums.Length; d++)
                sums[d] += vector[d];
        }

        return Array.ConvertAll(sums, sum => (float)(sum / sample.Count));
    }

    // Box and Muller's: a plane with normally distributed values has no preferred direction.
    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
