using System.Text.Json;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Cli;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>A real process that copies a collection to Qdrant or back, killed at random moments: what it ends with is what was there, and nothing else.</summary>
public sealed class KilledCopyTests() : ContractTests(nodes: 1)
{
    private const int Pictures = 300, Videos = 20, Assets = Pictures + Videos, Kills = 3;

    // What a copy asks of Qdrant for each file that it reads, and for each batch that it writes.
    private const int RequestsPerExport = 4, RequestsPerBatch = 9, FilesPerBatch = 64;

    private static readonly int seed = Environment.TickCount;
    private readonly Random random = new(seed);

    [ContractFact]
    public async Task To_Qdrant_it_ends_equal_and_each_run_waits_for_the_right_of_the_one_killed_before()
    {
        using (IServedStore source = Here().OpenOrCreate("c", Model, StoreAccess.Write))
            Fill(source);
        // Writes take their time, so that the moments lie between and within them.
        Cluster.Nodes[0].Fail(new ContractFault { Method = "PUT", Path = "/points", Delay = TimeSpan.FromMilliseconds(20), Times = int.MaxValue });
        long midway = 0, broken = 0, waited = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            long left = Assets - Known();
            // The first one within a batch for certain: while its items are written.
            (bool killed, string error) = kill == 0
                ? await KilledAsync("qdrant", static request => request is { Method: "PUT", Path: "/collections/vsearch.c.1.items/points" }, 2 + random.Next(3))
                : await KilledAsync("qdrant", Writes, 4 + random.Next((int)(RequestsPerBatch * left / FilesPerBatch)));
            waited += error.Contains("waiting for process ", StringComparison.Ordinal) ? 1 : 0;
            midway += killed && Known() is > 0 and < Assets ? 1 : 0;
            broken += Pending();
        }

        VsearchProcess.Result last = await RunAsync(Copy("qdrant"));
        Assert.True(last.ExitCode == 0, $"seed {seed}: {last.Output}{last.Error}");
        Assert.True(midway >= 1 && broken >= 1, $"seed {seed}: {midway} of {Kills} runs were killed midway, {broken} files within a batch");
        // A machine so slow that a right has ended before the next run asks for it need not wait for any.
        Assert.True(waited + (last.Error.Contains("waiting for process ", StringComparison.Ordinal) ? 1 : 0) >= 1, $"seed {seed}: no run waited; {last.Error}");

