using System.Collections.Concurrent;
using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>Writers that share flushes, and readers beside writers and checkpoints.</summary>
public sealed class DurableConcurrencyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Durability.Disk)]
    [InlineData(Durability.Process)]
    public async Task Writers_that_share_commits_lose_and_mix_up_nothing(Durability durability)
    {
        const int Threads = 12, Writes = 60;
        string path = _folder.File("index");
        var expected = new ConcurrentDictionary<ulong, int>();
        using (DurableIndex index = Written.Open(path, new DurableIndexOptions { Durability = durability }))
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(() =>
            {
                for (int i = 0; i < Writes; i++)
                {
                    ulong id = (ulong)((thread * 1000) + (i % 40));
                    index.Add(id, Written.Vector(id, i));
                    expected[id] = i;
                    if (i % 5 == 0)
                    {
                        Assert.True(index.Remove(id));
                        Assert.False(index.Remove(id));
                        expected.TryRemove(id, out _);
                    }

                    // A bad vector among good ones of the same group harms only its own caller.
                    if (i % 7 == 0)
                        Assert.Throws<ArgumentException>(() => index.Add(id, [float.NaN, 0, 0, 0, 0, 0, 0, 0]));
                }
            }, TaskCreationOptions.LongRunning)));
            Written.AssertHolds(index, expected, searches: 30);
        }

        using DurableIndex opened = Written.Open(path);
        Written.AssertHolds(opened, expected, searches: 30);
    }

    [Fact]
    public async Task Readers_beside_a_writer_and_checkpoints_see_no_torn_vector()
    {
        const int Ids = 300, Staying = 100;
        string path = _folder.File("index");
        var options = new DurableIndexOptions { Durability = Durability.Process, CheckpointLogBytes = DurableIndexOptions.MinCheckpointLogBytes };
        using DurableIndex index = Written.Open(path, options);
        for (ulong id = 0; id < Ids; id++)
            index.Add(id, Written.Vector(id, 0));
        using var stop = new CancellationTokenSource();
        var failures = new ConcurrentQueue<string>();
        long searches = 0, checkpoints = 0;
        Task[] beside =
        [
            .. Enumerable.Range(0, 2).Select(reader => Task.Run(() =>
            {
                var random = new Random(reader);
                var results = new Neighbor[2 * Ids];
                while (!stop.IsCancellationRequested)
                {
                    ulong probe = (ulong)random.Next(Staying);
                    if (Written.Version(index, probe) is not int version)
                        failures.Enqueue($"id {probe} is not there, and was never removed");
                    int found = index.Search(Written.Vector(probe, 0), results);
                    Neighbor[] seen = results[..found];
                    if (seen.Select(one => one.Id).Distinct().Count() != found)
                        failures.Enqueue("an id came twice");
                    if (seen.Count(one => one.Id < Staying) != Staying)
                        failures.Enqueue($"{seen.Count(one => one.Id < Staying)} of {Staying} ids that were never removed were found");
                    Interlocked.Increment(ref searches);
                }
            })),
            Task.Run(() =>
            {
                while (!stop.IsCancellationRequested)
                {
                    index.Checkpoint();
                    Interlocked.Increment(ref checkpoints);
                }
            }),
        ];
        var random = new Random(5);
        var model = Enumerable.Range(0, Ids).ToDictionary(id => (ulong)id, _ => 0);
        int writes = 0;
        DateTime enough = DateTime.UtcNow.AddSeconds(3);
        for (; failures.IsEmpty && !Array.Exists(beside, task => task.IsFaulted); writes++)
        {
            if (DateTime.UtcNow > enough && writes > 300 && Interlocked.Read(ref searches) > 50 && Interlocked.Read(ref checkpoints) > 3)
                break;
            ulong id = (ulong)random.Next(Ids);
            if (id >= Staying && random.Next(2) == 0)
            {
                Assert.Equal(model.Remove(id), index.Remove(id));
                continue;
            }

            index.Add(id, Written.Vector(id, writes));
            model[id] = writes;
        }

        await stop.CancelAsync();
        await Task.WhenAll(beside);
        Assert.True(failures.IsEmpty, failures.FirstOrDefault());
        Assert.Null(index.CheckpointFailure);
        index.Dispose();
        Assert.DoesNotContain(DurableIndex.Verify(path), finding => finding.Kind != FindingKind.Leftover);
        using DurableIndex opened = Written.Open(path);
        Written.AssertHolds(opened, model, searches: 30);
    }

    [Fact]
    public void A_log_that_has_grown_is_checkpointed_in_the_background()
    {
        string path = _folder.File("index");
        using DurableIndex index = Written.Open(
            path, new DurableIndexOptions { Durability = Durability.Process, CheckpointLogBytes = DurableIndexOptions.MinCheckpointLogBytes });
        var model = new Dictionary<ulong, int>();
        for (ulong id = 0; id < 1000; id++)
        {
            index.Add(id, Written.Vector(id, 1));
            model[id] = 1;
        }

        // The writes take a few milliseconds, less than a checkpoint.
        bool done = SpinWait.SpinUntil(() => Directory.GetFiles(path, "snapshot-*.hnsw").Any(file => !file.EndsWith("snapshot-1.hnsw", StringComparison.Ordinal)), TimeSpan.FromSeconds(60));
        Assert.True(done, "no checkpoint within a minute");
        index.Dispose();
        using DurableIndex opened = Written.Open(path);
        Assert.True(opened.Recovery.FromSnapshot > 0, opened.Recovery.ToString());
        Assert.True(opened.Recovery.FromSnapshot + opened.Recovery.Replayed >= 1000, opened.Recovery.ToString());
        Written.AssertHolds(opened, model, searches: 30);
    }
}
