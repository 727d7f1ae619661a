using VisualSearch.Ann;
using VisualSearch.Ann.Ivf;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Lsh;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Tests.Ann;

/// <summary>The parts that LSH, IVF-Flat and IVF-PQ are made of, each against its definition.</summary>
public sealed unsafe class FamilyPartsTests
{
    [Fact]
    public void K_means_finds_clusters_that_lie_apart_and_uses_every_centroid()
    {
        const int Clusters = 20, Each = 30, Dimension = 6;
        var random = new Random(1);
        float[] centers = VectorIndexTests.Random(Clusters, Dimension, seed: 2);
        TrainingSample points = Sample(Clusters * Each, Dimension, i =>
            [.. Enumerable.Range(0, Dimension).Select(d => (50 * centers[(i % Clusters * Dimension) + d]) + EmbeddingLike.Normal(random))]);
        Centroids centroids = KMeans.Train(points, Clusters, seed: 3);
        var members = Enumerable.Range(0, points.Count).GroupBy(i => centroids.Nearest(points[i], out _)).ToArray();
        Assert.Equal(Clusters, members.Length);
        Assert.All(members, group => Assert.Single(group.Select(i => i % Clusters).Distinct()));
        foreach (IGrouping<int, int> group in members)
        {
            for (int d = 0; d < Dimension; d++)
                Assert.Equal(group.Average(i => points[i][d]), centroids[group.Key][d], 1e-3);
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 5)]
    [InlineData(200, 50)]
    public void K_means_bears_equal_points_and_fewer_points_than_centroids(int count, int k)
    {
        TrainingSample equal = Sample(count, 3, _ => [1, 2, 3]);
        Centroids centroids = KMeans.Train(equal, k, seed: 1);
        Assert.Equal(Math.Min(count, k), centroids.Count);
        for (int c = 0; c < centroids.Count; c++)
            Assert.Equal([1f, 2f, 3f], new ReadOnlySpan<float>(centroids[c], 3));
        Assert.Equal(0, centroids.Nearest(equal[0], out float rank));
        Assert.Equal(-7, rank);
    }

    [Fact]
    public void The_nearest_centroid_is_the_nearest_by_distance()
    {
        for (int count = 1; count < 12; count++)
        {
            TrainingSample points = Sample(count, 7, i => VectorIndexTests.Random(1, 7, seed: i));
            Centroids centroids = KMeans.Train(points, count, seed: 1);
            float[] dots = new float[count];
            for (int q = 0; q < 20; q++)
            {
                float[] query = VectorIndexTests.Random(1, 7, seed: 100 + q);
                fixed (float* start = query, into = dots)
                {
                    int nearest = centroids.Nearest(start, out float rank);
                    centroids.Dots(start, into);
                    double[] distances = [.. Enumerable.Range(0, count).Select(c => BruteForce.Distance(query, Row(centroids, c), Metric.L2))];
                    Assert.Equal(distances.Min(), distances[nearest], 1e-4);
                    Assert.Equal(distances.Min(), (2 * rank) + query.Sum(x => (double)x * x), 1e-4);
                    for (int c = 0; c < count; c++)
                        Assert.Equal(-BruteForce.Distance(query, Row(centroids, c), Metric.Dot), dots[c], 1e-4);
                }
            }
        }
    }

    [Theory]
    [InlineData(24, 6)]
    [InlineData(23, 5)]
    [InlineData(8, 8)]
    [InlineData(9, 1)]
    [InlineData(39, 35)]
    public void A_product_code_names_its_point_and_the_table_sums_to_the_inner_product(int dimension, int parts)
    {
        float[] vectors = new EmbeddingLike(dimension).Make(1000, seed: 5);
        TrainingSample points = Sample(1000, dimension, i => vectors[(i * dimension)..((i + 1) * dimension)]);
        ProductQuantizer quantizer = ProductQuantizer.Train(points, parts, seed: 1);
        Assert.Equal(parts, quantizer.Parts);
        byte[] code = new byte[parts];
        float[] restored = new float[dimension], table = new float[parts * ProductQuantizer.Codewords];
        nint* codes = stackalloc nint[2];
        float* found = stackalloc float[2];
        double error = 0, spread = 0;
        for (int i = 0; i < 200; i++)
        {
            float[] query = VectorIndexTests.Random(1, dimension, seed: i);
            fixed (float* back = restored, sums = table, q = query)
            fixed (byte* bytes = code)
            {
                quantizer.Encode(points[i], bytes);
                quantizer.Decode(bytes, back);
                quantizer.FillTable(q, sums);
                double expected = -BruteForce.Distance(query, restored, Metric.Dot);
                (codes[0], codes[1]) = ((nint)bytes, (nint)bytes);
                ProductQuantizer.Sums(sums, (byte**)codes, 2, parts, found);
                Assert.Equal(expected, found[0], 1e-3);
                Assert.Equal(found[0], found[1]);
                error += BruteForce.Distance(vectors.AsSpan(i * dimension, dimension), restored, Metric.L2);
                spread += Dot.F32(points[i], points[i], dimension);

                // No other codeword of a part would be nearer.
                quantizer.Encode(back, bytes);
                float[] again = [.. restored];
                quantizer.Decode(bytes, back);
                Assert.Equal(again, restored);
            }
        }

        Assert.True(error < spread / 4, $"the codes keep too little: error {error}, of {spread}");
    }