        using QdrantStore copy = There().Open("c", StoreAccess.Read);
        AssertEqual(copy);
        Assert.Equal(0, Pending());
        // Pictures, shots and passages; keyframes; assets; and the entry: nothing that a batch left when it broke off.
        Assert.Equal(Pictures + (Videos * 5) + (Videos * 3) + Assets + 1, Cluster.State.PointCount);
    }

    [ContractFact]
    public async Task To_a_folder_it_ends_equal()
    {
        using (QdrantStore source = There().OpenOrCreate("c", Model, StoreAccess.Write))
            Fill(source);
        long midway = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            int left = Assets - Copied();
            // The first one with a batch in the folder for certain.
            int least = kill == 0 ? RequestsPerExport * FilesPerBatch * 3 / 2 : 8;
            (bool killed, _) = await KilledAsync("folder", static _ => true, least + random.Next(RequestsPerExport * left * 6 / 10));
            midway += killed && Copied() is > 0 and < Assets ? 1 : 0;
        }

        VsearchProcess.Result last = await RunAsync(Copy("folder"));
        Assert.True(last.ExitCode == 0, $"seed {seed}: {last.Output}{last.Error}");
        Assert.True(midway >= 1, $"seed {seed}: {midway} of {Kills} runs were killed midway");
        using IServedStore copy = Here().Open("c", StoreAccess.Read);
        AssertEqual(copy);
    }

    // Every record and vector against what was written, counts, and searches against an exact scan in this test.
    private void AssertEqual(IServedStore copy)
    {
        Assert.True((copy.Info.Assets, copy.Info.Items, copy.Videos) == (Assets, Pictures + (Videos * 5), Videos), $"seed {seed}: {copy.Info}");
        var vector = new float[Dimension];
        var vectors = new List<(string Path, double Start, float[] Vector)>();
        foreach (AssetWrite written in Written())
        {
            Asset asset = copy.FindAssetByPath(written.Asset.Path)!;
            Assert.Equal(Text(written.Asset), Text(asset));
            Item[] items = [.. copy.ItemsOf(asset.Id).OrderBy(static item => item.Kind).ThenBy(static item => item.Start)];
            Assert.Equal(written.Items.Count, items.Length);
            Assert.Equal(written.Items.OfType<PassageWrite>().Select(static passage => (passage.Text, passage.Start, passage.End)), items.Where(static item => item.Text is not null).Select(static item => (item.Text!, item.Start!.Value, item.End!.Value)));
            float[][] truths = written.Items[0] is PictureWrite picture ? [Unit([.. picture.Vector.ToArray()])] : [.. written.Items.OfType<ShotWrite>().Select(MeanOf)];
            Item[] seen = [.. items.Where(static item => item.Kind != ItemKind.Passage)];
            Assert.Equal(truths.Length, seen.Length);
            foreach ((float[] truth, Item item) in truths.Zip(seen))
            {
                Assert.True(copy.TryGetVector(item.Id, vector));
                Assert.All(truth.Zip(vector), static pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
                vectors.Add((asset.Path, item.Start ?? 0, truth));
            }
        }

        foreach (int sample in Enumerable.Range(0, 20).Select(n => (n * 37) + 5))
        {
            float[] query = Unit(Vector(sample));
            (string Path, double Start)[] expected = [.. vectors.OrderByDescending(one => one.Vector.Zip(query, static (a, b) => (double)a * b).Sum()).Take(5).Select(static one => (one.Path, one.Start))];
            (string Path, double Start)[] found = [.. copy.Load([.. copy.SearchVisual(query, 5).Select(static one => one.ItemId)]).Select(static record => (record.Asset.Path, record.Item.Start ?? 0))];
            Assert.True(expected.SequenceEqual(found), $"seed {seed}, query {sample}: {string.Join(' ', expected)} and {string.Join(' ', found)}");
        }

        VerifyReport report = copy.Verify();
        Assert.True(report is { Healthy: true, Remarks.Count: 0 }, $"seed {seed}: {string.Join('\n', report.Problems.Concat(report.Remarks))}");
    }

    private static float[] MeanOf(ShotWrite shot)
    {
        float[][] units = [.. shot.Keyframes.Select(static keyframe => Unit([.. keyframe.Vector.ToArray()]))];
        return Unit([.. Enumerable.Range(0, Dimension).Select(i => units.Average(unit => unit[i]))]);
    }

    private static string Text(Asset asset) => JsonSerializer.Serialize(asset with { Id = 0, Fields = asset.Fields.OrderBy(static pair => pair.Key, StringComparer.Ordinal).ToDictionary() });

    // Videos lie between the pictures, so that batches have both. Without a time of their own they would get that of the writing.
    private static IEnumerable<AssetWrite> Written() => Files().Select(static file => file with { Asset = file.Asset with { IndexedAt = DateTimeOffset.UnixEpoch.AddDays(20_000) } });

    private static IEnumerable<AssetWrite> Files() => StoreSamples.Batch(0, Pictures).Chunk(Pictures / Videos).SelectMany(static (some, n) => (AssetWrite[])
    [
        .. some,
        VideosTests.Video($"{n:D2}.mp4", VideosTests.Shot(0, 5, (1, 10_000 + n), (4, 11_000 + n)), VideosTests.Shot(5, 9, (7, 12_000 + n)),
            new PassageWrite(0, 4, $"the lighthouse number {n}", Vector(13_000 + n)), new PassageWrite(4, 9, "was built in stone", Vector(14_000 + n)), new AboutWrite(9, Vector(15_000 + n))),
    ]);

    private static void Fill(IStore store)
    {
        foreach (AssetWrite[] some in Written().Chunk(100))
            store.Write(some);
        store.Flush();
    }

    private Task<(bool Killed, string Error)> KilledAsync(string to, Func<ContractRequest, bool> counts, int requests) =>
        KilledCommand.RunAsync(Copy(to), Cluster.Nodes[0], counts, requests, TimeSpan.FromMilliseconds(random.Next(15)));

    private static bool Writes(ContractRequest request) => request.Path.StartsWith("/collections/vsearch.c.1.", StringComparison.Ordinal) || request.Path.EndsWith("/payload", StringComparison.Ordinal);

    // Files of which the copy on Qdrant has an asset's point, and files of a batch that broke off.
    private long Known() => Cluster.Client().CollectionExists("vsearch.c.1.assets") ? Cluster.Client().Count("vsearch.c.1.assets") : 0;

    private long Pending() => !Cluster.Client().CollectionExists("vsearch") ? 0
        : Cluster.Client().ScrollAll("vsearch", new PointScroll()).Sum(static entry => entry.Payload!.Value.GetProperty("pending").GetArrayLength());

    private int Copied()
    {
        CollectionDirectory here = Here();
        if (!here.Exists("c"))
            return 0;
        using IServedStore copy = here.Open("c", StoreAccess.Read);
        return copy.FileStates().Count;
    }

    private CollectionDirectory Here() => new(Folder["data"]);

    private QdrantDirectory There() => Collections;

    private string[] Copy(string to) => ["collections", "copy", "c", "--to", to, "--qdrant", Cluster.Nodes[0].Address.ToString(), "--data", Folder["data"]];

    // Not on this thread: the server that is asked needs the pool's.
    private static Task<VsearchProcess.Result> RunAsync(string[] arguments) =>
        Task.Factory.StartNew(() => VsearchProcess.Run(arguments), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
