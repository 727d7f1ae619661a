using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Backup;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Search.Stores.Regions;
using VisualSearch.Tests.Qdrant.Contract;
using VisualSearch.Tests.Regions;
using VisualSearch.Tests.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Qdrant;

/// <summary>A collection backed up by snapshots of its shards on two nodes, and restored: equal, or not at all.</summary>
public sealed class BackupTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly string[] Parts = ["items", "keyframes", "assets"];

    private readonly TemporaryFolder folder = new();
    private ContractCluster cluster = null!;
    private QdrantOptions options = null!;
    private QdrantDirectory directory = null!;

    public async Task InitializeAsync()
    {
        if (ContractFactAttribute.Missing is not null)
            return;
        cluster = await ContractCluster.StartAsync(2);
        Use(copies: 1);
    }

    public async Task DisposeAsync()
    {
        directory?.Dispose();
        if (cluster is not null)
            await cluster.DisposeAsync();
        folder.Dispose();
    }

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());

    [ContractFact]
    public void What_was_dropped_comes_back_point_by_point_and_is_found_as_before()
    {
        Fill("c");
        string[] before = Points("c");
        Assert.True(before.Length > 90);
        (string Settings, object Found) asItWas = (Settings("c"), Searches("c"));
        string identity = Identity("c");

        BackupReport report = Take("c");
        Assert.Equal(("c", 42L, 47L, 9, 1), (report.Collection, report.Assets, report.Items, report.Snapshots, report.Generation));
        Assert.Empty(report.Remarks);
        Assert.Equal(report.Bytes, Directory.GetFiles(folder["backup"], "*.snapshot").Sum(static file => new FileInfo(file).Length));
        Assert.Equal(10, Directory.GetFileSystemEntries(folder["backup"]).Length);
        Assert.Equal([folder["backup"]], Directory.GetFileSystemEntries(folder.Path));
        Assert.Empty(cluster.State.ShardSnapshots);
        // It is free to be changed, and the backup is of before that.
        using (QdrantStore store = directory.Open("c", StoreAccess.Write))
            store.Write(Batch(900, 3));
        directory.Drop("c");

        BackupReport restored = Restore();
        Assert.Equal((report.Assets, report.Items, report.Made), (restored.Assets, restored.Items, restored.Made));
        Assert.Equal(before, Points("c"));
        Assert.Equal(asItWas.Settings, Settings("c"));
        Assert.Equivalent(asItWas.Found, Searches("c"));
        Assert.NotEqual(identity, Identity("c"));
        using QdrantStore again = directory.Open("c", StoreAccess.Write);
        Assert.True(again.Verify() is { Healthy: true, Remarks.Count: 0 });
        again.Write(Batch(40, 3));
        Assert.Equal((45L, 50L), (again.Info.Assets, again.Info.Items));
        Assert.Empty(again.Verify().Problems);
    }

    [ContractFact]
    public void Parts_of_pictures_come_back_and_those_of_a_first_build_that_has_not_ended_are_made_again()
    {
        Fill("c");
        using (IRegionBuild build = directory.BeginRegions("c"))
            RegionSamples.Write(build, build.Missing().Take(9));
        Take("c", "unfinished");
        RegionSamples.Build(directory.BeginRegions("c"));
        Take("c");
        using QdrantStore store = directory.Open("c", StoreAccess.Read);
        FoundRegion[] found = [.. RegionSamples.Find(store, 5), .. RegionSamples.Find(store, 33)];

        Restore("d");
        using QdrantStore whole = directory.Open("d", StoreAccess.Read);
        Assert.Equal(40, whole.RegionPictures);
        Assert.Equal(found, RegionSamples.Find(whole, 5).Concat(RegionSamples.Find(whole, 33)));
        Assert.Equal(0, RegionSamples.Build(directory.BeginRegions("d")));

        new CollectionRestore(options).Run(folder["unfinished"], "e");
        Assert.Equal(40, RegionSamples.Build(directory.BeginRegions("e")));
        using QdrantStore again = directory.Open("e", StoreAccess.Read);
        Assert.Equal(found, RegionSamples.Find(again, 5).Concat(RegionSamples.Find(again, 33)));
    }

    [ContractFact]
    public async Task It_is_restored_under_another_name_and_on_another_cluster()
    {
        Fill("c");
        Take("c");
        Restore("d");
        Assert.Equal(Points("c"), Points("d"));
        Assert.Equivalent(Searches("c"), Searches("d"));

        await using ContractCluster other = await ContractCluster.StartAsync(3);
        new CollectionRestore(other.Options()).Run(folder["backup"]);
        Assert.Equal(Points("c"), Points("c", other));
        using QdrantStore there = new QdrantDirectory(other.Client()).Open("c", StoreAccess.Read);
        Assert.Empty(there.Verify().Problems);
    }

    [ContractFact]
    public async Task Of_several_copies_one_is_taken_and_a_node_that_is_away_is_passed_over()
    {
        Use(copies: 2);
        Fill("c");
        string[] before = Points("c");
        await cluster.Nodes[1].StopAsync();
        BackupReport report = Take("c");
        Assert.Equal(9, report.Snapshots);
        Assert.Contains(cluster.Nodes[1].Address.Authority, Assert.Single(report.Remarks), StringComparison.Ordinal);

        await using ContractCluster other = await ContractCluster.StartAsync(3);
        new CollectionRestore(other.Options()).Run(folder["backup"]);
        Assert.Equal(before, Points("c", other));
    }

    [ContractTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_copy_on_another_node_is_taken_where_one_can_not_make_a_snapshot(bool copies)
    {
        Use(copies ? 2 : 1);
        Fill("c");
        cluster.Nodes[0].Fail(new ContractFault { Method = "POST", Path = "/snapshots", Status = HttpStatusCode.InternalServerError, Times = int.MaxValue });
        if (copies)
        {
            Assert.Equal(9, Take("c").Snapshots);
            return;
        }

        Assert.Equal(QdrantFault.ServerError, Assert.Throws<QdrantException>(() => Take("c")).Fault);
        AssertNothingIsLeft();
    }

    [ContractFact]
    public void Shards_that_no_named_node_has_are_told_and_nothing_is_backed_up()
    {
        Fill("c");
        BackupException missing = Assert.Throws<BackupException>(() =>
            new CollectionBackup(options with { Nodes = [cluster.Nodes[0].Address] }).Take(() => directory.Open("c", StoreAccess.Write), folder["backup"]));
        Assert.Matches("Of 3 shards of 'vsearch.c.1.items' no whole copy of numbers? [012]", missing.Message);
        Assert.Contains("The cluster has 2 nodes", missing.Message, StringComparison.Ordinal);
        Assert.Contains("Name all nodes", missing.Message, StringComparison.Ordinal);
        AssertNothingIsLeft();
        directory.Open("c", StoreAccess.Write).Dispose();
    }

    [ContractFact]
    public void While_another_writes_there_is_no_backup()
    {
        Fill("c");
        using QdrantStore writer = directory.Open("c", StoreAccess.Write);
        Assert.Throws<WriterBusyException>(() => Take("c"));
        AssertNothingIsLeft();
    }

    /// <summary>The lease ends while snapshots are made, and another writes: those before and those after do not belong together.</summary>
    [ContractFact]
    public void A_collection_that_was_changed_meanwhile_is_not_backed_up()
    {
        Fill("c");
        var clock = new HeldClock();
        var late = new HeldClock();
        late.Pass(TimeSpan.FromHours(1));
        var patient = new QdrantDirectory(cluster.Client(), time: clock);
        var between = new Told(progress =>
        {
            if (progress.Done != 4)
                return;
            using QdrantStore other = new QdrantDirectory(cluster.Client(), time: late).Open("c", StoreAccess.Write);
            other.Write(Batch(900, 1));
        });
        Assert.Throws<WriterBusyException>(() => new CollectionBackup(options).Take(() => patient.Open("c", StoreAccess.Write), folder["backup"], between));
        AssertNothingIsLeft();
    }

    [ContractFact]
    public void A_file_that_breaks_off_or_is_damaged_on_its_way_is_fetched_again()
    {
        Fill("c");
        string[] before = Points("c");
        cluster.Nodes[0].Fail(new ContractFault { Method = "GET", Path = ".snapshot", DropMidway = true });
        cluster.Nodes[1].Fail(new ContractFault { Method = "GET", Path = ".snapshot", Nonsense = "something else" });
        Take("c");
        Restore("d");
        Assert.Equal(before, Points("d"));

        cluster.Nodes[0].Fail(new ContractFault { Method = "GET", Path = ".snapshot", Nonsense = "something else", Times = 3 });
        Assert.Contains("sent 14 bytes", Assert.Throws<BackupException>(() => new CollectionBackup(options).Take(() => directory.Open("c", StoreAccess.Write), folder["other"])).Message, StringComparison.Ordinal);
        Assert.Empty(cluster.State.ShardSnapshots);
        Assert.Equal([folder["backup"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [ContractFact]
    public void A_node_that_fails_in_the_middle_leaves_no_backup_and_its_snapshots_are_deleted_by_the_next_attempt()
    {
        Fill("c");
        string[] before = Points("c");
        cluster.Nodes[1].Fail(new ContractFault { Path = ".snapshot", DropBefore = true, Times = int.MaxValue });
        Assert.Equal(QdrantFault.Unreachable, Assert.Throws<QdrantException>(() => Take("c")).Fault);
        Assert.False(Directory.Exists(folder["backup"]));
        Assert.NotEmpty(cluster.State.ShardSnapshots);
        Assert.All(cluster.State.ShardSnapshots, static one => Assert.StartsWith("1: ", one, StringComparison.Ordinal));

        cluster.Nodes[1].Heal();
        Take("c");
        Assert.Empty(cluster.State.ShardSnapshots);
        Assert.Equal([folder["backup"]], Directory.GetFileSystemEntries(folder.Path));
        Restore("d");
        Assert.Equal(before, Points("d"));
    }

    [ContractTheory]
    [InlineData("/upload")]
    [InlineData("/index")]
    [InlineData("/count")]
    public void A_restoration_that_breaks_off_leaves_no_collection_and_can_be_run_again(string where)
    {
        Fill("c");
        Take("c");
        foreach (ContractServer node in cluster.Nodes)
        {
            node.Fail(new ContractFault { Path = where }); // Which does nothing.
            node.Fail(new ContractFault { Path = where, Status = HttpStatusCode.InternalServerError, Times = int.MaxValue });
        }

        Assert.Throws<QdrantException>(() => Restore("d"));
        Assert.False(directory.Exists("d"));
        foreach (ContractServer node in cluster.Nodes)
            node.Heal();
        Restore("d");
        Assert.Equal(Points("c"), Points("d"));
        Assert.Equal(Settings("c"), Settings("d"));
    }

    [ContractFact]
    public void A_damaged_backup_is_told_and_nothing_is_restored()
    {
        Fill("c");
        Take("c");
        string file = folder["backup", "items-1.snapshot"], manifest = folder["backup", BackupManifest.FileName];
        byte[] good = File.ReadAllBytes(file);
        string text = File.ReadAllText(manifest);
        int made = cluster.Client().ListCollections().Count;

        Damaged(file, [.. good[..^9], (byte)(good[^9] ^ 4), .. good[^8..]], "items-1.snapshot' is damaged");
        Damaged(file, good[..^1], $"items-1.snapshot' has {good.Length - 1:N0} bytes");
        Damaged(file, null, "items-1.snapshot' is missing");
        File.WriteAllBytes(file, good);
        Damaged(manifest, "{}"u8.ToArray(), "is damaged");
        Damaged(manifest, System.Text.Encoding.UTF8.GetBytes(text.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal)), "has format 2");
        Damaged(manifest, System.Text.Encoding.UTF8.GetBytes(text.Replace("items-1.snapshot", "../items-1.snapshot", StringComparison.Ordinal)), "outside");
        Damaged(manifest, null, "is no backup");
        File.WriteAllText(manifest, text);
        Restore("d");

        void Damaged(string path, byte[]? bytes, string told)
        {
            File.Delete(path);
            if (bytes is not null)
                File.WriteAllBytes(path, bytes);
            Assert.Contains(told, Assert.Throws<BackupException>(() => Restore("d")).Message, StringComparison.Ordinal);
            Assert.Equal(made, cluster.Client().ListCollections().Count);
        }
    }

    [ContractFact]
    public void What_is_there_already_stays()
    {
        Fill("c");
        folder.Write("other/file.txt", "mine");
        Assert.Contains("is there already", Assert.Throws<BackupException>(() => Take("c", "other")).Message, StringComparison.Ordinal);
        folder.Write("backup.unfinished/file.txt", "mine");
        Assert.Contains("file.txt", Assert.Throws<BackupException>(() => Take("c")).Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(folder["backup.unfinished", "file.txt"]));
        File.Delete(folder["backup.unfinished", "file.txt"]);
        Directory.CreateDirectory(folder["backup"]);
        Take("c");

        string[] before = Points("c");
        string identity = Identity("c");
        Assert.Contains("There is a collection 'c' already", Assert.Throws<BackupException>(() => Restore()).Message, StringComparison.Ordinal);
        Assert.Throws<CollectionNameException>(() => Restore("../d"));
        Assert.Equal((identity, before.Length), (Identity("c"), Points("c").Length));
        Assert.Throws<CollectionNotFoundException>(() => Take("missing", "missing"));
        Assert.False(Directory.Exists(folder["missing.unfinished"]));
    }

    [ContractFact]
    public void A_disk_that_is_too_small_is_told_before_anything_is_fetched()
    {
        Fill("c");
        var small = new CollectionBackup(options) { FreeSpace = static _ => 5 << 20 >> 10 };
        Assert.Contains("MiB free", Assert.Throws<BackupException>(() => small.Take(() => directory.Open("c", StoreAccess.Write), folder["backup"])).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.Nodes.SelectMany(static node => node.Requests), static request => request.Method == "GET" && request.Path.EndsWith(".snapshot", StringComparison.Ordinal));
        AssertNothingIsLeft();
    }

    [ContractFact]
    public void Ended_by_its_user_it_leaves_nothing()
    {
        Fill("c");
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => new CollectionBackup(options).Take(
            () => directory.Open("c", StoreAccess.Write), folder["backup"], new Told(progress => { if (progress.IsBytes) cancel.Cancel(); }), cancel.Token));
        AssertNothingIsLeft();
    }

    private void Use(int copies)
    {
        options = cluster.Options() with { ShardNumber = 3, ReplicationFactor = copies, Retries = 1 };
        directory = new QdrantDirectory(cluster.Client(_ => options));
    }

    private void Fill(string name)
    {
        using QdrantStore store = directory.OpenOrCreate(name, Model, StoreAccess.Write);
        store.Write([.. Batch(0, 40), VideosTests.Video("v.mp4", VideosTests.Shot(0, 5, (1, 101), (4, 102)), VideosTests.Shot(5, 9, (7, 103)), new PassageWrite(0, 4, "the lighthouse was built in stone", Vector(201)), new AboutWrite(9, Vector(202)))]);
        store.Write([VideosTests.Video("w.mp4", VideosTests.Shot(0, 5, (1, 111)), new PassageWrite(0, 4, "a storm took the roof", Vector(211)), new AboutWrite(5, Vector(212)))]);
    }

    private BackupReport Take(string name, string to = "backup") => new CollectionBackup(options).Take(() => directory.Open(name, StoreAccess.Write), folder[to]);

    private BackupReport Restore(string? name = null) => new CollectionRestore(options).Run(folder["backup"], name);

    private void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
        Assert.Empty(cluster.State.ShardSnapshots);
    }

    // Every point with all that it has, bit by bit, past our own reading of it.
    private string[] Points(string name, ContractCluster? at = null)
    {
        using var http = new HttpClient { BaseAddress = (at ?? cluster).Nodes[0].Address };
        return [.. Parts.SelectMany(part =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/collections/vsearch.{name}.1.{part}/points/scroll") { Content = JsonContent.Create(new { limit = 10_000, with_payload = true, with_vector = true }) };
            using HttpResponseMessage reply = http.Send(request);
            using JsonDocument document = JsonDocument.Parse(reply.Content.ReadAsStream());
            return document.RootElement.GetProperty("result").GetProperty("points").EnumerateArray().Select(point => $"{part} {point.GetRawText()}").ToArray();
        })];
    }

    private string Settings(string name) => string.Join('\n', Parts.Select(part => cluster.Client().DescribeCollection($"vsearch.{name}.1.{part}").GetRawText()));

    private string Identity(string name) => cluster.Client().ScrollAll("vsearch", new PointScroll())
        .Select(static entry => entry.Payload!.Value).Single(entry => entry.GetProperty("name").GetString() == name).GetProperty("identity").GetString()!;

    private object Searches(string name)
    {
        using QdrantStore store = directory.Open(name, StoreAccess.Read);
        return new
        {
            Visual = Enumerable.Range(0, 12).Select(n => store.SearchVisual(Vector(n * 17), 10).ToArray()).ToArray(),
            Words = new[] { "picture number 7", "lighthouse", "storms" }.Select(words => store.SearchText(words, 10).ToArray()).ToArray(),
            Passages = store.SearchPassages(Vector(202), 10).ToArray(),
            Keyframes = store.BestKeyframes(Vector(102), [41, 42, 43]).ToArray(),
        };
    }

    private sealed class Told(Action<BackupProgress> tell) : IProgress<BackupProgress>
    {
        public void Report(BackupProgress value) => tell(value);
    }
}