    [Fact]
    public void Probes_come_in_the_order_of_their_cost_and_every_bucket_comes_once()
    {
        const int Tables = 3, Bits = 6, Dimension = 5;
        var space = new VectorSpace(Dimension, Metric.Cosine, CodeKind.None);
        TrainingSample sample = Sample(50, Dimension, i => VectorIndexTests.Random(1, Dimension, seed: i));
        var tables = new HashTables(space, sample, new LshOptions { Tables = Tables, Bits = Bits });
        var sequence = new ProbeSequence(Tables, Bits);
        float[] query = VectorIndexTests.Random(1, Dimension, seed: 99), margins = new float[Tables * Bits];
        fixed (float* start = query, into = margins)
        {
            tables.Measure(start, 0, into);
            for (int twice = 0; twice < 2; twice++)
            {
                sequence.Begin(tables, into);
                var seen = new HashSet<(int Table, int Bucket)>();
                double last = 0;
                while (sequence.TryNext(out int table, out int bucket))
                {
                    Assert.True(seen.Add((table, bucket)));
                    int flipped = bucket ^ tables.Bucket(into, table);
                    double cost = Enumerable.Range(0, Bits).Where(bit => (flipped >> bit & 1) != 0)
                        .Sum(bit => (double)margins[(table * Bits) + bit] * margins[(table * Bits) + bit]);
                    Assert.True(cost >= last - 1e-4, $"{cost} after {last}");
                    last = cost;
                }

                Assert.Equal(Tables << Bits, seen.Count);
            }
        }
    }

    [Fact]
    public void A_hash_bit_agrees_as_often_as_the_angle_says()
    {
        const int Dimension = 8;
        var space = new VectorSpace(Dimension, Metric.Cosine, CodeKind.None);
        TrainingSample around = Sample(2, Dimension, i => [i == 0 ? 1 : -1, 0, 0, 0, 0, 0, 0, 0]);
        var tables = new HashTables(space, around, new LshOptions { Tables = 200, Bits = 20 });
        float[] a = new float[Dimension], b = new float[Dimension], atA = new float[tables.Planes], atB = new float[tables.Planes];
        foreach (double angle in new[] { 0, 0.3, 1, 2, Math.PI })
        {
            (a[2], b[2], b[5]) = (1, (float)Math.Cos(angle), (float)Math.Sin(angle));
            fixed (float* x = a, y = b, ofA = atA, ofB = atB)
            {
                tables.Measure(x, 0, ofA);
                tables.Measure(y, 0, ofB);
            }

            double agreeing = atA.Zip(atB, (one, other) => (one >= 0) == (other >= 0)).Count(same => same) / (double)tables.Planes;
            Assert.Equal(1 - (angle / Math.PI), agreeing, 0.03);
        }
    }

    [Fact]
    public void A_list_of_slots_does_what_a_list_does_and_a_span_taken_of_it_stays()
    {
        var list = new SlotList();
        var model = new List<int>();
        var random = new Random(1);
        for (int step = 0; step < 2000; step++)
        {
            ReadOnlySpan<int> before = list.Slots;
            int[] copy = before.ToArray();
            if (model.Count == 0 || random.Next(100) < 52)
            {
                model.Add(step);
                list.Append(step);
            }
            else
            {
                int slot = model[random.Next(model.Count)];
                model.Remove(slot);
                list.Remove(slot);
            }

            Assert.Equal(copy, before);
            Assert.Equal(model.ToArray(), list.Slots);
        }

        Assert.Throws<InvalidOperationException>(() => list.Remove(-1));
    }

    [Fact]
    public void A_sample_takes_each_vector_at_most_once_and_equally_likely()
    {
        int[] taken = new int[10];
        for (int seed = 0; seed < 1000; seed++)
        {
            int[] chosen = TrainingSample.Choose(10, 3, dimension: 4, seed);
            Assert.Equal(3, chosen.Distinct().Count());
            foreach (int i in chosen)
                taken[i]++;
        }

        Assert.All(taken, times => Assert.InRange(times, 230, 370));
        Assert.Equal(Enumerable.Range(0, 5), TrainingSample.Choose(5, 100, 4, 1));
    }

    private static float[] Row(Centroids centroids, int c) => new ReadOnlySpan<float>(centroids[c], centroids.Dimension).ToArray();

    private static TrainingSample Sample(int count, int dimension, Func<int, float[]> make)
    {
        var sample = new TrainingSample(count, dimension);
        for (int i = 0; i < count; i++)
            make(i).CopyTo(new Span<float>(sample[i], dimension));
        return sample;
    }
}
