using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>A warm search allocates nothing: a collection of garbage is what would make one search in a thousand slow.</summary>
public sealed class AllocationTests
{
    [Theory]
    [InlineData("flat")]
    [InlineData("hnsw")]
    [InlineData("hnsw-f32")]
    [InlineData("lsh")]
    [InlineData("ivf")]
    [InlineData("ivf-pq")]
    public void Searching_allocates_nothing(string kind)
    {
        const int Dimension = 32, Count = 3000;
        using IVectorIndex index = VectorIndexTests.Create(kind, Dimension, Metric.Cosine);
        float[] vectors = new EmbeddingLike(Dimension).Make(Count, seed: 8);
        for (int i = 0; i < Count; i++)
            index.Add((ulong)i, vectors.AsSpan(i * Dimension, Dimension));
        var results = new Neighbor[10];
        SearchParameters[] kinds =
        [
            default,
            new() { EfSearch = 200, NProbe = 3 },
            new() { Filter = IdSet.FromIds(Enumerable.Range(0, 20).Select(i => (ulong)i)) },
            new() { Filter = IdSet.FromIds(Enumerable.Range(0, Count / 2).Select(i => (ulong)i * 2)) },
        ];
        foreach (SearchParameters parameters in kinds)
        {
            Search(index, vectors, results, parameters, rounds: 60);

            // A collection that another test sets off ends this thread's allocation buffer and counts its unused rest, up to 8 KiB;
            // what searches allocate would be in every round.
            long least = long.MaxValue;
            for (int round = 0; round < 5; round++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                int found = Search(index, vectors, results, parameters, rounds: 300);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
                Assert.Equal(3000, found);
            }

            Assert.Equal(0, least);
        }
    }

    [Fact]
    public void Searching_in_batches_allocates_nothing()
    {
        const int Dimension = 32, Count = 1000, Queries = 70;
        using var index = new FlatIndex(Dimension, Metric.L2);
        float[] vectors = new EmbeddingLike(Dimension).Make(Count, seed: 8);
        for (int i = 0; i < Count; i++)
            index.Add((ulong)i, vectors.AsSpan(i * Dimension, Dimension));
        var results = new Neighbor[Queries * 10];
        int[] counts = new int[Queries];
        long least = long.MaxValue;
        for (int round = 0; round < 40; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            index.SearchBatch(vectors.AsSpan(0, Queries * Dimension), 10, results, counts);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    private static int Search(IVectorIndex index, float[] vectors, Neighbor[] results, SearchParameters parameters, int rounds)
    {
        int found = 0;
        for (int i = 0; i < rounds; i++)
            found += index.Search(vectors.AsSpan(i * index.Dimension, index.Dimension), results, parameters);
        return found;
    }
}
