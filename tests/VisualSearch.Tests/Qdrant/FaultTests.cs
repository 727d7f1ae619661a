using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Qdrant.PointSamples;

namespace VisualSearch.Tests.Qdrant;

/// <summary>What the client makes of servers that fail, are slow, drop connections, refuse it, or are something else.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private const string Key = "a-very-secret-key-4711";

    private ContractCluster cluster = null!;

    public async Task InitializeAsync()
    {
        cluster = await ContractCluster.StartAsync(apiKey: Key);
        cluster.Client().CreateCollection(Collection, Settings());
        cluster.Client().Upsert(Collection, [Point(1, [1, 0])]);
    }

    public Task DisposeAsync() => cluster.DisposeAsync().AsTask();

    private ContractServer Server => cluster.Nodes[0];

    [ContractTheory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(429)]
    public void A_passing_fault_is_tried_again(int status)
    {
        Server.Fail(new ContractFault { Path = "/points/query", Status = (HttpStatusCode)status, Times = 2 });
        Assert.Equal([1UL], Ids(cluster.Client().Query(Collection, Near([1, 0]))));
        Assert.Equal(3, Sent("/points/query"));
    }

    [ContractFact]
    public void A_fault_that_stays_ends_the_call_with_what_was_asked_and_what_to_do()
    {
        Server.Fail(new ContractFault { Path = "/points/query", Status = HttpStatusCode.InternalServerError, Times = 100 });
        QdrantException fault = Assert.Throws<QdrantException>(() => cluster.Client(options => options with { Retries = 3 }).Query(Collection, Near([1, 0])));
        Assert.Equal(4, Sent("/points/query"));
        Assert.Equal((QdrantFault.ServerError, HttpStatusCode.InternalServerError), (fault.Fault, fault.Status));
        Assert.Equal($"Qdrant at {Server.Address.GetLeftPart(UriPartial.Authority)} was asked to search '{Collection}' and answered 500: Service internal error: on demand. Look into the server's log.", fault.Message);
    }

    [ContractFact]
    public void A_wrong_request_is_not_tried_again()
    {
        Assert.Throws<QdrantException>(() => cluster.Client().Query(Collection, Near([1, 0, 0])));
        Assert.Equal(1, Sent("/points/query"));
    }

    [ContractTheory]
    [InlineData(true)]
    [InlineData(false)]
    public void Upserts_are_repeated_when_the_connection_breaks(bool before)
    {
        Server.Fail(new ContractFault { Path = "/points", DropBefore = before, DropAfter = !before, Times = 2 });
        Assert.Equal(2, cluster.Client().Upsert(Collection, [Point(2, [1, 1]), Point(3, [2, 1])]));
        Assert.Equal(3, cluster.Client().Count(Collection));
    }

    [ContractFact]
    public void What_would_be_done_twice_is_not_repeated()
    {
        QdrantClient client = cluster.Client();
        Server.Fail(new ContractFault { Path = "/snapshots", DropAfter = true });
        QdrantException lost = Assert.Throws<QdrantException>(() => client.CreateSnapshot(Collection));
        Assert.Equal(QdrantFault.Unreachable, lost.Fault);
        Assert.Single(client.ListSnapshots(Collection));

        Server.Fail(new ContractFault { Path = "/collections/new", Status = HttpStatusCode.ServiceUnavailable });
        Assert.Equal(QdrantFault.Overloaded, Assert.Throws<QdrantException>(() => client.CreateCollection("new", Settings())).Fault);
        Assert.Equal(1, Server.Requests.Count(r => r.Path == "/collections/new"));
    }

    [ContractFact]
    public void A_slow_server_is_asked_again_and_then_given_up()
    {
        Server.Fail(new ContractFault { Path = "/points/count", Delay = TimeSpan.FromMinutes(5) });
        QdrantClient impatient = cluster.Client(options => options with { RequestTimeout = TimeSpan.FromSeconds(1), Retries = 10 });
        Assert.Equal(1, impatient.Count(Collection));
        Assert.True(Sent("/points/count") >= 2);

        Server.Fail(new ContractFault { Path = "/points/query", Delay = TimeSpan.FromMinutes(5) });
        QdrantClient once = cluster.Client(options => options with { RequestTimeout = TimeSpan.FromMilliseconds(200), Retries = 0 });
        QdrantException slow = Assert.Throws<QdrantException>(() => once.Query(Collection, Near([1, 0])));
        Assert.Equal(QdrantFault.Timeout, slow.Fault);
        Assert.Contains("did not search 'photos' within 0.2 s", slow.Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public void The_pause_is_the_one_that_the_server_asks_for()
    {
        var clock = new RecordingTime();
        using var client = new QdrantClient(cluster.Options() with { MaxPause = TimeSpan.FromSeconds(10) }, time: clock);
        Server.Fail(new ContractFault { Path = "/points/count", Status = HttpStatusCode.TooManyRequests, RetryAfterSeconds = 7 });
        Assert.Equal(1, client.Count(Collection));
        Assert.Contains(TimeSpan.FromSeconds(7), clock.Pauses);

        // Nobody waits for a minute.
        Server.Fail(new ContractFault { Path = "/points/query", Status = HttpStatusCode.ServiceUnavailable, RetryAfterSeconds = 60 });
        QdrantException busy = Assert.Throws<QdrantException>(() => client.Query(Collection, Near([1, 0])));
        Assert.Equal((QdrantFault.Overloaded, TimeSpan.FromSeconds(60)), (busy.Fault, busy.RetryAfter));
        Assert.Equal(1, Sent("/points/query"));
    }

    [ContractFact]
    public void A_cancelled_call_ends()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => cluster.Client().Count(Collection, cancellation: cancel.Token));
        Assert.Equal(0, Sent("/points/count"));

        Server.Fail(new ContractFault { Path = "/points/count", Delay = TimeSpan.FromMinutes(5) });
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.ThrowsAny<OperationCanceledException>(() => cluster.Client().Count(Collection, cancellation: soon.Token));
        Assert.InRange(Sent("/points/count"), 0, 1);
    }

    [ContractFact]
    public void Something_else_at_the_address_is_told()
    {
        Server.Fail(new ContractFault { Path = "/points/count", Nonsense = "<html>hello</html>" });
        QdrantException other = Assert.Throws<QdrantException>(() => cluster.Client().Count(Collection));
        Assert.Equal(QdrantFault.BadReply, other.Fault);
        Assert.Contains("REST port, 6333", other.Message, StringComparison.Ordinal);
        Server.Fail(new ContractFault { Path = "/points/count", Nonsense = """{"result":{"count":"many"}}""" });
        Assert.Equal(QdrantFault.BadReply, Assert.Throws<QdrantException>(() => cluster.Client().Count(Collection)).Fault);
        Server.Fail(new ContractFault { Path = "/points/count", Nonsense = "moved", Status = HttpStatusCode.Redirect });
        Assert.Equal(QdrantFault.BadReply, Assert.Throws<QdrantException>(() => cluster.Client().Count(Collection)).Fault);
    }

    [ContractFact]
    public async Task A_server_that_is_gone_is_told_with_its_address()
    {
        QdrantClient client = cluster.Client(options => options with { Retries = 1 });
        Assert.True(client.IsHealthy());
        await Server.StopAsync();
        QdrantException gone = Assert.Throws<QdrantException>(() => client.Count(Collection));
        Assert.Equal(QdrantFault.Unreachable, gone.Fault);
        Assert.Contains(Server.Address.Authority, gone.Message, StringComparison.Ordinal);
        Assert.Contains("VSEARCH_QDRANT_URL", gone.Message, StringComparison.Ordinal);
        Assert.False(client.IsHealthy());
    }

    [ContractFact]
    public void A_wrong_key_or_none_is_refused()
    {
        QdrantException none = Assert.Throws<QdrantException>(() => cluster.Client(options => options with { ApiKey = null }).ListCollections());
        Assert.Equal((QdrantFault.RefusedKey, HttpStatusCode.Unauthorized), (none.Fault, none.Status));
        QdrantException wrong = Assert.Throws<QdrantException>(() => cluster.Client(options => options with { ApiKey = "another-key-0815" }).ListCollections());
        Assert.Equal(QdrantFault.RefusedKey, wrong.Fault);
        Assert.Contains("VSEARCH_QDRANT_API_KEY", wrong.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("another-key-0815", wrong.ToString(), StringComparison.Ordinal);
        Assert.Contains(Server.Requests, static r => !r.HadKey);
    }

    [ContractFact]
    public void The_key_is_in_no_message_and_no_log()
    {
        var log = new RecordingLog();
        QdrantClient client = cluster.Client(logger: log);
        // A proxy that quotes what it refuses, with its headers.
        Server.Fail(new ContractFault { Path = "/points/count", Status = HttpStatusCode.BadGateway, Nonsense = $"api-key: {Key} was sent", Times = 100 });
        QdrantException fault = Assert.Throws<QdrantException>(() => client.Count(Collection));
        Assert.Contains("api-key: *** was sent", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(log.Lines);
        foreach (string text in (string[])[fault.ToString(), fault.ServerMessage!, client.ToString(), client.Options.ToString(), JsonSerializer.Serialize(client.Options), .. log.Lines])
            Assert.DoesNotContain(Key, text, StringComparison.Ordinal);
    }

    private int Sent(string path) => Server.Requests.Count(r => r.Path.EndsWith(path, StringComparison.Ordinal));

    /// <summary>Notes how long each pause would be, and ends it at once.</summary>
    private sealed class RecordingTime : TimeProvider
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<TimeSpan> pauses = new();

        public IReadOnlyCollection<TimeSpan> Pauses => pauses;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            pauses.Enqueue(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    private sealed class RecordingLog : ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = new();

        public IReadOnlyCollection<string> Lines => lines;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception) + exception);
    }
}
