using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>Two stores on one folder, as two processes have them: file locks and connections do not care which process they are in.</summary>
public sealed class SharingTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_second_writer_is_told_who_writes()
    {
        using EmbeddedStore first = Filled(folder["c"], 3);
        WriterBusyException busy = Assert.Throws<WriterBusyException>(() => EmbeddedStore.Open(folder["c"], StoreAccess.Write));
        Assert.Contains($"process {Environment.ProcessId}", busy.Message, StringComparison.Ordinal);
        Assert.Contains("'c'", busy.Message, StringComparison.Ordinal);
        using (EmbeddedStore reader = EmbeddedStore.Open(folder["c"], StoreAccess.Read))
            AssertHolds(reader, [0, 1, 2]);
        first.Dispose();
        EmbeddedStore.Open(folder["c"], StoreAccess.Write).Dispose();
    }

    [Fact]
    public void A_lock_file_left_by_a_killed_writer_holds_nobody_up()
    {
        using EmbeddedStore living = Filled(folder["living"], 3);
        CopyAsIfKilled(folder["living"], folder["c"]);
        Assert.True(File.Exists(Path.Combine(folder["c"], "writer.lock")));
        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Write);
        AssertHolds(store, [0, 1, 2]);
    }

    [Fact]
    public void A_reader_sees_another_process_s_commits_when_it_looks()
    {
        using EmbeddedStore writer = Filled(folder["c"], 10);
        using EmbeddedStore reader = EmbeddedStore.Open(folder["c"], StoreAccess.Read, new EmbeddedStoreOptions { RefreshInterval = TimeSpan.FromHours(1) });
        AssertHolds(reader, [.. Enumerable.Range(0, 10)]);

        writer.Write(Batch(10, 10));
        Assert.Equal(10, reader.SearchVisual(Vector(1), 100).Count);
        Assert.Equal(10, reader.Refresh());
        AssertHolds(reader, [.. Enumerable.Range(0, 20)]);

        writer.Remove([writer.FindAssetByPath("/pictures/000004.jpg")!.Id]);
        writer.Write([new AssetWrite(Picture("000011.jpg"), Vector(1011))]);
        writer.Flush();
        Assert.Equal(2, reader.Refresh());
        Assert.Equal(0, reader.Refresh());
        Assert.Equal(11, NumberOf(reader.Load([reader.SearchVisual(Vector(1011), 1)[0].ItemId])[0]));
        Assert.Equal(0, writer.Refresh());
    }

    [Fact]
    public void A_reader_sees_another_process_s_commits_by_itself()
    {
        using EmbeddedStore writer = Filled(folder["c"], 10);
        using EmbeddedStore reader = EmbeddedStore.Open(folder["c"], StoreAccess.Read, new EmbeddedStoreOptions { RefreshInterval = TimeSpan.FromMilliseconds(20) });
        writer.Write(Batch(10, 10));
        Assert.True(SpinWait.SpinUntil(() => reader.SearchVisual(Vector(1), 100).Count == 20, TimeSpan.FromSeconds(30)));
        AssertHolds(reader, [.. Enumerable.Range(0, 20)]);
    }

    [Fact]
    public async Task A_reader_opened_while_a_batch_is_written_sees_all_of_it_or_nothing()
    {
        using EmbeddedStore writer = Filled(folder["c"], 64);
        Task writing = Task.Run(() =>
        {
            for (int batch = 1; batch < 12; batch++)
                writer.Write(Batch(batch * 64, 64));
        });
        do
        {
            using EmbeddedStore reader = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
            Assert.Equal(0, reader.Info.Items % 64);
            Assert.Equal(0, reader.FileStates().Count % 64);
        }
        while (!writing.IsCompleted);
        await writing;
        using EmbeddedStore last = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Equal(12 * 64, last.SearchVisual(Vector(1), 10_000).Count);
    }

    [Fact]
    public void A_reader_that_begins_writing_is_a_writer_until_it_ends()
    {
        Filled(folder["c"], 10).Dispose();
        var calm = new EmbeddedStoreOptions { RefreshInterval = TimeSpan.FromHours(1) };
        using EmbeddedStore server = EmbeddedStore.Open(folder["c"], StoreAccess.Read, calm);
        using EmbeddedStore other = EmbeddedStore.Open(folder["c"], StoreAccess.Read, calm);
        using (EmbeddedStore writer = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
        {
            writer.Write(Batch(10, 5));
            Assert.Throws<WriterBusyException>(server.BeginWriting);
        }

        using (server.BeginWriting())
        {
            Assert.Throws<WriterBusyException>(server.BeginWriting);
            Assert.Throws<WriterBusyException>(other.BeginWriting);
            server.Write(Batch(15, 5));
            server.Remove([server.FindAssetByPath("/pictures/000003.jpg")!.Id]);
            // Also what the other process wrote just before, which the index had not seen.
            AssertHolds(server, [.. Enumerable.Range(0, 20).Where(n => n != 3)]);
        }
        Assert.Throws<InvalidOperationException>(() => server.Write(Batch(20, 1)));
        other.Refresh();
        AssertHolds(other, [.. Enumerable.Range(0, 20).Where(n => n != 3)]);
        using (other.BeginWriting())
            other.Write(Batch(20, 1));
        Assert.Equal(1, server.Refresh());
        AssertHolds(server, [.. Enumerable.Range(0, 21).Where(n => n != 3)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reader_of_a_dropped_collection_says_so_instead_of_answering_from_the_past(bool madeAnew)
    {
        var directory = new CollectionDirectory(folder.Path);
        directory.OpenOrCreate("c", Model, StoreAccess.Write).Dispose();
        using EmbeddedStore reader = EmbeddedStore.Open(directory.FolderOf("c"), StoreAccess.Read, new EmbeddedStoreOptions { RefreshInterval = TimeSpan.FromHours(1) });
        directory.Drop("c");
        if (madeAnew)
            directory.OpenOrCreate("c", Model, StoreAccess.Write).Dispose();
        Assert.False(reader.IsReplaced);
        Assert.Throws<CollectionReplacedException>(reader.BeginWriting);
        Assert.Throws<CollectionReplacedException>(() => reader.Refresh());
        Assert.True(reader.IsReplaced);
        Assert.Throws<CollectionReplacedException>(() => reader.SearchVisual(Vector(1), 1));
        Assert.Throws<CollectionReplacedException>(() => reader.SearchText("a", 1));
    }
}
