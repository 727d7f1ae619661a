using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Quantization;

namespace VisualSearch.Tests.Ann;

/// <summary>
/// The integer kernels at each width that this CPU has: exact at every length from 0 to 257, off every alignment, on random codes and on
/// those at which sums of 16 bits come nearest to saturating.
/// </summary>
public sealed unsafe class CodeKernelTests
{
    private const int MostLength = 257;
    private const int Offsets = 3;

    public static TheoryData<string> Widths => KernelTests.CodeWidths;

    [Theory]
    [MemberData(nameof(Widths))]
    public void Dot_of_packed_nibbles_is_exact(string width)
    {
        foreach ((int[] codes, int[] query) in Rounds(0, NibblePacking.MostCode, -127, 127))
        {
            for (int length = 0; length <= MostLength; length++)
            {
                // Rows and queries end where their arrays end, so a read beyond is a read of a neighbour's guard value.
                byte[] packed = Guarded(Pack(codes, length), guard: 0xFF);
                sbyte[] words = [.. query.Take(length).Select(value => (sbyte)value), .. Enumerable.Repeat((sbyte)127, 64)];
                int expected = codes.Zip(query, (a, b) => a * b).Take(length).Sum();
                fixed (byte* a = packed)
                fixed (sbyte* b = words)
                {
                    int found = width switch
                    {
                        "avx512" => Dot.U4I8Avx512(a + 1, b, length),
                        "avx2" => Dot.U4I8Avx2(a + 1, b, length),
                        "128" => Dot.U4I8Vector128(a + 1, b, length),
                        _ => Dot.U4I8Scalar(a + 1, b, length),
                    };
                    Assert.Equal(expected, found);
                    Assert.Equal(expected, Dot.U4I8(a + 1, b, length));
                }
            }
        }
    }

    [Fact]
    public void Dot_of_packed_nibbles_is_exact_at_the_largest_dimension()
    {
        const int Dimension = 65_536;
        byte[] packed = new byte[NibblePacking.PackedBytes(Dimension)];
        sbyte[] query = new sbyte[Dimension];
        Array.Fill(packed, (byte)0xFF);
        Array.Fill(query, (sbyte)-127);
        fixed (byte* a = packed)
        fixed (sbyte* b = query)
            Assert.Equal(Dimension * 15 * -127, Dot.U4I8(a, b, Dimension));
    }

