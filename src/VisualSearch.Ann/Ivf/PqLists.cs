using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Ivf;

/// <summary>
/// Inverted lists whose vectors also have product codes: of what is left of a vector when its list's centroid is taken away, x − c, which
/// is shorter than x and alike from list to list, so the codewords lie closer. With the restored x̂ = c + r̂ a vector's rank is
/// <code>
/// ½|q − x̂|² − ½|q|²  =  ½|x̂|²  −  q·c  −  q·r̂
///                       bias      list    table
/// </code>
/// The bias is kept with the code and q·c is known from choosing the lists, so one table serves all lists and every metric; under Dot the
/// bias is 0. Row layout, in bytes: <c>[code: parts][padding to 4][bias: 4]</c>.
/// </summary>
internal sealed unsafe class PqLists : IFiling
{
    private readonly VectorSpace _space;
    private readonly Rows<byte> _codes;
    private readonly MemoryBlock _scratch;

    private PqLists(VectorSpace space, Centroids centroids, ProductQuantizer quantizer)
    {
        (_space, Lists, Quantizer) = (space, new InvertedLists(space, centroids), quantizer);
        _codes = new Rows<byte>(BiasAt(quantizer.Parts) + sizeof(float));
        _scratch = new MemoryBlock(space.Dimension * sizeof(float));
    }

    public InvertedLists Lists { get; }

    public ProductQuantizer Quantizer { get; }

    public long AllocatedBytes => Lists.AllocatedBytes + Quantizer.AllocatedBytes + _codes.AllocatedBytes;

    public int RowBytes => _codes.RowBytes;

    /// <summary>The codes of the slots filed so far; to be taken after a list.</summary>
    public RowView<byte> Codes => _codes.View();

    public static PqLists Train(VectorSpace space, TrainingSample sample, IvfPqOptions options)
    {
        Centroids centroids = KMeans.Train(sample, options.NList, options.Seed);
        int[] chosen = TrainingSample.Choose(sample.Count, ProductQuantizer.MostSample, sample.Dimension, options.Seed);
        var residuals = new TrainingSample(chosen.Length, sample.Dimension);
        for (int i = 0; i < chosen.Length; i++)
        {
            float* vector = sample[chosen[i]];
            Subtract(vector, centroids[centroids.Nearest(vector, out _)], residuals[i], sample.Dimension);
        }

        return new PqLists(space, centroids, ProductQuantizer.Train(residuals, options.PartsOf(sample.Dimension), options.Seed));
    }

    public void Add(int slot)
    {
        int list = Lists.Nearest(slot);
        _codes.EnsureCapacity(slot + 1);
        byte* row = _codes[slot];
        float* residual = (float*)_scratch.Start, centroid = Lists.Centroids[list];
        Subtract(_space.Vectors[slot], centroid, residual, _space.Dimension);
        Quantizer.Encode(residual, row);
        Quantizer.Decode(row, residual);
        for (int i = 0; i < _space.Dimension; i++)
            residual[i] += centroid[i];
        *(float*)(row + BiasAt(Quantizer.Parts)) = _space.Metric == Metric.Dot ? 0 : Dot.F32(residual, residual, _space.Dimension) / 2;
        Lists.Add(slot, list);
    }

    public void Remove(int slot) => Lists.Remove(slot);

    /// <summary>What a code row keeps beside the code: ½|x̂|², or 0 under Dot.</summary>
    public float Bias(byte* row) => *(float*)(row + BiasAt(Quantizer.Parts));

    private static int BiasAt(int parts) => (parts + sizeof(float) - 1) / sizeof(float) * sizeof(float);

    private static void Subtract(float* left, float* right, float* difference, int dimension)
    {
        for (int i = 0; i < dimension; i++)
            difference[i] = left[i] - right[i];
    }
}
