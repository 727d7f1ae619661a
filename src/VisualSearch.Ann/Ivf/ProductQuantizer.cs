using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Ivf;

/// <summary>
/// Product quantisation (Jégou, Douze and Schmid 2011): a vector is cut into parts, and each part is replaced by the number of the nearest
/// of 256 codewords that k-means found for that part. With 16 parts, 16 bytes name one of 256¹⁶ points.
/// <code>
/// x = [ x₀ … | x₈ … | x₁₆ … | … ]        parts of dimension/Parts values (some one value longer)
///        │      │      │
///      code₀  code₁  code₂  …             one byte a part
///
/// x̂·q = Σ table[part][codeₚ]              the table holds qₚ·codeword for every codeword: made once a query, then a
///                                         vector costs one look-up and one addition a part (asymmetric: q is not quantised)
/// </code>
/// </summary>
internal sealed unsafe class ProductQuantizer
{
    /// <summary>Codewords a part: what a byte can name.</summary>
    public const int Codewords = 256;

    /// <summary>Vectors to learn from at most: 40 a codeword.</summary>
    public const int MostSample = 40 * Codewords;

    // 16 KiB of the table, half of the first-level cache, which a whole table of 96 parts exceeds three times over.
    private const int SliceParts = 16;

    private readonly int _dimension;
    private readonly Centroids[] _books;

    private ProductQuantizer(int dimension, Centroids[] books) => (_dimension, _books) = (dimension, books);

    /// <summary>Bytes of a code.</summary>
    public int Parts => _books.Length;

    public long AllocatedBytes => _books.Sum(book => book.AllocatedBytes);

    public static ProductQuantizer Train(TrainingSample points, int parts, int seed)
    {
        var books = new Centroids[parts];
        for (int part = 0; part < parts; part++)
        {
            int start = Start(part, parts, points.Dimension), length = Start(part + 1, parts, points.Dimension) - start;
            var cut = new TrainingSample(points.Count, length);
            for (int i = 0; i < points.Count; i++)
                new ReadOnlySpan<float>(points[i] + start, length).CopyTo(new Span<float>(cut[i], length));
            books[part] = KMeans.Train(cut, Codewords, seed + part);
        }

        return new ProductQuantizer(points.Dimension, books);
    }

    public void Encode(float* vector, byte* code)
    {
        for (int part = 0; part < Parts; part++)
            code[part] = (byte)_books[part].Nearest(vector + Start(part, Parts, _dimension), out _);
    }

    /// <summary>The point that a code names.</summary>
    public void Decode(byte* code, float* vector)
    {
        for (int part = 0; part < Parts; part++)
        {
            Centroids book = _books[part];
            new ReadOnlySpan<float>(book[code[part]], book.Dimension).CopyTo(new Span<float>(vector + Start(part, Parts, _dimension), book.Dimension));
        }
    }

    /// <summary>Fills <see cref="Parts"/>·256 numbers.</summary>
    public void FillTable(float* query, float* table)
    {
        for (int part = 0; part < Parts; part++)
            _books[part].Dots(query + Start(part, Parts, _dimension), table + (part * Codewords));
    }

    /// <summary>x̂·q of several codes by look-ups.</summary>
    /// <param name="table">As <see cref="FillTable"/> leaves it.</param>
    /// <param name="codes">A pointer to each code.</param>
    /// <param name="count">Codes.</param>
    /// <param name="parts">Bytes of a code.</param>
    /// <param name="sums">Receives <paramref name="count"/> numbers.</param>
    public static void Sums(float* table, byte** codes, int count, int parts, float* sums)
    {
        new Span<float>(sums, count).Clear();
        for (int part = 0; part < parts; part += SliceParts, table += SliceParts * Codewords)
        {
            int length = Math.Min(SliceParts, parts - part);
            for (int i = 0; i < count; i++)
                sums[i] += Sum(table, codes[i] + part, length);
        }
    }

    private static float Sum(float* table, byte* code, int parts)
    {
        // Four sums, since each addition waits for the one before it.
        float sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        int part = 0;
        for (; part <= parts - 4; part += 4, table += 4 * Codewords)
        {
            sum0 += table[code[part]];
            sum1 += table[Codewords + code[part + 1]];
            sum2 += table[(2 * Codewords) + code[part + 2]];
            sum3 += table[(3 * Codewords) + code[part + 3]];
        }

        for (; part < parts; part++, table += Codewords)
            sum0 += table[code[part]];
        return sum0 + sum1 + (sum2 + sum3);
    }

    private static int Start(int part, int parts, int dimension) => (int)((long)part * dimension / parts);
}
