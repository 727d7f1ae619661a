using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using VisualSearch.Ann;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Tests.Ann;

/// <summary>Each width that this CPU has, against the scalar twin, at every length from 0 to 257 and off every alignment.</summary>
public sealed unsafe class KernelTests
{
    private const int MostLength = 257;

    public static TheoryData<string> FloatWidths => Supported(
        ("scalar", true), ("128", Vector128.IsHardwareAccelerated), ("256", Vector256.IsHardwareAccelerated), ("512", Vector512.IsHardwareAccelerated));

    public static TheoryData<string> CodeWidths => Supported(
        ("scalar", true), ("128", Vector128.IsHardwareAccelerated), ("avx2", Avx2.IsSupported), ("avx512", Avx512BW.IsSupported));

    [Theory]
    [MemberData(nameof(FloatWidths))]
    public void Dot_of_floats_agrees_with_double_precision(string width) => CompareFloats(SumOver<Dot.Term>(width), (x, y) => x * y);

    [Theory]
    [MemberData(nameof(FloatWidths))]
    public void L2_of_floats_agrees_with_double_precision(string width) => CompareFloats(SumOver<L2.Term>(width), (x, y) => (x - y) * (x - y));

    [Fact]
    public void The_dispatching_kernels_agree_with_double_precision()
    {
        CompareFloats(Dot.F32, (x, y) => x * y);
        CompareFloats(L2.F32, (x, y) => (x - y) * (x - y));
    }

