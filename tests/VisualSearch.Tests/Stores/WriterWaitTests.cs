using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>A writer that was killed is waited for, one that lives is not; and one that lives renews its right between two batches.</summary>
public sealed class WriterWaitTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly HeldClock clock = new();
    private readonly List<(string Writer, double Seconds)> told = [];
    private ContractCluster cluster = null!;
    private QdrantDirectory directory = null!;

    public async Task InitializeAsync()
    {
        if (ContractFactAttribute.Missing is not null)
            return;
        cluster = await ContractCluster.StartAsync();
        directory = new QdrantDirectory(cluster.Client(options => options with { WriterLease = TimeSpan.FromSeconds(12) }), time: clock);
    }

    public async Task DisposeAsync()
    {
        directory?.Dispose();
        if (cluster is not null)
            await cluster.DisposeAsync();
    }

    ValueTask IAsyncDisposable.DisposeAsync() => new(DisposeAsync());

    [ContractFact]
    public void One_that_was_killed_is_waited_for_until_its_right_has_ended()
    {
        QdrantStore killed = directory.OpenOrCreate("c", Model, StoreAccess.Write); // It renews nothing from here on.
        int tries = 0;
        using QdrantStore next = Wait().Open(() => Try(ref tries, TimeSpan.FromSeconds(5)));
        Assert.Equal(4, tries); // After 0, 5, 10 and 15 seconds.
        (string writer, double seconds) = Assert.Single(told);
        Assert.StartsWith($"process {Environment.ProcessId} on ", writer, StringComparison.Ordinal);
        Assert.InRange(seconds, 12, 13);
        Assert.Throws<WriterBusyException>(() =>
        {
            clock.Pass(TimeSpan.FromSeconds(5));
            killed.Write(Batch(0, 1));
        });
        next.Write(Batch(1, 1));
    }

    [ContractFact]
    public void One_that_renews_its_right_is_alive_and_not_waited_for()
    {
        using QdrantStore writer = directory.OpenOrCreate("c", Model, StoreAccess.Write);
        int tries = 0;
        WriterBusyException busy = Assert.Throws<WriterBusyException>(() => Wait().Open(() =>
        {
            if (tries == 2)
                clock.Ring(); // Which is the background's renewal: nothing was written.
            return Try(ref tries, TimeSpan.FromSeconds(5));
        }));
        Assert.Equal(3, tries);
        Assert.Single(told);
        Assert.Contains("is being changed by process", busy.Message, StringComparison.Ordinal);
        writer.Write(Batch(0, 1));
    }

    [ContractFact]
    public void One_that_gives_its_right_back_ends_the_waiting_and_never_takes_it_again()
    {
        QdrantStore writer = directory.OpenOrCreate("c", Model, StoreAccess.Write);
        int tries = 0;
        using QdrantStore next = Wait().Open(() =>
        {
            if (tries == 1)
            {
                writer.Dispose();
                clock.Pass(TimeSpan.FromSeconds(5));
                clock.Ring();
            }

            return Try(ref tries, TimeSpan.FromSeconds(1));
        });
        Assert.Equal(2, tries);
        clock.Pass(TimeSpan.FromSeconds(5));
        next.Write(Batch(0, 1));
    }

    [ContractFact]
    public void A_right_that_was_lost_is_noticed_by_the_next_batch_and_not_by_the_background()
    {
        QdrantStore first = directory.OpenOrCreate("c", Model, StoreAccess.Write);
        clock.Pass(TimeSpan.FromSeconds(20));
        using QdrantStore second = directory.Open("c", StoreAccess.Write);
        clock.Ring();
        clock.Pass(TimeSpan.FromSeconds(5));
        Assert.Throws<WriterBusyException>(() => first.Write(Batch(0, 1)));
        first.Dispose();
        second.Write(Batch(1, 1));
    }

    [ContractFact]
    public void A_clock_that_is_an_hour_ahead_is_not_waited_for()
    {
        var ahead = new HeldClock();
        ahead.Pass(TimeSpan.FromHours(1));
        using QdrantStore writer = new QdrantDirectory(cluster.Client(), time: ahead).OpenOrCreate("c", Model, StoreAccess.Write);
        Assert.Throws<WriterBusyException>(() => Wait().Open(() => directory.Open("c", StoreAccess.Write)));
        Assert.Empty(told);
    }

    [ContractFact]
    public void The_waiting_can_be_cancelled()
    {
        using QdrantStore writer = directory.OpenOrCreate("c", Model, StoreAccess.Write);
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => new WriterWait((_, _) => cancel.Cancel(), clock).Open(() => directory.Open("c", StoreAccess.Write), cancel.Token));
    }

    [Fact]
    public void In_a_folder_nobody_waits()
    {
        using var folder = new TemporaryFolder();
        using EmbeddedStore writer = EmbeddedStore.Create(folder["c"], Model);
        Assert.Throws<WriterBusyException>(() => Wait().Open(() => EmbeddedStore.Open(folder["c"], StoreAccess.Write)));
        Assert.Empty(told);
    }

    private WriterWait Wait() => new((busy, left) => told.Add((busy.Writer, left.TotalSeconds)), clock) { Pause = TimeSpan.FromMilliseconds(1) };

    // Each try comes so much later than the one before.
    private QdrantStore Try(ref int tries, TimeSpan step)
    {
        if (tries++ > 0)
            clock.Pass(step);
        return directory.Open("c", StoreAccess.Write);
    }
}
