using VisualSearch.Ann;
using VisualSearch.Ann.Hnsw;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Quantization;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Tests.Ann;

public sealed unsafe class Int8CodecTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(769)]
    public void Codes_restore_each_value_to_half_a_step(int dimension)
    {
        var random = new Random(dimension);
        float[] vector = [.. Enumerable.Range(0, dimension).Select(_ => EmbeddingLike.Normal(random) + 3)];
        int rowBytes = Int8Codec.RowBytes(dimension);
        byte[] row = new byte[rowBytes];
        fixed (float* values = vector)
        fixed (byte* codes = row)
        {
            Int8Codec.Encode(values, dimension, codes, rowBytes);
            CodeTail tail = *Int8Codec.Tail(codes, rowBytes);
            double norm = 0;
            for (int i = 0; i < dimension; i++)
            {
                Assert.InRange(row[i], 0, 127);
                double restored = tail.Offset + ((double)tail.Scale * row[i]);
                Assert.Equal(vector[i], restored, (tail.Scale * 0.5001) + 1e-6);
                norm += restored * restored;
            }

            Assert.Equal(norm / 2, tail.HalfSquaredNorm, 1e-5 * (1 + norm));
        }

        Assert.Equal(0, rowBytes % 64);
    }

    [Fact]
    public void Values_that_are_all_alike_or_tiny_are_restored_too()
    {
        foreach (float value in new[] { 0f, 2.5f, -1e30f, 1e-44f })
        {
            float[] vector = [value, value, value];
            byte[] row = new byte[Int8Codec.RowBytes(3)];
            fixed (float* values = vector)
            fixed (byte* codes = row)
            {
                Int8Codec.Encode(values, 3, codes, row.Length);
                CodeTail tail = *Int8Codec.Tail(codes, row.Length);
                Assert.Equal(value, tail.Offset + (tail.Scale * row[0]));
            }
        }

        sbyte[] query = new sbyte[2];
        fixed (float* values = new[] { 1e-45f, 0f })
        fixed (sbyte* codes = query)
            Assert.True(float.IsFinite(Int8Codec.EncodeQuery(values, 2, codes).Scale));
    }

    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.Dot)]
    [InlineData(Metric.L2)]
    public void Scores_by_codes_order_vectors_nearly_as_exact_distances_do(Metric metric)
    {
        const int Dimension = 256, Count = 500;
        float[] vectors = new EmbeddingLike(Dimension).Make(Count + 1, seed: 4);
        var space = new VectorSpace(Dimension, metric, CodeKind.Int8);
        space.Vectors.EnsureCapacity(Count);
        space.Codes!.EnsureCapacity(Count);
        var context = new SearchContext(Dimension, mostLinks: 1);
        for (int i = 0; i < Count; i++)
        {
            VectorInput.Read(vectors.AsSpan(i * Dimension, Dimension), context.Query, Dimension, metric, "vector");
            space.Write(i, context.Query);
        }

        VectorInput.Read(vectors.AsSpan(Count * Dimension, Dimension), context.Query, Dimension, metric, "query");
        context.EncodeQuery(space);
        var scorer = new CodeScorer(space.Codes.View(), space.Codes.RowBytes, context.QueryCodes, context.CodeQuery, Dimension, metric);
        int[] byCodes = [.. Enumerable.Range(0, Count).OrderBy(i => scorer.Score(i))];
        int[] exact = [.. Enumerable.Range(0, Count).OrderBy(i => space.Distance(context.Query, i))];
        int common = byCodes.Take(20).Intersect(exact.Take(20)).Count();
        Assert.True(common >= 17, $"{common} of the 20 nearest by codes are among the 20 nearest");
        Assert.Contains(exact[0], byCodes.Take(3));
        GC.KeepAlive(space);
        GC.KeepAlive(context);
    }

    [Fact]
    public void A_seven_bit_product_of_the_largest_dimension_fits_an_int() =>
        Assert.True((long)VectorInput.MaxDimension * 127 * 127 <= int.MaxValue);
}
