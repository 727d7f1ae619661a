using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>What a traced search in lists or buckets says of itself, against counting.</summary>
public sealed class ProbeTraceTests
{
    private const int Dimension = 16, Count = 600, Lists = 12, Tables = 3, Bits = 4, K = 5;

    private static readonly float[] Vectors = new EmbeddingLike(Dimension).Make(Count, seed: 3);

    private delegate ProbeTrace Trace(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters);

    [Theory]
    [InlineData("ivf", Lists)]
    [InlineData("ivf-pq", Lists)]
    [InlineData("lsh", Tables << Bits)]
    public void Reading_everything_compares_each_vector_once(string kind, int places)
    {
        (IVectorIndex index, Trace trace, _) = Create(kind, train: true);
        using IVectorIndex owned = index;
        var results = new Neighbor[K];
        ProbeTrace all = trace(Query(0), results, new() { NProbe = 1 << 10 });
        Assert.Equal((places, Count, 0L, K), (all.Probed, all.Distances, all.Scanned, all.Found));

        ProbeTrace filtered = trace(Query(0), results, new() { NProbe = 2, Filter = IdSet.FromIds(Enumerable.Range(0, Count - 1).Select(i => (ulong)i)) });
        Assert.True(filtered.Distances < Count && filtered.Scanned == 0);
    }

    [Theory]
    [InlineData("ivf")]
    [InlineData("ivf-pq")]
    [InlineData("lsh")]
    public void A_traced_search_finds_what_a_search_finds_and_more_probes_compare_more(string kind)
    {
        (IVectorIndex index, Trace trace, _) = Create(kind, train: true);
        using IVectorIndex owned = index;
        for (int q = 0; q < 20; q++)
        {
            long before = 0;
            for (int probes = 1; probes <= 8; probes *= 2)
            {
                var parameters = new SearchParameters { NProbe = probes };
                Neighbor[] searched = new Neighbor[K], traced = new Neighbor[K];
                int found = index.Search(Query(q), searched, parameters);
                ProbeTrace work = trace(Query(q), traced, parameters);
                Assert.Equal(found, work.Found);
                Assert.Equal(searched, traced);
                Assert.InRange(work.Distances, Math.Max(before, 1), Count);
                Assert.True(work.Distances >= K || work.Scanned == Count);
                before = work.Distances;
            }
        }
    }

    [Theory]
    [InlineData("ivf")]
    [InlineData("ivf-pq")]
    [InlineData("lsh")]
    public void An_exact_scan_says_how_much_it_went_through(string kind)
    {
        (IVectorIndex untrained, Trace trace, _) = Create(kind, train: false);
        using (untrained)
            Assert.Equal(new ProbeTrace(0, 0, 0, Count, K), trace(Query(1), new Neighbor[K], default));

        (IVectorIndex trained, trace, _) = Create(kind, train: true);
        using (trained)
            Assert.Equal(new ProbeTrace(0, 0, 0, 7, K), trace(Query(1), new Neighbor[K], new() { Filter = IdSet.FromIds(Enumerable.Range(0, 7).Select(i => (ulong)i)) }));
    }

    [Fact]
    public void Only_codes_are_rescored()
    {
        (IVectorIndex index, Trace trace, _) = Create("ivf-pq", train: true);
        using IVectorIndex owned = index;
        var parameters = new SearchParameters { NProbe = Lists };
        Assert.Equal(K * new IvfPqOptions().Oversample, trace(Query(2), new Neighbor[K], parameters).Rescored);
        Assert.Equal(3 * K, trace(Query(2), new Neighbor[K], parameters with { Oversampling = 3 }).Rescored);
        Assert.Equal(0, trace(Query(2), new Neighbor[K], parameters with { SkipRescoring = true }).Rescored);
    }

    [Theory]
    [InlineData("flat")]
    [InlineData("ivf")]
    [InlineData("ivf-pq")]
    [InlineData("lsh")]
    public void Memory_holds_the_vectors_and_grows_with_what_is_filed(string kind)
    {
        (IVectorIndex plain, _, Func<long> before) = Create(kind, train: false);
        (IVectorIndex trained, _, Func<long> after) = Create(kind, train: true);
        using (plain)
        using (trained)
        {
            Assert.True(before() >= Count * Dimension * sizeof(float));
            Assert.True(kind == "flat" ? after() == before() : after() >= before() + (Count * sizeof(int)));
        }
    }

    private static ReadOnlySpan<float> Query(int number) => Vectors.AsSpan(number * 7 * Dimension, Dimension);

    private static (IVectorIndex Index, Trace Trace, Func<long> Memory) Create(string kind, bool train)
    {
        switch (kind)
        {
            case "ivf":
                var lists = new IvfFlatIndex(Dimension, Metric.Cosine, new IvfOptions { NList = Lists, TrainAt = int.MaxValue });
                Fill(lists, train, lists.Train);
                return (lists, lists.Trace, lists.GetMemoryBytes);
            case "ivf-pq":
                var codes = new IvfPqIndex(Dimension, Metric.Cosine, new IvfPqOptions { NList = Lists, Parts = 4, TrainAt = int.MaxValue });
                Fill(codes, train, codes.Train);
                return (codes, codes.Trace, codes.GetMemoryBytes);
            case "lsh":
                var tables = new LshIndex(Dimension, Metric.Cosine, new LshOptions { Tables = Tables, Bits = Bits, TrainAt = int.MaxValue });
                Fill(tables, train, tables.Train);
                return (tables, tables.Trace, tables.GetMemoryBytes);
            default:
                var flat = new FlatIndex(Dimension, Metric.Cosine);
                Fill(flat, train, static () => { });
                return (flat, static (_, _, _) => default, flat.GetMemoryBytes);
        }
    }

    private static void Fill(IVectorIndex index, bool train, Action learn)
    {
        for (int i = 0; i < Count; i++)
            index.Add((ulong)i, Vectors.AsSpan(i * Dimension, Dimension));
        if (train)
            learn();
    }
}
