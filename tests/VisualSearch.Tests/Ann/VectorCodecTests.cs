using VisualSearch.Ann;
using VisualSearch.Ann.Hnsw;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Quantization;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Tests.Ann;

public sealed unsafe class VectorCodecTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(769)]
    public void Eight_bit_codes_restore_each_value_to_half_a_step(int dimension)
    {
        float[] vector = RandomVector(dimension, seed: dimension, offset: 3);
        float[] mean = RandomVector(dimension, seed: dimension + 1, offset: 2);
        foreach (float[]? centre in new[] { null, mean })
        {
            var codec = new VectorCodec(dimension, Metric.L2, CodeKind.Int8, centre);
            (byte[] row, CodeTail tail) = Encode(codec, vector);
            double norm = 0;
            int sum = 0;
            for (int i = 0; i < dimension; i++)
            {
                Assert.InRange(row[i], 0, 127);
                double restored = tail.Offset + ((double)tail.Scale * row[i]);
                Assert.Equal(vector[i] - (centre?[i] ?? 0), restored, (tail.Scale * 0.5001) + 1e-5);
                norm += restored * restored;
                sum += row[i];
            }

            Assert.Equal(norm / 2, tail.HalfSquaredNorm, 1e-5 * (1 + norm));
            Assert.Equal(sum, tail.Sum);
            Assert.Equal(0, codec.RowBytes % 16);
        }
    }

    [Theory]
    [InlineData(CodeKind.Int8)]
    [InlineData(CodeKind.Int4)]
    public void Values_that_are_all_alike_or_tiny_give_finite_codes(CodeKind kind)
    {
        foreach (float value in new[] { 0f, 2.5f, -1e18f, 1e-44f })
        {
            var codec = new VectorCodec(3, Metric.L2, kind);
            (_, CodeTail tail) = Encode(codec, [value, value, value]);
            Assert.True(float.IsFinite(tail.Scale) && float.IsFinite(tail.Offset) && float.IsFinite(tail.HalfSquaredNorm));
            Assert.True(float.IsFinite(EncodeQuery(codec, [value, 0, 0]).Query.Scale));
        }
    }

    [Theory]
    [InlineData(Metric.Cosine, CodeKind.Int8, 17)]
    [InlineData(Metric.Dot, CodeKind.Int8, 17)]
    [InlineData(Metric.L2, CodeKind.Int8, 17)]
    [InlineData(Metric.Cosine, CodeKind.Int4, 13)]
    [InlineData(Metric.L2, CodeKind.Int4, 13)]
    public void Scores_by_codes_order_vectors_nearly_as_exact_distances_do(Metric metric, CodeKind kind, int leastCommon)
    {
        const int Dimension = 256, Count = 500;
        float[] vectors = new EmbeddingLike(Dimension).Make(Count + 1, seed: 4);
        float[] mean = [.. Enumerable.Range(0, Dimension).Select(d => Enumerable.Range(0, Count).Average(i => vectors[(i * Dimension) + d]))];
        foreach (float[]? centre in new[] { null, mean })
        {
            var space = new VectorSpace(Dimension, metric, kind, centre);
            space.Vectors.EnsureCapacity(Count);
            space.Codes!.EnsureCapacity(Count);
            var context = new SearchContext(Dimension, mostLinks: 1);
            for (int i = 0; i < Count; i++)
            {
                VectorInput.Read(vectors.AsSpan(i * Dimension, Dimension), context.Query, Dimension, metric, "vector");
                space.Write(i, context.Query);
                space.Encode(i);
            }

            VectorInput.Read(vectors.AsSpan(Count * Dimension, Dimension), context.Query, Dimension, metric, "query");
            context.EncodeQuery(space);
            int[] byCodes = kind == CodeKind.Int8 ? Order<Int8Kernel>(space, context) : Order<Int4Kernel>(space, context);
            int[] exact = [.. Enumerable.Range(0, Count).OrderBy(i => space.Distance(context.Query, i))];
            int common = byCodes.Take(20).Intersect(exact.Take(20)).Count();
            Assert.True(common >= leastCommon, $"{common} of the 20 nearest by codes are among the 20 nearest");
            Assert.Contains(exact[0], byCodes.Take(4));
            GC.KeepAlive(space);
            GC.KeepAlive(context);
        }

        static int[] Order<TKernel>(VectorSpace space, SearchContext context)
            where TKernel : struct, ICodeKernel
        {
            var scorer = new CodeScorer<TKernel>(space.Codes!.View(), space.Codec!, context.QueryCodes, context.CodeQuery);
            return [.. Enumerable.Range(0, Count).OrderBy(i => scorer.Score(i))];
        }
    }

    /// <summary>The distance by which links are chosen is that of the restored vectors: within the codes' own steps of the exact one.</summary>
    [Theory]
    [InlineData(CodeKind.Int8, 0.02)]
    [InlineData(CodeKind.Int4, 0.2)]
    public void Distances_between_two_rows_of_codes_are_near_the_exact_ones(CodeKind kind, double tolerance)
    {
        foreach (int dimension in new[] { 5, 64, 100, 257, 768 })
        {
            var space = new VectorSpace(dimension, Metric.L2, kind, RandomVector(dimension, seed: 2, offset: 1));
            space.Vectors.EnsureCapacity(40);
            space.Codes!.EnsureCapacity(40);
            for (int i = 0; i < 40; i++)
            {
                fixed (float* vector = RandomVector(dimension, seed: 100 + i, offset: 1))
                    space.Write(i, vector);
                space.Encode(i);
            }

            for (int i = 1; i < 40; i++)
            {
                double exact = space.Distance(0, i), byCodes = space.Between(0, i);
                Assert.InRange(byCodes, exact * (1 - tolerance) - 0.5, exact * (1 + tolerance) + 0.5);
                Assert.Equal(space.Between(i, 0), byCodes, 1e-3 * (1 + exact));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(100)]
    [InlineData(768)]
    public void A_rotation_keeps_lengths_and_angles_and_spreads_a_spike(int dimension)
    {
        var rotation = new RandomRotation(dimension);
        float[] a = RandomVector(dimension, 1, 0), b = RandomVector(dimension, 2, 0), spike = new float[dimension];
        spike[dimension / 2] = 1;
        double before = Product(a, b), length = Product(a, a);
        fixed (float* first = a, second = b, third = spike)
        {
            rotation.Apply(first);
            rotation.Apply(second);
            rotation.Apply(third);
        }

        Assert.Equal(before, Product(a, b), 1e-4 * (1 + length));
        Assert.Equal(length, Product(a, a), 1e-4 * (1 + length));
        Assert.Equal(1, Product(spike, spike), 1e-4);
        if (dimension >= 64)
            Assert.True(spike.Max(MathF.Abs) < 0.6, $"the largest number is {spike.Max(MathF.Abs)}");
    }

    [Theory]
    [InlineData(32)]
    [InlineData(64)]
    [InlineData(384)]
    [InlineData(4096)]
    public void A_product_of_packed_rows_is_exact(int bytes)
    {
        var random = new Random(bytes);
        byte[] a = new byte[bytes], b = new byte[bytes];
        foreach (bool largest in new[] { false, true })
        {
            random.NextBytes(a);
            random.NextBytes(b);
            if (largest)
            {
                a.AsSpan().Fill(0xff);
                b.AsSpan().Fill(0xff);
            }

            fixed (byte* left = a, right = b)
                Assert.Equal(Dot.U4U4Scalar(left, right, bytes), Dot.U4U4(left, right, bytes));
        }
    }

    [Fact]
    public void A_seven_bit_product_of_the_largest_dimension_fits_an_int() =>
        Assert.True((long)VectorInput.MaxDimension * 127 * 127 <= int.MaxValue);

    private static float[] RandomVector(int dimension, int seed, float offset)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, dimension).Select(_ => EmbeddingLike.Normal(random) + offset)];
    }

    private static double Product(float[] a, float[] b) => a.Zip(b).Sum(pair => (double)pair.First * pair.Second);

    private static (byte[] Row, CodeTail Tail) Encode(VectorCodec codec, float[] vector)
    {
        byte[] row = new byte[codec.RowBytes];
        float[] work = new float[vector.Length];
        fixed (float* values = vector, room = work)
        fixed (byte* codes = row)
        {
            codec.Encode(values, codes, room);
            return (row, *VectorCodec.Tail(codes, codec.RowBytes));
        }
    }

    private static (sbyte[] Codes, CodeQuery Query) EncodeQuery(VectorCodec codec, float[] vector)
    {
        sbyte[] row = new sbyte[codec.QueryBytes];
        float[] work = new float[vector.Length];
        fixed (float* values = vector, room = work)
        fixed (sbyte* codes = row)
            return (row, codec.EncodeQuery(values, codes, room));
    }
}
