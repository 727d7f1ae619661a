using System.Collections.Concurrent;
using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>
/// Readers beside a writer. Every id's vector says which id and which round it belongs to, so a reader can tell
/// a torn vector, a stale one and a distance that belongs to another id from a right answer.
/// </summary>
public sealed class ConcurrencyTests
{
    private const int Dimension = 16;
    private const int Ids = 400;

    [Theory]
    [InlineData("hnsw")]
    [InlineData("hnsw-f32")]
    [InlineData("hnsw-narrow")]
    [InlineData("flat")]
    [InlineData("lsh")]
    [InlineData("ivf")]
    [InlineData("ivf-pq")]
    public async Task Readers_see_whole_vectors_of_ids_that_were_there_during_the_search(string kind)
    {
        using IVectorIndex index = VectorIndexTests.Create(kind, Dimension, Metric.L2);
        long[] lastRemoved = new long[Ids], lastAdded = new long[Ids];
        long clock = 0;
        for (int id = 0; id < Ids; id++)
            index.Add((ulong)id, Vector(id, round: 0));
        Array.Fill(lastAdded, 0L);
        Array.Fill(lastRemoved, -1L);

        // Ids below 100 stay and are only replaced: a search for all must always see each of them exactly once.
        const int Staying = 100;
        using var stop = new CancellationTokenSource();
        var failures = new ConcurrentQueue<string>();
        long searches = 0;
        Task[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            var random = new Random(reader);
            var results = new Neighbor[2 * Ids];
            float[] copy = new float[Dimension];
            while (!stop.IsCancellationRequested)
            {
                // Taken before: an id whose removal had returned by now, and that was not added since, must not come back.
                long[] removedBefore = (long[])lastRemoved.Clone();
                Interlocked.MemoryBarrier();
                float[] query = Vector(random.Next(Ids), random.Next(50));
                bool all = random.Next(4) == 0;
                int found = index.Search(query, results.AsSpan(0, all ? results.Length : 10), new SearchParameters { EfSearch = all ? 0 : 40 });
                Interlocked.MemoryBarrier();
                for (int i = 0; i < found; i++)
                {
                    int id = (int)results[i].Id;
                    if (removedBefore[id] > 0 && Volatile.Read(ref lastAdded[id]) < removedBefore[id])
                        failures.Enqueue($"id {id} came back after its removal");
                    if (i > 0 && results[i].Distance < results[i - 1].Distance)
                        failures.Enqueue("results are out of order");
                    if (!IsDistanceOfSomeRound(query, id, results[i].Distance))
                        failures.Enqueue($"id {id} has distance {results[i].Distance}, which none of its vectors has");
                }

                int distinct = results.Take(found).Select(n => n.Id).Distinct().Count();
                if (distinct != found)
                    failures.Enqueue("an id came twice");
                if (all && results.Take(found).Count(n => n.Id < Staying) != Staying)
                    failures.Enqueue($"{results.Take(found).Count(n => n.Id < Staying)} of {Staying} ids that were never removed were found");
                int probe = random.Next(Staying);
                if (!index.TryGetVector((ulong)probe, copy) || copy[0] != probe || copy.AsSpan(1).ContainsAnyExcept(copy[1]))
                    failures.Enqueue($"id {probe} has a torn vector");
                Interlocked.Increment(ref searches);
            }
        }))];

        var random = new Random(99);
        int round = 1;
        DateTime end = DateTime.UtcNow.AddSeconds(3);
        for (; DateTime.UtcNow < end || Interlocked.Read(ref searches) < 200; round++)
        {
            if (!failures.IsEmpty)
                break;
            int id = random.Next(Ids);
            if (id >= Staying && random.Next(2) == 0)
            {
                if (index.Remove((ulong)id))
                    Volatile.Write(ref lastRemoved[id], ++clock);
            }
            else
            {
                // Noted before the call: from here on the id may be seen.
                Volatile.Write(ref lastAdded[id], ++clock);
                index.Add((ulong)id, Vector(id, round % 50));
            }

            if (round % 500 == 0)
                VectorIndexTests.Train(index);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.True(failures.IsEmpty, failures.FirstOrDefault());
        Assert.True(round > 100 && searches >= 200, $"{round} writes and {searches} searches");
    }

    [Fact]
    public async Task Searching_goes_on_while_many_are_added()
    {
        const int Count = 3000;
        float[] vectors = new EmbeddingLike(Dimension).Make(Count, seed: 6);
        using var index = new HnswIndex(Dimension, Metric.Cosine);
        index.AddRange(HnswRecallTests.Ids(500), vectors.AsSpan(0, 500 * Dimension));
        Task building = Task.Run(() => index.AddRange(
            [.. Enumerable.Range(500, Count - 500).Select(i => (ulong)i)], vectors.AsSpan(500 * Dimension), maxDegreeOfParallelism: 3));
        var results = new Neighbor[10];
        int searches = 0, own = 0;
        do
        {
            int id = searches % 500;
            Assert.Equal(10, index.Search(vectors.AsSpan(id * Dimension, Dimension), results));
            own += results.Any(neighbor => neighbor.Id == (ulong)id) ? 1 : 0;
            searches++;
        }
        while (!building.IsCompleted || searches < 500);
        await building;
        Assert.Equal(Count, index.Count);
        Assert.True(own >= searches * 0.99, $"{own} of {searches} vectors found themselves while the index grew");
    }

    [Fact]
    public async Task Writers_from_several_threads_take_turns()
    {
        using var index = new HnswIndex(Dimension, Metric.L2);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < 200; i++)
            {
                index.Add((ulong)((writer * 1000) + i), Vector(i, writer));
                if (i % 3 == 0)
                    Assert.True(index.Remove((ulong)((writer * 1000) + i)));
            }
        })));
        Assert.Equal(4 * (200 - 67), index.Count);
        Assert.Equal(index.Count, index.Search(Vector(0, 0), new Neighbor[1000]));
    }

    private static float[] Vector(int id, int round)
    {
        float[] vector = new float[Dimension];
        Array.Fill(vector, round);
        vector[0] = id;
        return vector;
    }

    private static bool IsDistanceOfSomeRound(float[] query, int id, float distance)
    {
        double first = (query[0] - id) * (query[0] - id);
        for (int round = 0; round < 50; round++)
        {
            double gap = query[1] - round;
            if (Math.Abs(first + ((Dimension - 1) * gap * gap) - distance) < 1e-2)
                return true;
        }

        return false;
    }
}