    [Fact]
    public void Packing_keeps_every_code_and_fills_the_last_block_with_zeros()
    {
        int[] codes = Rounds(0, 15, 0, 0).First().A;
        for (int length = 0; length <= MostLength; length++)
        {
            byte[] packed = Pack(codes, length), unpacked = new byte[packed.Length * 2], expected = new byte[unpacked.Length];
            for (int i = 0; i < length; i++)
                expected[i] = (byte)codes[i];
            fixed (byte* from = packed)
            fixed (byte* to = unpacked)
                NibblePacking.Unpack(from, unpacked.Length, to);
            Assert.Equal((length + 63) / 64 * 32, packed.Length);
            Assert.Equal(expected, unpacked);
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Dot_of_signed_bytes_is_exact(string width) => Compare(
        Rounds(sbyte.MinValue, sbyte.MaxValue, sbyte.MinValue, sbyte.MaxValue),
        (a, b) => a * b,
        (a, b, n) => width switch
        {
            "avx512" => Dot.I8Avx512((sbyte*)a, (sbyte*)b, n),
            "avx2" => Dot.I8Avx2((sbyte*)a, (sbyte*)b, n),
            "128" => Dot.I8Vector128((sbyte*)a, (sbyte*)b, n),
            _ => Dot.I8Scalar((sbyte*)a, (sbyte*)b, n),
        },
        (a, b, n) => Dot.I8((sbyte*)a, (sbyte*)b, n));

    [Theory]
    [MemberData(nameof(Widths))]
    public void Hamming_distance_is_exact(string width) => Compare(
        Rounds(0, 255, 0, 255),
        (a, b) => Convert.ToString(a ^ b, 2).Count(bit => bit == '1'),
        (a, b, n) => width switch
        {
            "avx512" => Hamming.U1Avx512(a, b, n),
            "avx2" => Hamming.U1Avx2(a, b, n),
            "128" => Hamming.U1Vector128(a, b, n),
            _ => Hamming.U1Scalar(a, b, n),
        },
        Hamming.U1);

    [Theory]
    [MemberData(nameof(Widths))]
    public void Four_dots_of_codes_are_exact(string width)
    {
        const int Stride = MostLength + Offsets;
        int* sums = stackalloc int[4];
        foreach ((int[] codes, int[] query) in Rounds(0, 127, -127, 127))
        {
            byte[] rows = [.. Enumerable.Range(0, 4 * Stride).Select(i => (byte)codes[(i * 7) % codes.Length])];
            sbyte[] words = [.. query.Select(value => (sbyte)value)];
            fixed (byte* a = rows)
            fixed (sbyte* b = words)
            {
                for (int length = 0; length <= MostLength; length++)
                {
                    // The rows lie apart by different amounts, so a mix-up of two of them shows.
                    byte* row0 = a + 2, row1 = a + Stride, row2 = a + (2 * Stride) + 1, row3 = a + (3 * Stride) + 2;
                    int[] expected = [Dot.U7I8Scalar(row0, b, length), Dot.U7I8Scalar(row1, b, length),
                        Dot.U7I8Scalar(row2, b, length), Dot.U7I8Scalar(row3, b, length)];
                    switch (width)
                    {
                        case "avx512":
                            Dot.U7I8x4Avx512(row0, row1, row2, row3, b, length, sums);
                            break;
                        case "avx2":
                            Dot.U7I8x4Avx2(row0, row1, row2, row3, b, length, sums);
                            break;
                        default:
                            Dot.U7I8x4OneByOne(row0, row1, row2, row3, b, length, sums);
                            break;
                    }

                    Assert.Equal(expected, new ReadOnlySpan<int>(sums, 4));
                    Dot.U7I8x4(row0, row1, row2, row3, b, length, sums);
                    Assert.Equal(expected, new ReadOnlySpan<int>(sums, 4));
                }
            }
        }
    }

    private delegate int CodeKernel(byte* a, byte* b, int length);

    private static void Compare(
        IEnumerable<(int[] A, int[] B)> rounds, Func<int, int, int> term, CodeKernel ofWidth, CodeKernel dispatching)
    {
        foreach ((int[] left, int[] right) in rounds)
        {
            byte[] a = [.. left.Select(value => (byte)value)], b = [.. right.Select(value => (byte)value)];
            fixed (byte* x = a)
            fixed (byte* y = b)
            {
                for (int offset = 0; offset < Offsets; offset++)
                {
                    int expected = 0;
                    for (int length = 0; length <= MostLength; length++)
                    {
                        Assert.Equal(expected, ofWidth(x + offset, y, length));
                        Assert.Equal(expected, dispatching(x + offset, y, length));
                        if (length < MostLength)
                            expected += term(left[length + offset], right[length]);
                    }
                }
            }
        }
    }

    /// <summary>Random values of two ranges, then every pair of their ends.</summary>
    private static IEnumerable<(int[] A, int[] B)> Rounds(int leastA, int mostA, int leastB, int mostB)
    {
        var random = new Random(11);
        int[] Filled(Func<int> value) => [.. Enumerable.Range(0, MostLength + Offsets).Select(_ => value())];
        yield return (Filled(() => random.Next(leastA, mostA + 1)), Filled(() => random.Next(leastB, mostB + 1)));
        foreach (int a in new[] { leastA, mostA })
        {
            foreach (int b in new[] { leastB, mostB })
                yield return (Filled(() => a), Filled(() => b));
        }
    }

    private static byte[] Pack(int[] codes, int length)
    {
        byte[] bytes = [.. codes.Take(length).Select(code => (byte)code), 0], packed = new byte[NibblePacking.PackedBytes(length)];
        fixed (byte* from = bytes)
        fixed (byte* to = packed)
            NibblePacking.Pack(from, length, to);
        return packed;
    }

    private static byte[] Guarded(byte[] row, byte guard) => [guard, .. row, .. Enumerable.Repeat(guard, 64)];
}