    [Theory]
    [MemberData(nameof(FloatWidths))]
    public void Dots_with_a_panel_agree_with_double_precision(string width)
    {
        int vectors = 8 * width switch { "512" => 16, "256" => 8, "128" => 4, _ => 1 };
        var random = new Random(6);
        float[] panelled = [.. Enumerable.Range(0, vectors * MostLength).Select(_ => EmbeddingLike.Normal(random))];
        float[] vector = [.. Enumerable.Range(0, MostLength + 1).Select(_ => EmbeddingLike.Normal(random))];
        float[] panel = new float[panelled.Length], dots = new float[vectors];
        fixed (float* from = panelled, packed = panel, with = vector, into = dots)
        {
            for (int length = 0; length <= MostLength; length++)
            {
                ScoreBlock.Pack(from, vectors, length, packed, vectors);
                PanelDots(width, packed, with + 1, length, into);
                for (int v = 0; v < vectors; v++)
                {
                    double expected = 0, magnitude = 0;
                    for (int i = 0; i < length; i++)
                    {
                        double part = (double)panelled[(v * length) + i] * vector[i + 1];
                        (expected, magnitude) = (expected + part, magnitude + Math.Abs(part));
                    }

                    Assert.Equal(expected, dots[v], (magnitude * length / (1 << 24)) + 1e-12);
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(64, 1)]
    [InlineData(130, 7)]
    [InlineData(256, 4)]
    public void Panels_of_any_number_of_vectors_give_each_its_inner_product(int count, int dimension)
    {
        float[] vectors = VectorIndexTests.Random(count, dimension, seed: 3), query = VectorIndexTests.Random(1, dimension, seed: 4);
        float[] dots = new float[count + 1];
        dots[count] = 77;
        var panels = new VectorPanels(count, dimension);
        fixed (float* all = vectors, with = query, into = dots)
        {
            panels.Fill(all);
            panels.Dots(with, into);
        }

        for (int v = 0; v < count; v++)
            Assert.Equal(-BruteForce.Distance(vectors.AsSpan(v * dimension, dimension), query, Metric.Dot), dots[v], 1e-5);
        Assert.Equal(77, dots[count]);
    }

    [Theory]
    [MemberData(nameof(FloatWidths))]
    public void Cosine_of_floats_agrees_with_double_precision(string width)
    {
        var random = new Random(4);
        float[] left = [.. Enumerable.Range(0, MostLength + 1).Select(_ => EmbeddingLike.Normal(random))];
        float[] right = [.. Enumerable.Range(0, MostLength).Select(i => EmbeddingLike.Normal(random) + left[i])];
        fixed (float* a = left)
        fixed (float* b = right)
        {
            for (int length = 0; length <= MostLength; length++)
            {
                double expected = length == 0 ? 0 : 1 - BruteForce.Distance(left.AsSpan(1, length), right.AsSpan(0, length), Metric.Cosine);
                float found = width switch
                {
                    "512" => Cosine.F32<Lanes512, Vector512<float>>(a + 1, b, length),
                    "256" => Cosine.F32<Lanes256, Vector256<float>>(a + 1, b, length),
                    "128" => Cosine.F32<Lanes128, Vector128<float>>(a + 1, b, length),
                    _ => Cosine.F32<Lanes1, float>(a + 1, b, length),
                };
                Assert.Equal(expected, found, 1e-5);
                Assert.Equal(expected, Cosine.F32(a + 1, b, length), 1e-5);
            }

            Array.Clear(right);
            Assert.Equal(0, Cosine.F32(a, b, MostLength));
            Assert.Equal(0, Cosine.F32(b, b, MostLength));
        }
    }

    [Fact]
    public void Squared_norm_is_exact_in_double_and_finite_only_for_finite_values()
    {
        var random = new Random(5);
        for (int length = 0; length <= MostLength; length++)
        {
            float[] values = [.. Enumerable.Range(0, length).Select(_ => EmbeddingLike.Normal(random))];
            double expected = values.Sum(value => (double)value * value);
            fixed (float* start = values)
            {
                Assert.Equal(expected, SquaredNorm.F32(start, length), 1e-9 * (1 + expected));
                for (int i = 0; i < length; i += 37)
                {
                    float kept = values[i];
                    foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
                    {
                        values[i] = bad;
                        Assert.False(double.IsFinite(SquaredNorm.F32(start, length)));
                    }

                    values[i] = float.MaxValue;
                    Assert.True(double.IsFinite(SquaredNorm.F32(start, length)));
                    values[i] = kept;
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(CodeWidths))]
    public void Dot_of_codes_is_exact(string width)
    {
        var random = new Random(11);
        byte[] codes = new byte[MostLength + 3];
        sbyte[] query = new sbyte[MostLength + 3];
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < codes.Length; i++)
            {
                // The last two rounds hold the extremes, at which 16-bit sums would saturate if codes had eight bits.
                codes[i] = round == 0 ? (byte)random.Next(128) : (byte)127;
                query[i] = round switch { 0 => (sbyte)random.Next(-127, 128), 1 => 127, _ => -127 };
            }

            fixed (byte* a = codes)
            fixed (sbyte* b = query)
            {
                for (int length = 0; length <= MostLength; length++)
                {
                    for (int offset = 0; offset < 3; offset++)
                    {
                        int expected = 0;
                        for (int i = 0; i < length; i++)
                            expected += codes[i + offset] * query[i];
                        int found = width switch
                        {
                            "avx512" => Dot.U7I8Avx512(a + offset, b, length),
                            "avx2" => Dot.U7I8Avx2(a + offset, b, length),
                            "128" => Dot.U7I8Vector128(a + offset, b, length),
                            _ => Dot.U7I8Scalar(a + offset, b, length),
                        };
                        Assert.Equal(expected, found);
                        Assert.Equal(expected, Dot.U7I8(a + offset, b, length));
                    }
                }
            }
        }
    }

    [Fact]
    public void The_description_names_the_widest_instructions_of_this_machine()
    {
        string expected = Avx512BW.IsSupported ? "avx512bw" : Avx2.IsSupported ? "avx2" : Vector128.IsHardwareAccelerated ? "vector128" : "scalar";
        Assert.StartsWith(expected, KernelSet.Description, StringComparison.Ordinal);
    }

    private delegate float FloatKernel(float* a, float* b, int length);

    private static void CompareFloats(FloatKernel kernel, Func<double, double, double> term)
    {
        var random = new Random(3);
        float[] left = [.. Enumerable.Range(0, MostLength + 3).Select(_ => EmbeddingLike.Normal(random))];
        float[] right = [.. Enumerable.Range(0, MostLength + 3).Select(_ => EmbeddingLike.Normal(random))];
        fixed (float* a = left)
        fixed (float* b = right)
        {
            for (int length = 0; length <= MostLength; length++)
            {
                for (int offset = 0; offset < 3; offset++)
                {
                    double expected = 0, magnitude = 0;
                    for (int i = 0; i < length; i++)
                    {
                        double part = term(left[i + offset], right[i]);
                        expected += part;
                        magnitude += Math.Abs(part);
                    }

                    // A float sum of n terms in any order is off by at most n·2⁻²⁴ of the sum of magnitudes.
                    Assert.Equal(expected, kernel(a + offset, b, length), (magnitude * length / (1 << 24)) + 1e-12);
                }
            }
        }
    }

    private static FloatKernel SumOver<TTerm>(string width)
        where TTerm : struct, IPairTerm => width switch
        {
            "512" => PairSum.F32<TTerm, Lanes512, Vector512<float>>,
            "256" => PairSum.F32<TTerm, Lanes256, Vector256<float>>,
            "128" => PairSum.F32<TTerm, Lanes128, Vector128<float>>,
            _ => PairSum.F32<TTerm, Lanes1, float>,
        };

    private static void PanelDots(string width, float* panel, float* vector, int length, float* dots)
    {
        switch (width)
        {
            case "512":
                DotPanel.F32<Lanes512, Vector512<float>>(panel, vector, length, dots);
                break;
            case "256":
                DotPanel.F32<Lanes256, Vector256<float>>(panel, vector, length, dots);
                break;
            case "128":
                DotPanel.F32<Lanes128, Vector128<float>>(panel, vector, length, dots);
                break;
            default:
                DotPanel.F32<Lanes1, float>(panel, vector, length, dots);
                break;
        }
    }

    private static TheoryData<string> Supported(params (string Name, bool Supported)[] widths)
    {
        var data = new TheoryData<string>();
        foreach ((string name, bool supported) in widths)
        {
            if (supported)
                data.Add(name);
        }

        return data;
    }
}
